"""Look-ups: patterns of one graph that a few triples answer, read from the store's indexes one by one.

Each pattern is looked up for each solution so far, the one with the most known ends first. So many triples are read and
no more: whatever needs more, or a meaning that is not certain here, is left to a worker (decision 0021).
"""

from __future__ import annotations

from collections.abc import Iterator
from json.encoder import encode_basestring
from typing import TypeAlias, TypeGuard

import pyoxigraph as ox

from lod.analysis.algebra import Constant, Lookup, Node, Open, Pattern, Select, Test, Variable
from lod.analysis.answering import TAIL, head
from lod.analysis.terms import in_json
from lod.analysis.tokens import BeyondError
from lod.stores.oxigraph import ReleaseStore, Term
from lod.vocab import XSD

MOST_READ = 1000
"""Triples that one query may read."""
_A_LOOK = 4
"""What finding a place in an index costs, in triples."""
_DEFAULT = ox.DefaultGraph()
_TESTS = frozenset({"starts", "contains", "lang", "="})
Solution: TypeAlias = dict[str, Term]
End: TypeAlias = str | Term
"""Of a pattern: the name of a variable, or a term."""
Ends: TypeAlias = tuple[End, End, End]


def answer(store: ReleaseStore, query: Select, lookup: Lookup) -> tuple[int, bytes] | None:
    """Rows and result in SPARQL 1.1 Query Results JSON; None for what a worker must answer."""
    names = [name for name, _ in query.columns]
    try:
        rows = [tuple(found[name] for name in names) for found in _solutions(store, lookup)]
        rows = _ordered(query, names, list(dict.fromkeys(rows)) if query.distinct else rows)
        keys = [f"{encode_basestring(name)}:" for name in names]
        lines = [",".join([key + _json(term) for key, term in zip(keys, row, strict=True)]) for row in rows]
    except BeyondError:
        return None
    return len(rows), head(names) + ",".join([f"{{{line}}}" for line in lines]).encode() + TAIL


def _solutions(store: ReleaseStore, lookup: Lookup) -> list[Solution]:
    """All solutions of the patterns that fulfil the conditions."""
    if not all(test.kind in _TESTS and (test.kind != "=" or test.value.suffix is None) for test in lookup.tests):
        raise BeyondError("a comparison")
    reader = _Reader(store, lookup.graph)
    found: list[Solution] = [{}]
    waiting = [_ends(pattern) for pattern in lookup.patterns]
    bound: set[str] = set()
    while waiting:
        ends = max(waiting, key=lambda ends: sum(not isinstance(end, str) or end in bound for end in ends))
        waiting.remove(ends)
        found = [wider for solution in found for wider in reader.extended(ends, solution)]
        bound |= {end for end in ends if isinstance(end, str)}
    for test in lookup.tests:
        found = [solution for solution in found if _passes(test, solution[test.variable])]
    return found


def _ends(pattern: Pattern | Open) -> Ends:
    predicate = Constant(pattern.predicate) if isinstance(pattern, Pattern) else pattern.predicate
    return _end(pattern.subject), _end(predicate), _end(pattern.object)


def _end(node: Node) -> End:
    if isinstance(node, Variable):
        return node.name
    if node.suffix is None:
        return ox.NamedNode(node.value)
    if node.suffix.startswith("@"):
        return ox.Literal(node.value, language=node.suffix[1:])
    return ox.Literal(node.value, datatype=ox.NamedNode(node.suffix[3:-1])) if node.suffix else ox.Literal(node.value)


class _Reader:
    """Looks up patterns in one graph, or in every named one, as long as there are triples left to read."""

    def __init__(self, store: ReleaseStore, graph: Node | None) -> None:
        self._store = store
        self._graph = None if graph is None else _end(graph)
        self._left = MOST_READ

    def extended(self, ends: Ends, solution: Solution) -> Iterator[Solution]:
        """A solution joined with a pattern."""
        subject, predicate, value = (solution.get(end) if isinstance(end, str) else end for end in ends)
        graph = solution.get(self._graph) if isinstance(self._graph, str) else self._graph
        if not (_may_name(subject) and _may_name(predicate) and _may_name(graph)):
            return  # bound as a value elsewhere: no triple has it there
        if subject is None and value is None:
            raise BeyondError("a whole property")
        self._spend(_A_LOOK)
        open_ends = [(place, end) for place, end in enumerate((*ends, self._graph)) if isinstance(end, str)]
        for quad in self._store.matching(subject, predicate, value, graph if self._graph else _DEFAULT):
            self._spend(1)
            terms = tuple(quad)
            if self._graph and terms[3] == _DEFAULT:
                continue
            found = dict(solution)
            for place, name in open_ends:
                if found.setdefault(name, terms[place]) != terms[place]:
                    break
            else:
                yield found

    def _spend(self, triples: int) -> None:
        self._left -= triples
        if self._left < 0:
            raise BeyondError("more than a look-up")


def _may_name(term: Term | None) -> TypeGuard[ox.NamedNode | None]:
    return term is None or isinstance(term, ox.NamedNode)


def _passes(test: Test, term: Term) -> bool:
    """A condition that is an error for a term is not fulfilled (SPARQL 1.1 17.2)."""
    if test.kind == "=":
        return isinstance(term, ox.NamedNode) and term.value == test.value.value
    if test.kind == "lang":
        return isinstance(term, ox.Literal) and (term.language or "") == test.value.value
    text = _text(term, as_text=test.as_text)
    if text is None:
        return False
    return text.startswith(test.value.value) if test.kind == "starts" else test.value.value in text


def _text(term: Term, *, as_text: bool) -> str | None:
    """What a function of texts sees; None where it would be an error."""
    if isinstance(term, ox.NamedNode):
        return term.value if as_text else None
    if not isinstance(term, ox.Literal):
        raise BeyondError("a term without a text")
    return term.value if as_text or term.language or term.datatype == XSD.string else None


def _ordered(query: Select, names: list[str], rows: list[tuple[Term, ...]]) -> list[tuple[Term, ...]]:
    """Rows in the order that the query asks for, cut to what it shows; a cut between equals is for the store."""
    places = [(names.index(name), down) for name, down in query.order]
    for place, _ in places:
        if len({_kind(row[place]) for row in rows}) > 1:
            raise BeyondError("order of different kinds")
    for place, down in reversed(places):
        rows = sorted(rows, key=lambda row: _value(row[place]), reverse=down)
    start = min(query.offset, len(rows))
    end = len(rows) if query.limit is None else min(len(rows), start + query.limit)
    for cut in (start, end):
        if 0 < cut < len(rows) and all(rows[cut - 1][place] == rows[cut][place] for place, _ in places):
            raise BeyondError("a cut between equals")
    return rows[start:end]


def _kind(term: Term) -> str:
    """What terms that are ordered by their characters have in common (SPARQL 1.1 Query 15.1)."""
    if isinstance(term, ox.NamedNode):
        return "iri"
    if isinstance(term, ox.Literal) and (term.language or term.datatype == XSD.string):
        return f"@{term.language}"
    raise BeyondError("order of values")


def _value(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _json(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return in_json(term.value, None)
    if not isinstance(term, ox.Literal) or term.direction:
        raise BeyondError("a term of another kind")
    if term.language:
        return in_json(term.value, f"@{term.language}")
    return in_json(term.value, "" if term.datatype == XSD.string else f"^^{term.datatype}")

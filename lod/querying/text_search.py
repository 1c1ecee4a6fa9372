"""Text search from SPARQL: patterns that ask the search index become VALUES before the store sees the query.

    ?thing text:matches "観光 融資"
    (?thing ?score ?text ?property) text:matches (mpol:plannedAction "観光 融資" 100)
    (?thing ?rank) text:search (mpol:Initiative <…/id/fiscal-year/2016> "観光 融資")
    FILTER(text:contains(?text, "観光 融資"))

`text:matches` means exactly: the active graph states of ?thing, by one of the indexed properties, a text for which
`text:contains` is true. In the default graph, which the index was made from, the index alone tells; in a graph of a
name or in a data set that the query chooses, each hit is looked up there as well. `text:search` finds what the search
page finds, in its order; it sees the whole release. What cannot be answered exactly is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from lod.errors import StoreError
from lod.querying import text_patterns
from lod.querying.found import find
from lod.querying.index import Index, TooManyError, TooSlowError
from lod.querying.jobs import Outcome, QueryError
from lod.querying.query_tokens import Node, plain
from lod.querying.text_patterns import Pattern, PlaceError
from lod.querying.words import Word, WordsError, words_of
from lod.search import layout
from lod.search.layout import KINDS, PROPERTIES
from lod.stores.oxigraph import Answer, ReleaseStore
from lod.text.folding import search_key
from lod.vocab import TEXT

MOST_HITS = 100_000
"""Solutions that one pattern may bring into a query: about 20 MB of it."""
MOST_PATTERNS = 16
_MATCHES, _SEARCH = TEXT.matches.value, TEXT.search.value
_STORE = ox.Store()
"""An empty store, to have a query's syntax judged before it is changed."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One pattern taken apart. `things` are IRIs in front of the words: properties, or what things belong to."""

    names: tuple[str, ...]
    constant: str
    words: tuple[Word, ...]
    text: str
    iris: tuple[str, ...]
    limit: int | None


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[Word, ...]:
    return words_of(text)


def contains(value: object, words: object) -> ox.Literal | None:
    """text:contains: whether a literal has all words of a search. An error (no value) for what is no search."""
    if not (isinstance(value, ox.Literal) and isinstance(words, ox.Literal)):
        return None
    try:
        asked = _words(words.value)
    except WordsError:
        return None
    key = search_key(value.value)
    return ox.Literal(bool(asked) and all(word.is_in(key) for word in asked))


FUNCTIONS: Mapping[ox.NamedNode, Callable[..., ox.Literal | None]] = {TEXT.contains: contains}


def prepared(query: str, folder: Path, seconds: float, *, has_dataset: bool) -> str:
    """The query as the store can answer it. Raises QueryError; SyntaxError for what is no query."""
    if not text_patterns.may_ask(query):
        return query
    query = plain(query)
    try:
        walked = text_patterns.walk(query)
        if not walked.edits:
            return query
        _STORE.query(query, custom_functions=dict(FUNCTIONS))
        patterns = [edit.pattern for edit in walked.edits if edit.pattern]
        if len(patterns) > MOST_PATTERNS:
            raise PlaceError("text_patterns", patterns[MOST_PATTERNS].offset)
        answering = _Answering(query, _opened(folder), seconds, has_dataset or walked.has_dataset)
        return text_patterns.edited(query, walked.edits, answering.values)
    except PlaceError as error:
        raise QueryError(Outcome.TEXT_FORM, error.hint, error.offset) from error
    except TooSlowError as error:
        raise QueryError(Outcome.TIMEOUT, used=error.limit) from error
    except TooManyError as error:
        raise QueryError(Outcome.TEXT_MANY, used=MOST_HITS) from error


def answered(store: ReleaseStore, query: str, folder: Path, seconds: float) -> Answer:
    """The answer of a release's store to a query that may search texts. Raises QueryError, SyntaxError."""
    return store.query(prepared(query, folder, seconds, has_dataset=False), functions=FUNCTIONS)


@lru_cache(maxsize=1)
def _opened(folder: Path) -> Index:
    try:
        return Index(folder / layout.FOLDER)
    except StoreError as error:
        raise QueryError(Outcome.TEXT_MISSING) from error


class _Answering:
    """What stands for each pattern of one query."""

    def __init__(self, query: str, index: Index, seconds: float, has_dataset: bool) -> None:
        self._index = index
        self._seconds = seconds
        self._has_dataset = has_dataset
        self._query = query
        self._count = 0

    def values(self, pattern: Pattern) -> str:
        asked = _taken_apart(pattern)
        is_checked = pattern.graph is not None or self._has_dataset
        if pattern.verb == _SEARCH:
            if is_checked:
                raise PlaceError("text_graph", pattern.offset)
            return self._search(asked, pattern)
        with self._index.reading(self._seconds) as reading:
            scored = len(asked.names) > 1 or asked.limit is not None
            texts = self._texts(asked, pattern, scored=scored, merged_only=not is_checked)
            hits = self._hits(texts, asked.limit)
            iris = reading.iris(list({thing for thing, _, _ in hits}))
        if asked.constant:
            return self._of_constant(asked, {iris[thing] for thing, _, _ in hits}, is_checked)
        if len(asked.names) == 1 and not is_checked:
            return _inline(asked.names, ([f"<{iri}>"] for iri in dict.fromkeys(iris[thing] for thing, _, _ in hits)))
        return self._looked_up(asked, pattern.graph, ((iris[thing], prop, score) for thing, prop, score in hits))

    def _texts(self, asked: _Asked, pattern: Pattern, *, scored: bool, merged_only: bool) -> list[tuple[int, float]]:
        """(text, score) of the texts of the properties asked for, the best first where scores are wanted."""
        unknown = [iri for iri in asked.iris if ox.NamedNode(iri) not in PROPERTIES]
        if unknown:
            raise PlaceError("text_property", pattern.offset)
        found: list[tuple[int, float]] = []
        with self._index.reading(self._seconds) as reading:
            for first, last in self._index.ranges(asked.iris, merged_only=merged_only):
                found += reading.scored(asked.words, first, last, MOST_HITS + 1, scored=scored)
        return sorted(found, key=lambda pair: (-pair[1], pair[0])) if scored else found

    def _hits(self, texts: Sequence[tuple[int, float]], limit: int | None) -> list[tuple[int, str, float]]:
        """(thing, property, score) of texts, with the best score of a property; at most `limit` things."""
        best: dict[tuple[int, str], float] = {}
        things: set[int] = set()
        for text, score in texts:
            predicate = self._index.property_of(text)
            for thing in self._index.of_text(text):
                if limit is not None and len(things) >= limit and thing not in things:
                    continue
                things.add(thing)
                best.setdefault((thing, predicate), score)
            if len(best) > MOST_HITS:
                raise QueryError(Outcome.TEXT_MANY, used=MOST_HITS)
        return [(thing, predicate, score) for (thing, predicate), score in best.items()]

    def _search(self, asked: _Asked, pattern: Pattern) -> str:
        things: Sequence[int] = find(self._index, asked.words, {}, self._seconds).things
        for iri in asked.iris:
            things = list(self._belonging(things, iri))
        things = things[: asked.limit]
        if len(things) > MOST_HITS:
            raise QueryError(Outcome.TEXT_MANY, used=MOST_HITS)
        with self._index.reading(self._seconds) as reading:
            iris = reading.iris(things)
        if asked.constant:
            return self._of_constant(asked, set(iris.values()), False)
        rows = ([f"<{iris[thing]}>", str(rank)] for rank, thing in enumerate(things, 1))
        return _inline(asked.names, (row[: len(asked.names)] for row in rows))

    def _belonging(self, things: Sequence[int], iri: str) -> Iterable[int]:
        """Those of a class, or those that belong to a thing."""
        kinds = {place for place, kind in enumerate(KINDS) if kind.type is not None and kind.type.value == iri}
        if kinds:
            return self._index.having(things, "kind", kinds)
        with self._index.reading(self._seconds) as reading:
            number = reading.number(iri)
        places = (
            {}
            if number is None
            else {name: set(self._index.having(things, name, {number})) for name in layout.CONTEXTS}
        )
        return [thing for thing in things if any(thing in found for found in places.values())]

    def _of_constant(self, asked: _Asked, found: set[str], is_checked: bool) -> str:
        """A subject that is no variable: the pattern holds or it does not."""
        if asked.constant not in found:
            return "VALUES () { }"
        if not is_checked:
            return "VALUES () { () }"
        properties = " ".join(f"<{iri}>" for iri in asked.iris or [node.value for node in PROPERTIES])
        p, t = self._fresh(), self._fresh()
        return (
            f"FILTER EXISTS {{ VALUES ?{p} {{ {properties} }} <{asked.constant}> ?{p} ?{t} {_filter(t, asked.text)} }}"
        )

    def _looked_up(self, asked: _Asked, graph: str | None, hits: Iterable[tuple[str, str, float]]) -> str:
        """The hits with their texts as the active graph states them.

        Within GRAPH ?g the subquery must name ?g too: Oxigraph leaves it unbound otherwise.
        """
        thing, score, text, predicate = (*asked.names, *(self._fresh() for _ in range(4 - len(asked.names))))
        rows = ([f"<{iri}>", f"<{prop}>", f"{points:.9f}"] for iri, prop, points in hits)
        inline = _inline((thing, predicate, score), rows)
        shown = dict.fromkeys(f"?{name}" for name in asked.names)
        if graph and graph[0] in "?$":
            shown[f"?{graph[1:]}"] = None
        chosen = " ".join(shown)
        return (
            f"{{ SELECT DISTINCT {chosen} WHERE {{ {inline} "
            f"?{thing} ?{predicate} ?{text} {_filter(text, asked.text)} }} }}"
        )

    def _fresh(self) -> str:
        """The name of a variable that the query does not have."""
        while True:
            self._count += 1
            name = f"text_{self._count}"
            if name not in self._query:
                return name


def _filter(variable: str, text: str) -> str:
    return f"FILTER(<{TEXT.contains.value}>(?{variable}, {ox.Literal(text)}))"


def _inline(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """VALUES (SPARQL 1.1, 10.2)."""
    if len(names) == 1:
        return f"VALUES ?{names[0]} {{ {' '.join(row[0] for row in rows)} }}"
    data = " ".join(f"({' '.join(row)})" for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {data} }}"


def _taken_apart(pattern: Pattern) -> _Asked:
    """What a pattern asks. Raises PlaceError for what is not of the forms above."""
    most = 2 if pattern.verb == _SEARCH else 4
    subjects = pattern.subject.items if pattern.subject.kind == "list" else (pattern.subject,)
    names = tuple(node.value for node in subjects if node.kind == "var")
    constant = subjects[0].value if pattern.subject.kind == "iri" else ""
    if not constant and not (len(names) == len(subjects) == len(set(names)) and 1 <= len(names) <= most):
        raise PlaceError("text_subject", pattern.offset)
    iris, text, limit = _object(pattern)
    try:
        words = words_of(text)
    except WordsError as error:
        raise PlaceError("text_words", pattern.offset) from error
    if not words:
        raise PlaceError("text_empty", pattern.offset)
    return _Asked(names, constant, words, text, iris, limit)


def _object(pattern: Pattern) -> tuple[tuple[str, ...], str, int | None]:
    """IRIs, then one plain string, then perhaps a number."""
    nodes = list(pattern.object.items if pattern.object.kind == "list" else (pattern.object,))
    limit = None
    if len(nodes) > 1 and nodes[-1].kind == "number":
        limit = min(int(nodes.pop().value), MOST_HITS)
    *before, last = nodes or [Node("other", "", 0, 0)]
    if last.kind != "string" or any(node.kind != "iri" for node in before) or limit == 0:
        raise PlaceError("text_object", pattern.offset)
    solutions = _STORE.query(f"SELECT ({last.value} AS ?text) {{}}")
    value = next(iter(solutions))["text"] if isinstance(solutions, ox.QuerySolutions) else None
    return tuple(node.value for node in before), value.value if isinstance(value, ox.Literal) else "", limit

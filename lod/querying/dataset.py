"""Several graphs as one default graph: an RDF merge; what two graphs state counts once (SPARQL 1.1 Query 13.2).

The store lays such graphs side by side and gives a triple that both state twice, so COUNT and SUM would be wrong. They
are copied into memory instead, within the limits of the query's process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from lod.querying.kind import prologue_of
from lod.stores.screening import TOKEN

if TYPE_CHECKING:
    from lod.stores.oxigraph import Answer, ReleaseStore

_DEFAULT = ox.DefaultGraph()


def merged(
    store: ReleaseStore,
    query: str,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
    functions: Mapping[ox.NamedNode, Callable[..., ox.Literal | None]],
) -> Answer | None:
    """The answer over a default graph of two or more graphs; None where the query has no such."""
    default, named = list(default_graphs), list(named_graphs)
    if not default and not named:
        default, named = _named_in(query)
    if len(default) < 2:
        return None
    memory = ox.Store()
    for iri in dict.fromkeys(default):
        memory.bulk_extend(_quads(store, iri, _DEFAULT))
    for iri in dict.fromkeys(named):
        memory.bulk_extend(_quads(store, iri, ox.NamedNode(iri)))
    return memory.query(
        query,
        default_graph=[_DEFAULT],
        named_graphs=[ox.NamedNode(iri) for iri in named],
        custom_functions=dict(functions),
    )


def _quads(store: ReleaseStore, iri: str, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    return (ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in store.graph(iri))


def _named_in(query: str) -> tuple[list[str], list[str]]:
    """The graphs of FROM and of FROM NAMED, as the store reads their names."""
    found = list(_clauses(query))
    if sum(not is_named for is_named, _ in found) < 2:
        return [], []
    names = " ".join(f"({text} AS ?g{number})" for number, (_, text) in enumerate(found))
    rows = ox.Store().query(f"{prologue_of(query)}\nSELECT {names} {{}}")
    assert isinstance(rows, ox.QuerySolutions)  # noqa: S101  a SELECT gives solutions
    row = next(rows)
    graphs = [(is_named, _iri(row[number])) for number, (is_named, _) in enumerate(found)]
    return [iri for is_named, iri in graphs if not is_named], [iri for is_named, iri in graphs if is_named]


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _clauses(query: str) -> Iterator[tuple[bool, str]]:
    """(whether NAMED, the name as it is written) for each FROM (SPARQL 1.1 Query 19.8, rules 13-16)."""
    tokens = [match for match in TOKEN.finditer(query) if match.group().strip() and not match.group().startswith("#")]
    for position, match in enumerate(tokens):
        if match.lastgroup == "word" and match.group().casefold() == "from":
            after = [token.group() for token in tokens[position + 1 : position + 3]]
            is_named = bool(after) and after[0].casefold() == "named"
            if len(after) > is_named:
                yield is_named, after[is_named]

"""Counts of a release, true to the triple (VoID 4.6, 5): what data hold, by class and by property.

The merged facts are counted in one pass that keeps no more than one thing and the totals; a graph or the graphs of one
year are small, so the store counts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions

from lod.stores.oxigraph import ReleaseStore
from lod.vocab import RDF


@dataclass(frozen=True, slots=True)
class Property:
    """How many triples have a property, and how many things."""

    triples: int
    subjects: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of a set of triples. `used` holds, for each class, the triples by property of the things of that class."""

    triples: int
    subjects: int
    properties: Mapping[str, Property]
    classes: Mapping[str, int]
    used: Mapping[str, Mapping[str, int]]

    def to_json(self) -> dict[str, Any]:
        return {
            "triples": self.triples,
            "subjects": self.subjects,
            "properties": {iri: [item.triples, item.subjects] for iri, item in sorted(self.properties.items())},
            "classes": dict(sorted(self.classes.items())),
            "used": {iri: dict(sorted(used.items())) for iri, used in sorted(self.used.items())},
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Statistics:
        properties = {iri: Property(*counts) for iri, counts in table["properties"].items()}
        return cls(table["triples"], table["subjects"], properties, table["classes"], table["used"])


def of_facts(store: ReleaseStore, seen: Callable[[str, str], None] | None = None) -> Statistics:
    """Counts of the default graph in one pass; `seen(thing, class)` is told of each thing's classes.

    Stands on the order of the store, which gives the triples of one subject one after the other.
    """
    triples: Counter[str] = Counter()
    subjects: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    used: dict[str, Counter[str]] = {}
    things = 0
    for thing, properties, kinds in _things(store):
        things += 1
        triples.update(properties)
        subjects.update(properties.keys())
        classes.update(kinds)
        for kind in kinds:
            used.setdefault(kind, Counter()).update(properties)
            if seen:
                seen(thing, kind)
    counted = {iri: Property(number, subjects[iri]) for iri, number in triples.items()}
    return Statistics(triples.total(), things, counted, classes, used)


def _things(store: ReleaseStore) -> Iterator[tuple[str, Counter[str], list[str]]]:
    """Each subject with its triples by property, and its classes."""
    # Objects are fetched from the store only where they are wanted: that is twice as fast.
    rows = _rows(store, f"SELECT ?s ?p (IF(?p = {RDF.type}, ?o, ?none) AS ?kind) {{ ?s ?p ?o }}", ())
    thing: str | None = None
    properties: Counter[str] = Counter()
    kinds: list[str] = []
    for subject, predicate, kind in rows:
        if subject != thing:
            if thing is not None:
                yield thing, properties, kinds
            thing, properties, kinds = subject, Counter(), []
        properties[predicate] += 1
        if kind:
            kinds.append(kind)
    if thing is not None:
        yield thing, properties, kinds


def of_graphs(store: ReleaseStore, graphs: Sequence[str]) -> Statistics:
    """Counts of the triples that any of some named graphs holds, each triple once."""
    once = "{ SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
    by_property = _rows(
        store,
        f"SELECT ?p (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?things) {{ {once} }} GROUP BY ?p",
        graphs,
    )
    by_class = _rows(store, f"SELECT ?c (COUNT(DISTINCT ?s) AS ?n) {{ ?s {RDF.type} ?c }} GROUP BY ?c", graphs)
    ((subjects,),) = _rows(store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }", graphs)
    properties = {iri: Property(int(triples), int(things)) for iri, triples, things in by_property}
    return Statistics(
        sum(item.triples for item in properties.values()),
        int(subjects),
        properties,
        {iri: int(number) for iri, number in by_class},
        {},
    )


def triples_in(store: ReleaseStore, graphs: Sequence[str]) -> int:
    """How many triples some named graphs that share none hold."""
    ((number,),) = _rows(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", graphs)
    return int(number)


def _rows(store: ReleaseStore, query: str, graphs: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The rows of a SELECT as texts, '' where unbound. Of no graphs given: the default graph."""
    found = store.query(query, graphs)
    if not isinstance(found, QuerySolutions):
        raise TypeError(query)
    for row in found:
        yield tuple(value.value if isinstance(value, NamedNode | BlankNode | Literal) else "" for value in row)

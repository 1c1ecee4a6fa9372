"""What the store says, as the rows of tables ask for it: one edition in memory, shared things looked up and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol, TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from lod.distributions.editions import Edition
from lod.iri import Mint
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import MPOL, OA, PROV, RDF

Value: TypeAlias = NamedNode | Literal
_UNUSED = frozenset((RDF.type, OA.hasSource, OA.start, OA.end))
"""What places say that no table asks for: half of their triples."""
_KEPT = 1 << 15
"""Look-ups of names and the like that are kept; a city has some thousand things that its papers share."""


class Facts(Protocol):
    """What is said of things, by IRI."""

    def objects(self, iri: str, term: NamedNode) -> tuple[Value, ...]:
        """The values of a property, in a fixed order."""

    def subjects(self, term: NamedNode, iri: str) -> tuple[str, ...]:
        """The things that have a thing as the value of a property."""


class Shared:
    """The merged facts, for what no single edition owns: names, codes, years."""

    def __init__(self, store: ReleaseStore) -> None:
        self._store = store
        self.objects = lru_cache(_KEPT)(self._objects)

    def _objects(self, iri: str, term: NamedNode) -> tuple[Value, ...]:
        return _in_order(triple.object for triple in self._store.triples(NamedNode(iri), term))

    def subjects(self, term: NamedNode, iri: str) -> tuple[str, ...]:
        found = (triple.subject for triple in self._store.triples(None, term, NamedNode(iri)))
        return tuple(sorted(node.value for node in found if isinstance(node, NamedNode)))


class EditionFacts:
    """One edition: its facts and the places of its values; all else from the merged facts."""

    def __init__(self, edition: Edition, store: ReleaseStore, mint: Mint, shared: Shared) -> None:
        self.edition = edition
        self.source = mint.source(*edition.key)
        self._shared = shared
        self._said: dict[str, dict[NamedNode, list[Value]]] = {}
        self._of_value: dict[tuple[NamedNode, str], list[str]] = {}
        self._read(store.graph(mint.graph(*edition.key)))
        self._read(store.graph(mint.provenance_graph(*edition.key)), _UNUSED)

    def _read(self, triples: Iterable[Triple], without: frozenset[NamedNode] = frozenset()) -> None:
        said, of_value = self._said, self._of_value
        for triple in triples:
            term = triple.predicate
            if term in without:
                continue
            subject, value = triple.subject, triple.object
            if isinstance(subject, NamedNode):
                iri = subject.value
                if isinstance(value, NamedNode):
                    of_value.setdefault((term, value.value), []).append(iri)
                elif not isinstance(value, Literal):
                    continue
                said.setdefault(iri, {}).setdefault(term, []).append(value)

    def objects(self, iri: str, term: NamedNode) -> tuple[Value, ...]:
        own = self._said.get(iri)
        return self._shared.objects(iri, term) if own is None else _in_order(own.get(term, ()))

    def subjects(self, term: NamedNode, iri: str) -> tuple[str, ...]:
        return tuple(sorted(self._of_value.get((term, iri), ())))

    def members(self, kind: NamedNode) -> tuple[str, ...]:
        """The things of a class that the edition states."""
        return self.subjects(RDF.type, kind.value)


class ProgramFacts:
    """What is said of a program in its latest edition, without reading the whole edition."""

    def __init__(self, edition: Edition, store: ReleaseStore, mint: Mint, shared: Shared) -> None:
        self._store, self._shared = store, shared
        self._provenance = mint.provenance_graph(*edition.key)
        self._apart = (mint.stem("place"), mint.stem("correction"))

    def objects(self, iri: str, term: NamedNode) -> tuple[Value, ...]:
        if term != PROV.wasDerivedFrom and not iri.startswith(self._apart):
            return self._shared.objects(iri, term)
        found = self._store.triples(NamedNode(iri), term, None, self._provenance)
        return _in_order(triple.object for triple in found)

    def subjects(self, term: NamedNode, iri: str) -> tuple[str, ...]:
        return self._shared.subjects(term, iri)


def _in_order(values: Iterable[object]) -> tuple[Value, ...]:
    kept = [value for value in values if isinstance(value, NamedNode | Literal)]
    return tuple(kept) if len(kept) < 2 else tuple(sorted(kept, key=str))


def places(facts: Facts, iri: str, terms: tuple[NamedNode, ...]) -> list[str]:
    """Where the values of some properties of a thing stand, in the order of the paper."""
    found = []
    for place in facts.objects(iri, PROV.wasDerivedFrom):
        stated = facts.objects(place.value, MPOL.statesProperty)
        if any(term in terms for term in stated):
            found.append(place.value)
    return sorted(found, key=lambda place: _position(facts, place))


def _position(facts: Facts, place: str) -> tuple[int, int, int, str]:
    return *(number(facts, place, term) for term in (MPOL.page, MPOL.line, MPOL.column)), place  # type: ignore[return-value]


def number(facts: Facts, iri: str, term: NamedNode) -> int:
    """A whole number said of a thing, 0 without one."""
    return next((int(value.value) for value in facts.objects(iri, term)), 0)


def quotes(facts: Facts, place: str) -> Iterator[str]:
    """The characters that a place prints, where they are published."""
    for selector in facts.objects(place, OA.hasSelector):
        for quote in facts.objects(selector.value, OA.exact):
            yield quote.value

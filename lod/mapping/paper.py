"""The graphs of one paper edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from lod.identities import Row
from lod.iri import Mint

_DEFAULT = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Paper:
    """Triples of one edition, each graph without repetition. `key` is (lg, fiscal year, unit, stage).

    `identities` holds a row for every key that the paper uses; `Identities.new_rows` tells which are not kept yet.
    """

    key: tuple[str, int, str, str]
    mint: Mint
    facts: tuple[Triple, ...]
    provenance: tuple[Triple, ...]
    registry: tuple[Triple, ...]
    codes: tuple[Triple, ...]
    meta: tuple[Triple, ...]
    identities: tuple[Row, ...] = ()

    @property
    def graph(self) -> str:
        """IRI of the graph with the facts."""
        return self.mint.graph(*self.key)

    @property
    def provenance_graph(self) -> str:
        return self.mint.provenance_graph(*self.key)

    @property
    def registry_graph(self) -> str:
        return self.mint.registry_graph(self.key[0])

    def quads(self) -> Iterator[Quad]:
        """Every triple in its named graph; facts, registry and codes once more in the default graph."""
        for name, triples in (*self._merged(), *self._apart()):
            graph = NamedNode(name)
            for triple in triples:
                yield Quad(triple.subject, triple.predicate, triple.object, graph)
        for _, triples in self._merged():
            for triple in triples:
                yield Quad(triple.subject, triple.predicate, triple.object, _DEFAULT)

    def nquads(self) -> str:
        """The same quads as N-Quads text, about five times as fast: making each Quad costs more than writing it."""
        lines: list[str] = []
        for name, triples in (*self._merged(), *self._apart()):
            lines += [f"{triple} <{name}> .\n" for triple in triples]
        for _, triples in self._merged():
            lines += [f"{triple} .\n" for triple in triples]
        return "".join(lines)

    def _merged(self) -> tuple[tuple[str, tuple[Triple, ...]], ...]:
        """The graphs that the default graph holds too."""
        return (self.graph, self.facts), (self.registry_graph, self.registry), (self.mint.codes_graph, self.codes)

    def _apart(self) -> tuple[tuple[str, tuple[Triple, ...]], ...]:
        return (self.provenance_graph, self.provenance), (self.mint.meta_graph, self.meta)

"""The embedded store: built once per release by bulk loading, then only read, by as many processes as like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gzip import GzipFile
from itertools import dropwhile, islice
from pathlib import Path
from types import MappingProxyType
from typing import IO, TypeAlias, cast

import pyoxigraph as ox

from lod.errors import StoreError

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Answer: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
INCOMING_LIMIT = 500
"""How many triples that point to a thing one page of its description holds."""
LABEL_TERMS = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://purl.org/dc/terms/title",
    "http://xmlns.com/foaf/0.1/name",
    "http://www.w3.org/2000/01/rdf-schema#label",
)
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABELS = tuple(ox.NamedNode(term) for term in LABEL_TERMS)
_DEFAULT = ox.DefaultGraph()
_DERIVED = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
_APART_KEPT = 64
"""Things whose graphs and places are kept: a document and its page ask for the same."""
LABELS_KEPT = 20_000
"""Things whose names a store keeps in memory: about ten megabytes."""


def build(path: Path, files: Iterable[Path]) -> int:
    """Makes a store of N-Quads files; returns the number of quads. Raises StoreError S10."""
    try:
        store = ox.Store(str(path))
        for file in files:
            store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
        store.optimize()
        store.flush()
        return len(store)
    except (OSError, ValueError, SyntaxError, RuntimeError) as error:
        raise StoreError("S10", place=str(path), problem=str(error)) from error


@dataclass(frozen=True, slots=True)
class Description:
    """Triples about a thing; `more` says that more things point to it than these pages hold.

    `graphs` are the named graphs in which it is a subject, `places` where papers state its values.
    """

    triples: tuple[ox.Triple, ...]
    more: bool
    graphs: tuple[str, ...] = ()
    places: tuple[Term, ...] = ()


class ReleaseStore:
    """A release's store, open for reading only."""

    def __init__(self, path: Path) -> None:
        try:
            self._store = ox.Store.read_only(str(path))
        except (OSError, ValueError, RuntimeError) as error:
            raise StoreError("S10", place=str(path), problem=str(error)) from error
        self._labels = lru_cache(maxsize=LABELS_KEPT)(self._read_labels)
        self._apart = lru_cache(maxsize=_APART_KEPT)(self._read_apart)
        self._origins = lru_cache(maxsize=LABELS_KEPT)(lambda graph: tuple(self.objects(graph, _DERIVED.value)))

    def query(
        self,
        text: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        functions: Mapping[ox.NamedNode, Callable[..., ox.Literal | None]] = MappingProxyType({}),
    ) -> Answer:
        """Evaluates a SPARQL query. Graphs given here replace the query's own dataset (SPARQL 1.1 Protocol 2.1.4).

        Raises SyntaxError for what is no query. SERVICE is not screened here: strangers' queries go through lod.web.
        """
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None
        default = [ox.NamedNode(iri) for iri in default_graphs] or None
        named: list[ox.NamedNode | ox.BlankNode] | None = [ox.NamedNode(iri) for iri in named_graphs] or None
        if default or named:  # a data set that is given is given whole (SPARQL 1.1 Query 13.2)
            default, named = default or [], named or []
        return self._store.query(text, default_graph=default, named_graphs=named, custom_functions=dict(functions))

    def contains(self, iri: str) -> bool:
        """Whether the merged facts say anything of a thing."""
        found = self._store.quads_for_pattern(ox.NamedNode(iri), None, None, _DEFAULT)
        return next(iter(found), None) is not None

    def describe(self, iri: str, page: int = 1) -> Description:
        """What is said of a thing, a page of what points to it, and the labels of all that these mention.

        Empty where nothing is said of it, or where a page after the first holds nothing.
        """
        first = (page - 1) * INCOMING_LIMIT
        out, found = self._stated(iri, first)
        incoming, more = found[:INCOMING_LIMIT], len(found) > INCOMING_LIMIT
        if not out or (page > 1 and not incoming):
            return Description((), False)
        mentioned = {triple.object for triple in out} | {triple.subject for triple in incoming}
        labels = [label for other in mentioned if isinstance(other, ox.NamedNode) for label in self.labels(other)]
        graphs, places = self._apart(iri)
        return Description(tuple(dict.fromkeys((*out, *incoming, *labels))), more, graphs, places)

    def _stated(self, iri: str, first: int) -> tuple[list[ox.Triple], list[ox.Triple]]:
        """What the merged facts say of a thing, and a page and one more of those that point to it, from one on."""
        node = ox.NamedNode(iri)
        pointing = self._store.quads_for_pattern(None, None, node, _DEFAULT)
        incoming = islice(map(_triple, pointing), first, first + INCOMING_LIMIT + 1)
        return list(self.facts(iri)), list(incoming)

    def _read_apart(self, iri: str) -> tuple[tuple[str, ...], tuple[Term, ...]]:
        """The named graphs in which a thing is a subject, and the places that it is derived from."""
        stated = list(self._store.quads_for_pattern(ox.NamedNode(iri), None, None, None))
        graphs = sorted({quad.graph_name.value for quad in stated if isinstance(quad.graph_name, ox.NamedNode)})
        return tuple(graphs), tuple(dict.fromkeys(quad.object for quad in stated if quad.predicate == _DERIVED))

    def facts(self, iri: str) -> Iterator[ox.Triple]:
        """What is said of a thing among the merged facts, nothing else."""
        return map(_triple, self._store.quads_for_pattern(ox.NamedNode(iri), None, None, _DEFAULT))

    def subjects(
        self, predicate: ox.NamedNode, target: Term, most: int, graph: ox.NamedNode | None = None
    ) -> list[Term]:
        """The things whose property has a value, by one graph or the merged facts: at most so many, in the order of
        the store."""
        quads = self._store.quads_for_pattern(None, predicate, target, graph or _DEFAULT)
        return [quad.subject for quad in islice(quads, most)]

    def about_in(self, node: ox.NamedNode, graph: ox.NamedNode) -> list[ox.Triple]:
        """What one named graph says of a thing."""
        return [_triple(quad) for quad in self._store.quads_for_pattern(node, None, None, graph)]

    def all_facts(self) -> Iterator[ox.Triple]:
        """Every triple of the merged facts; those of one subject follow each other."""
        return map(_triple, self._store.quads_for_pattern(None, None, None, _DEFAULT))

    def labels(self, node: ox.NamedNode) -> tuple[ox.Triple, ...]:
        """The names of a thing among the merged facts. Most things mention the same units, years and codes, so the
        last asked for are kept; the store never changes."""
        return self._labels(node.value)

    def _read_labels(self, iri: str) -> tuple[ox.Triple, ...]:
        node = ox.NamedNode(iri)
        return tuple(
            _triple(quad) for term in _LABELS for quad in self._store.quads_for_pattern(node, term, None, _DEFAULT)
        )

    def pointing_to(self, iri: str, most: int) -> int:
        """How many of the merged facts point to a thing, counted up to a number."""
        return sum(1 for _ in islice(self._store.quads_for_pattern(None, None, ox.NamedNode(iri), _DEFAULT), most))

    def in_graphs(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
        """Each triple in every named graph that states it."""
        for triple in triples:
            for quad in self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None):
                if quad.graph_name != _DEFAULT:
                    yield quad

    def graphs_about(self, iri: str) -> list[str]:
        """The named graphs in which a thing is a subject, in order."""
        return list(self._apart(iri)[0])

    def objects(self, iri: str, predicate: str) -> list[Term]:
        """What any graph states of a thing by one property, each value once, in the order of the store."""
        quads = self._store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None, None)
        return list(dict.fromkeys(quad.object for quad in quads))

    def graph_names(self) -> list[str]:
        """The named graphs, in order."""
        return sorted(name.value for name in self._store.named_graphs() if isinstance(name, ox.NamedNode))

    def stating(self, predicate: ox.NamedNode) -> Iterator[tuple[Term, Term]]:
        """(subject, object) of every merged fact with a property; those with the same object stand together."""
        for quad in self._store.quads_for_pattern(None, predicate, None, _DEFAULT):
            yield quad.subject, quad.object

    def stating_apart(self, predicate: ox.NamedNode) -> Iterator[tuple[Term, Term]]:
        """(subject, object) of what only named graphs state with a property, and the merged facts do not.

        Both come in the same order, so that nearly every statement is compared with the next one of the other.
        """
        merged = self.stating(predicate)
        following, before = next(merged, None), None
        for quad in self._store.quads_for_pattern(None, predicate, None, None):
            here = (quad.subject, quad.object)
            if quad.graph_name == _DEFAULT or here == before:
                continue
            before = here
            if here == following:
                following = next(merged, None)
            elif next(self._store.quads_for_pattern(quad.subject, predicate, quad.object, _DEFAULT), None) is None:
                yield here
            else:
                following = next(dropwhile(here.__ne__, merged), None) and next(merged, None)

    def instances(self, type_iri: str) -> Iterator[str]:
        """The IRIs of the things of a class among the merged facts."""
        for quad in self._store.quads_for_pattern(None, _TYPE, ox.NamedNode(type_iri), _DEFAULT):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value

    def origins(self, graph: str) -> tuple[Term, ...]:
        """The papers that a named graph is derived from. Kept: each document names the same few graphs."""
        return self._origins(graph)

    def graph(self, iri: str) -> Iterator[ox.Triple]:
        """Every triple of a named graph."""
        for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(iri)):
            yield _triple(quad)

    def triples(
        self,
        subject: ox.NamedNode | None = None,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | None = None,
        graph: str = "",
    ) -> Iterator[ox.Triple]:
        """The triples of a pattern in a named graph, or among the merged facts, one by one."""
        name = ox.NamedNode(graph) if graph else _DEFAULT
        for quad in self._store.quads_for_pattern(subject, predicate, value, name):
            yield _triple(quad)

    def matching(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        value: Term | None,
        graph: ox.NamedNode | ox.DefaultGraph | None,
    ) -> Iterator[ox.Quad]:
        """The quads of a pattern one by one, from an index that begins with what is given."""
        return self._store.quads_for_pattern(subject, predicate, value, graph)

    def holds_graph(self, iri: str) -> bool:
        """Whether there is a named graph of that name."""
        return self._store.contains_named_graph(ox.NamedNode(iri))

    def quads(self, graph: str) -> Iterator[ox.Quad]:
        """Every quad of a named graph, without the cost of making triples of them."""
        return self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph))

    def count(self) -> int:
        """The number of quads, those of the default graph included."""
        return len(self._store)

    def dump(
        self,
        output: IO[bytes] | GzipFile,
        rdf_format: ox.RdfFormat = ox.RdfFormat.N_QUADS,
        prefixes: dict[str, str] | None = None,
    ) -> None:
        """Writes all quads to a binary file; the order depends on the content alone."""
        self._store.dump(cast("IO[bytes]", output), format=rdf_format, prefixes=prefixes)

    def dump_facts(self, output: IO[bytes]) -> None:
        """Writes the merged facts as N-Triples to a binary file."""
        self._store.dump(output, format=ox.RdfFormat.N_TRIPLES, from_graph=_DEFAULT)


def _triple(quad: ox.Quad) -> ox.Triple:
    return quad.triple

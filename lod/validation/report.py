"""What validation gives: results as SHACL has them, Findings that lead back to the source, a SHACL report graph."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from lod.model import Finding, Origin, Severity
from lod.validation.compiled import Data
from lod.validation.shapes import SH, Path_, Result, Term
from lod.vocab import FOAF, MPOL, OA, PROV, RDFS, SKOS

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_LABELS = (SKOS.prefLabel, FOAF.name, RDFS.label)


@dataclass(frozen=True)
class Report:
    """Results of one validation run; `findings` are the same facts with words' code and place."""

    results: tuple[Result, ...]
    findings: tuple[Finding, ...]

    @property
    def conforms(self) -> bool:
        """SHACL's own sense: no result at all, of whatever severity."""
        return not self.results

    @property
    def publishable(self) -> bool:
        """No Violation."""
        return all(finding.severity is not Severity.VIOLATION for finding in self.findings)

    @cached_property
    def graph(self) -> Graph:
        """The report as SHACL has it (SHACL 3.6). Nodes are named by their content, so that two reports compare."""
        from rdflib import RDF, Graph, Literal, URIRef

        graph = Graph()
        graph.bind("sh", SH)
        names = [
            uuid.uuid5(uuid.NAMESPACE_URL, "\n".join((*result.key, result.component))).urn for result in self.results
        ]
        report = URIRef(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(names)).urn)
        graph.add((report, RDF.type, URIRef(SH + "ValidationReport")))
        graph.add((report, URIRef(SH + "conforms"), Literal(self.conforms)))
        for name, result in zip(names, self.results, strict=True):
            graph.add((report, URIRef(SH + "result"), URIRef(name)))
            _add_result(graph, URIRef(name), result)
        return graph


def make_report(results: Iterable[Result], data: Data, places: Places, source: str) -> Report:
    """Sorts results and explains each as a Finding."""
    ordered = tuple(sorted(results, key=lambda result: (result.key, result.component)))
    once = {result.key: result for result in ordered}
    return Report(ordered, tuple(_finding(result, data, places, source) for result in once.values()))


def _finding(result: Result, data: Data, places: Places, source: str) -> Finding:
    seen = shown(data, result.value)
    place = places.find(result, seen, data)
    return Finding(
        code=result.shape.code,
        severity=Severity(result.shape.severity),
        source=source or (place.source if place else ""),
        origin=place.origin if place else None,
        seen=seen,
        subject=result.focus.value if isinstance(result.focus, ox.NamedNode) else str(result.focus),
        path=result.path,
    )


def shown(data: Data, value: Term | None) -> str:
    """A value as a person reads it: a literal's text, a thing's label if it has one, else its IRI."""
    if value is None or isinstance(value, ox.Triple):
        return ""
    if isinstance(value, ox.Literal):
        return value.value
    for label in _LABELS:
        texts = [item for item in data.objects(value, label.value) if isinstance(item, ox.Literal)]
        if texts:
            return min(texts, key=lambda text: text.language != "ja").value
    return value.value


@dataclass(frozen=True, slots=True)
class Place:
    """An oa:SpecificResource: source document, property whose value stands there, quote ('' if withheld), Origin."""

    source: str
    term: str
    quote: str
    origin: Origin


class Places:
    """Leads from a resource and property to where the source states it."""

    def __init__(self, provenance: Data) -> None:
        self._data = provenance

    def find(self, result: Result, seen: str, data: Data) -> Place | None:
        """The place of the exact property, else where the value is named, else of value, focus, what points to it."""
        focus = result.focus
        own = self._of(focus)
        term = result.path or result.shape.term
        exact = [place for place in own if place.term == term]
        if exact and (len(exact) == 1 or not isinstance(result.value, ox.NamedNode)):
            return _best(exact, seen)
        value = result.value if isinstance(result.value, ox.NamedNode) else None
        naming = [place for node in _pointing(data, value) for place in self._of(node) if place.quote == seen]
        for places in (naming if not exact else [], self._of(value), exact, own):
            if places:
                return _best(places, seen)
        return _best([place for node in _pointing(data, focus) for place in self._of(node)], seen)

    def _of(self, node: Term | None) -> list[Place]:
        if node is None:
            return []
        places = [self._place(item) for item in self._data.objects(node, PROV.wasDerivedFrom.value)]
        return sorted((place for place in places if place is not None), key=lambda place: place.origin.start)

    def _place(self, node: Term) -> Place | None:
        data = self._data
        selectors = data.objects(node, OA.hasSelector.value)
        starts = [item for selector in selectors for item in data.objects(selector, OA.start.value)]
        ends = [item for selector in selectors for item in data.objects(selector, OA.end.value)]
        quotes = [item for selector in selectors for item in data.objects(selector, OA.exact.value)]
        line, column, page = (_integer(data.objects(node, term.value)) for term in (MPOL.line, MPOL.column, MPOL.page))
        start, end = _integer(starts), _integer(ends)
        if line is None or column is None or start is None or end is None:
            return None
        source, term = (_iri(data.objects(node, name)) for name in (OA.hasSource.value, MPOL.statesProperty.value))
        quote = quotes[0].value if quotes and isinstance(quotes[0], ox.Literal) else ""
        return Place(source, term, quote, Origin(line, column, start, end, page))


def _integer(terms: list[Term]) -> int | None:
    return next((int(term.value) for term in terms if isinstance(term, ox.Literal)), None)


def _iri(terms: list[Term]) -> str:
    return next((term.value for term in terms if isinstance(term, ox.NamedNode)), "")


def _best(places: list[Place], seen: str) -> Place | None:
    """The first place, or the first whose quote is what was seen."""
    return next((place for place in places if place.quote == seen), places[0] if places else None)


def _pointing(data: Data, node: Term | None) -> list[Term]:
    return [] if node is None else [triple.subject for triple in data.triples if triple.object == node]


def _add_result(graph: Graph, name: Node, result: Result) -> None:
    from rdflib import RDF, URIRef

    from lod.validation.terms import to_rdflib

    shape = result.shape
    graph.add((name, RDF.type, URIRef(SH + "ValidationResult")))
    graph.add((name, URIRef(SH + "focusNode"), to_rdflib(result.focus)))
    graph.add((name, URIRef(SH + "resultSeverity"), URIRef(SH + shape.severity)))
    graph.add((name, URIRef(SH + "sourceShape"), URIRef(shape.iri)))
    graph.add((name, URIRef(SH + "sourceConstraintComponent"), URIRef(result.component)))
    if result.value is not None:
        graph.add((name, URIRef(SH + "value"), to_rdflib(result.value)))
    for message in shape.messages:
        graph.add((name, URIRef(SH + "resultMessage"), to_rdflib(message)))
    path = result.path or shape.path
    if path is not None:
        graph.add((name, URIRef(SH + "resultPath"), _path_node(graph, path)))


def _path_node(graph: Graph, path: Path_) -> Node:
    """A property path as SHACL writes it; only paths that are more than one property need blank nodes."""
    from rdflib import URIRef

    if isinstance(path, str):
        return URIRef(path)
    node = _path_blank(path)
    kind, *steps = path
    nodes = [_path_node(graph, step) for step in steps]
    if kind == "sequence":
        _add_list(graph, node, nodes)
    elif kind == "alternative":
        members = _path_blank(("members", *steps))
        _add_list(graph, members, nodes)
        graph.add((node, URIRef(SH + "alternativePath"), members))
    else:
        graph.add((node, URIRef(SH + _PATH_TERMS[str(kind)]), nodes[0]))
    return node


def _path_blank(path: object) -> Node:
    """A blank node labelled by what it stands for: a report has the same bytes every time."""
    from rdflib import BNode

    return BNode("p" + hashlib.sha256(repr(path).encode()).hexdigest()[:16])


def _add_list(graph: Graph, head: Node, nodes: list[Node]) -> None:
    from rdflib import RDF

    for at, node in enumerate(nodes):
        rest = RDF.nil if at == len(nodes) - 1 else _path_blank((str(head), at))
        graph.add((head, RDF.first, node))
        graph.add((head, RDF.rest, rest))
        head = rest


_PATH_TERMS = {
    "inverse": "inversePath",
    "one-or-more": "oneOrMorePath",
    "zero-or-more": "zeroOrMorePath",
    "zero-or-one": "zeroOrOnePath",
}

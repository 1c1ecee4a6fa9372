"""Reads the W3C's manifests of SPARQL tests (rdf-tests, folder sparql/sparql11) from a folder given by --w3c."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

SPACE = "http://w3c.example/sparql11/"
"""What stands for the folder in IRIs: queries and data name files relative to their own place."""
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SUITES = (
    "aggregates", "bind", "bindings", "cast", "construct", "csv-tsv-res", "exists", "functions", "grouping",
    "json-res", "negation", "project-expression", "property-path", "service", "subquery", "syntax-query", "syntax-fed",
)  # fmt: skip
_SYNTAX = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}
_SYNTAX |= {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG}


@dataclass(frozen=True)
class Entry:
    """One test: its kind, its query, the data and what it is to give; files are paths below the folder."""

    id: str
    kind: str
    query: str
    data: tuple[str, ...] = ()
    graphs: tuple[tuple[str, str], ...] = field(default=())
    result: str = ""


def entries(folder: Path) -> Iterator[Entry]:
    for suite in SUITES:
        path = folder / suite / "manifest.ttl"
        if path.is_file():
            yield from _of_manifest(suite, path)


def _of_manifest(suite: str, path: Path) -> Iterator[Entry]:
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=f"{SPACE}{suite}/manifest.ttl")
    head = next(store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None, None)).object
    for node in _list(store, head):
        kind = _one(store, node, RDF + "type")
        action, result = _one(store, node, MF + "action"), _one(store, node, MF + "result")
        assert isinstance(node, ox.NamedNode)
        assert isinstance(kind, ox.NamedNode)
        name = f"{suite}/{node.value.rpartition('#')[2]}"
        query = _one(store, action, QT + "query") or action
        yield Entry(
            name,
            kind.value.removeprefix(MF),
            _file(query),
            tuple(_file(item) for item in _all(store, action, QT + "data")),
            tuple(_graph(store, item) for item in _all(store, action, QT + "graphData")),
            _file(result) if isinstance(result, ox.NamedNode) else "",
        )


def _graph(store: ox.Store, node: object) -> tuple[str, str]:
    """Its file and its name: a graph is named by its own IRI, or by a label where it has one."""
    own = _one(store, node, QT + "graph") or node
    label = _one(store, node, "http://www.w3.org/2000/01/rdf-schema#label")
    assert isinstance(own, ox.NamedNode)
    return _file(own), label.value if isinstance(label, ox.Literal) else own.value


def _list(store: ox.Store, node: object) -> Iterator[object]:
    while node != ox.NamedNode(RDF + "nil"):
        yield _one(store, node, RDF + "first")
        node = _one(store, node, RDF + "rest")


def _all(store: ox.Store, node: object, predicate: str) -> list[object]:
    if not isinstance(node, ox.NamedNode | ox.BlankNode):
        return []
    return [quad.object for quad in store.quads_for_pattern(node, ox.NamedNode(predicate), None, None)]


def _one(store: ox.Store, node: object, predicate: str) -> object:
    return next(iter(_all(store, node, predicate)), None)


def _file(node: object) -> str:
    return node.value.removeprefix(SPACE) if isinstance(node, ox.NamedNode) else ""


def result_set(path: Path) -> list[dict[str, object]] | None:
    """A table in the result set vocabulary (rs:ResultSet); None where the file holds a graph."""
    store = ox.Store()
    store.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=f"{SPACE}{path.parent.name}/{path.name}")
    tables = list(store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(RS + "ResultSet"), None))
    if not tables:
        return None
    return [
        {
            str(getattr(_one(store, cell, RS + "variable"), "value", "")): _one(store, cell, RS + "value")
            for cell in _all(store, row, RS + "binding")
        }
        for row in _all(store, tables[0].subject, RS + "solution")
    ]


def quads(folder: Path, entry: Entry) -> Iterator[ox.Quad]:
    for file in entry.data:
        yield from _parsed(folder, file, ox.DefaultGraph())
    for file, name in entry.graphs:
        yield from _parsed(folder, file, ox.NamedNode(name))


def _parsed(folder: Path, file: str, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    path = folder / file
    for quad in ox.parse(path=str(path), format=_SYNTAX[path.suffix], base_iri=SPACE + file):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)

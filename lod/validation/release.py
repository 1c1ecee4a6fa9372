"""Rules across papers: the queries of shapes/release.ttl over the default graph of a release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

import pyoxigraph as ox

from lod.assets import shapes_dir
from lod.validation.compiled import Data
from lod.validation.report import Places, Report, make_report
from lod.validation.shapes import Query, Result, Shape, ShapesFile, Term

RELEASE_FILES = ("release.ttl",)
_THIS = re.compile(r"WHERE\s*\{")


class Queryable(Protocol):
    """A store that answers SPARQL with pyoxigraph's solutions."""

    def query(self, text: str, /) -> Any: ...  # noqa: ANN401  pyoxigraph's union of all kinds of answers


def check_release(store: Queryable) -> Report:
    """Judges a release. pySHACL would ask each query once per focus node; here each is asked once for all."""
    file = ShapesFile.read(shapes_dir() / name for name in RELEASE_FILES)
    results = [result for shape in file.rules for query in shape.queries for result in _results(store, shape, query)]
    near = Data(_near(store, results))
    return make_report(results, near, Places(near), "")


def _results(store: Queryable, shape: Shape, query: Query) -> Iterator[Result]:
    for target in shape.target_classes:
        text = _THIS.sub(rf"\g<0> $this a <{target}> . ", query.text, count=1)
        for row in store.query(text):
            value = _bound(row, "value")
            if value is None and shape.path is None:
                value = row["this"]
            yield Result(shape, row["this"], shape.term, value)


def _bound(row: ox.QuerySolution, name: str) -> Term | None:
    try:
        value: Term | None = row[name]
    except KeyError:
        return None
    return value


def _near(store: Queryable, results: list[Result]) -> Iterator[ox.Triple]:
    """Labels and places of the nodes that the results name (places stand in named graphs)."""
    nodes = {node for result in results for node in (result.focus, result.value) if isinstance(node, ox.NamedNode)}
    for node in sorted(nodes, key=str):
        for row in store.query(_LABELS.replace("$node", str(node))):
            yield ox.Triple(node, row["p"], row["o"])
        for row in store.query(_PLACES.replace("$node", str(node))):
            yield ox.Triple(row["s"], row["p"], row["o"])


_LABELS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT ?p ?o WHERE { $node ?p ?o . FILTER (?p IN (skos:prefLabel, foaf:name, rdfs:label)) }"""
# Each GRAPH holds one plain pattern: a BIND or a UNION inside it would make the store try every graph that there is.
_PLACES = """PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT DISTINCT ?s ?p ?o WHERE {
  { GRAPH ?g { $node prov:wasDerivedFrom ?o } BIND ($node AS ?s) BIND (prov:wasDerivedFrom AS ?p) }
  UNION { GRAPH ?g { $node prov:wasDerivedFrom ?s . ?s ?p ?o } }
  UNION { GRAPH ?g { $node prov:wasDerivedFrom ?place . ?place oa:hasSelector ?s . ?s ?p ?o } }
}"""

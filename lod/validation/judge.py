"""pySHACL over rdflib terms.

The data graph is rdflib's own, not one held by Oxigraph: Oxigraph keeps xsd:nonNegativeInteger as xsd:integer and
normalises numbers, so that sh:datatype would judge other terms than those given.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import pyoxigraph as ox

from lod.validation.shapes import SH, Result, Shape
from lod.validation.terms import from_rdflib, to_graph

if TYPE_CHECKING:
    from rdflib import Graph


def judge(
    triples: Iterable[ox.Triple], shapes_graph: Graph, rules: Mapping[str, Shape], chosen: Iterable[str] | None
) -> list[Result]:
    """Validates the triples by pySHACL against the `chosen` shapes; None means all shapes of the graph.

    `chosen` must hold the parts of the rules too: pySHACL 0.40 takes a value to conform to sh:or, sh:and and the like
    where the shapes named there are not among those it was told to use.
    """
    import pyshacl

    logging.getLogger("rdflib.term").setLevel(
        logging.ERROR
    )  # an ill-typed literal is a result, not a warning on stderr
    used = None if chosen is None else sorted(chosen)
    _, report, _ = pyshacl.validate(to_graph(triples), shacl_graph=shapes_graph, use_shapes=used, inplace=True)
    return list(read_results(report, rules))


def read_results(report: Graph, rules: Mapping[str, Shape]) -> Iterator[Result]:
    """The results of a SHACL report graph (SHACL 3.6.2)."""
    from rdflib import URIRef

    for node in report.objects(None, URIRef(SH + "result")):
        said = {str(predicate).removeprefix(SH): value for predicate, value in report.predicate_objects(node)}
        path, value = said.get("resultPath"), said.get("value")
        yield Result(
            shape=rules[str(said["sourceShape"])],
            focus=from_rdflib(said["focusNode"]),
            path=str(path) if isinstance(path, URIRef) else "",
            value=None if value is None else from_rdflib(value),
            component=str(said["sourceConstraintComponent"]),
        )

"""RDF terms between pyoxigraph, which the rest of the program uses, and rdflib, which pySHACL uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from lod.validation.shapes import Term

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Identifier


def to_rdflib(term: Term) -> Identifier:
    """The same term for rdflib; literals keep their lexical form."""
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise TypeError("rdflib has no triple terms")
    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
    return Literal(term.value, datatype=None if plain else URIRef(term.datatype.value), normalize=False)


def from_rdflib(term: object) -> Term:
    """The same term for pyoxigraph."""
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if not isinstance(term, Literal):
        raise TypeError(f"no RDF term: {term!r}")
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))


def to_graph(triples: Iterable[ox.Triple]) -> Graph:
    """An rdflib graph of pyoxigraph triples; each distinct term is made once."""
    from rdflib import Graph

    made: dict[Term, Identifier] = {}

    def term(given: Term) -> Identifier:
        found = made.get(given)
        if found is None:
            found = made[given] = to_rdflib(given)
        return found

    graph = Graph()
    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph

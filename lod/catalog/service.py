"""The description that the SPARQL endpoint gives of itself (SPARQL 1.1 Service Description 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pyoxigraph import Literal, NamedNode, Triple

from lod.catalog.contents import Contents
from lod.catalog.void import counts
from lod.formats.registers import W3C_FORMATS
from lod.iri import Mint
from lod.vocab import PREFIXES, RDF, SD, SH, TEXT, VOID, XSD

MOST_GRAPHS = 500
"""Graphs of papers that a description names. Each data set's own document names all of its graphs."""
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")


def description(mint: Mint, contents: Contents, editions: Iterable[tuple[str, int]], *, calls: bool) -> list[Triple]:
    """The service, its data set and prefixes. `editions` are graphs of papers with their sizes; `calls` says whether
    SERVICE is allowed to any address.
    """
    service, dataset = NamedNode(mint.service), NamedNode(mint.service + "#dataset")
    facts = NamedNode(mint.facts)
    triples = [
        Triple(service, RDF.type, SD.Service),
        Triple(service, SD.endpoint, NamedNode(mint.endpoint)),
        Triple(service, SD.supportedLanguage, SD.SPARQL11Query),
        Triple(service, SD.defaultEntailmentRegime, _SIMPLE),
        *(Triple(service, SD.resultFormat, NamedNode(iri)) for iri in W3C_FORMATS.values()),
        *([Triple(service, SD.feature, SD.BasicFederatedQuery)] if calls else []),
        *(Triple(service, SD.propertyFeature, term) for term in (TEXT.matches, TEXT.search)),
        Triple(service, SD.extensionFunction, TEXT.contains),
        Triple(service, SD.defaultDataset, dataset),
        Triple(dataset, RDF.type, SD.Dataset),
        Triple(dataset, SD.defaultGraph, facts),
        Triple(facts, RDF.type, SD.Graph),
        *counts(facts, contents.facts, mint.void + "#"),
    ]
    for name, counted in contents.graphs.items():
        triples += [*_graph(mint, dataset, name), *counts(NamedNode(name), counted, _within(mint, name) + "-")]
    for name, size in islice(editions, MOST_GRAPHS):
        triples += _graph(mint, dataset, name)
        triples.append(Triple(NamedNode(name), VOID.triples, Literal(str(size), datatype=XSD.integer)))
    return [*triples, *prefixes(mint, PREFIXES)]


def prefixes(mint: Mint, table: Mapping[str, str]) -> Iterator[Triple]:
    """Each prefix of the table as a declaration (SHACL 5.2.1), so that clients can fill in a query's head."""
    service = NamedNode(mint.service)
    for prefix, space in table.items():
        node = NamedNode(f"{mint.service}#prefix-{prefix}")
        yield Triple(service, SH.declare, node)
        yield Triple(node, SH.prefix, Literal(prefix))
        yield Triple(node, SH.namespace, Literal(space, datatype=XSD.anyURI))


def _graph(mint: Mint, dataset: NamedNode, name: str) -> Iterator[Triple]:
    node, graph = NamedNode(_within(mint, name)), NamedNode(name)
    yield Triple(dataset, SD.namedGraph, node)
    yield Triple(node, RDF.type, SD.NamedGraph)
    yield Triple(node, SD.name, graph)
    yield Triple(node, SD.graph, graph)
    yield Triple(graph, RDF.type, SD.Graph)


def _within(mint: Mint, name: str) -> str:
    """The node of a graph as a part of the endpoint's data set."""
    return f"{mint.service}#{name.removeprefix(mint.base).replace('/', '-')}"

"""VoID: the merged facts with their partitions by class and property, the years as subsets, links, vocabularies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from lod.catalog.contents import Contents
from lod.catalog.linksets import Linkset
from lod.catalog.statistics import Statistics
from lod.formats import FORMATS
from lod.formats.registers import W3C_FORMATS
from lod.iri import Mint
from lod.vocab import DCTERMS, FOAF, PREFIXES, RDF, VOID, XSD

_LOCAL = re.compile(r"[A-Za-z0-9_.\-]+\Z")


def document(mint: Mint, title: Mapping[str, str], contents: Contents, dumps: Iterable[str] = ()) -> list[Triple]:
    """The VoID document `…/void`. `dumps` are the addresses of files that hold all the facts."""
    here, facts = NamedNode(mint.void), NamedNode(mint.facts)
    names = [Literal(name, language=language) for language, name in title.items()]
    triples = [
        Triple(here, RDF.type, VOID.DatasetDescription),
        Triple(here, FOAF.primaryTopic, facts),
        *(Triple(here, DCTERMS.title, Literal(f"VoID: {name.value}", language=name.language)) for name in names),
        *(Triple(facts, DCTERMS.title, name) for name in names),
        Triple(facts, VOID.sparqlEndpoint, NamedNode(mint.endpoint)),
        Triple(facts, VOID.uriSpace, Literal(mint.base + "id/")),
    ]
    triples += [Triple(facts, VOID.feature, NamedNode(W3C_FORMATS[item.suffix])) for item in FORMATS]
    triples += [Triple(facts, VOID.dataDump, NamedNode(address)) for address in dumps]
    triples += [Triple(facts, VOID.exampleResource, NamedNode(iri)) for iri in contents.examples.values()]
    triples += [Triple(facts, VOID.vocabulary, NamedNode(space)) for space in vocabularies(contents.facts)]
    triples += counts(facts, contents.facts, mint.void + "#")
    for entry in contents.years:
        year = NamedNode(mint.yearly(entry.code, entry.year))
        triples += [Triple(facts, VOID.subset, year), Triple(year, RDF.type, VOID.Dataset)]
        triples.append(Triple(year, VOID.triples, _number(entry.triples)))
    return [*triples, *_linksets(mint, contents.linksets)]


def vocabularies(counted: Statistics) -> list[str]:
    """The namespaces of the classes and properties in use."""
    return sorted({iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in (*counted.properties, *counted.classes)})


def counts(node: NamedNode, counted: Statistics, start: str) -> Iterator[Triple]:
    """The counts of a data set or graph; the IRIs of its partitions begin with `start`, which holds a #."""
    yield Triple(node, RDF.type, VOID.Dataset)
    yield Triple(node, VOID.triples, _number(counted.triples))
    yield Triple(node, VOID.distinctSubjects, _number(counted.subjects))
    yield Triple(node, VOID.properties, _number(len(counted.properties)))
    yield Triple(node, VOID.classes, _number(len(counted.classes)))
    for iri, item in counted.properties.items():
        part = NamedNode(f"{start}property-{fragment(iri)}")
        yield from _property(node, part, iri, item.triples)
        yield Triple(part, VOID.distinctSubjects, _number(item.subjects))
    for iri, entities in counted.classes.items():
        part = NamedNode(f"{start}class-{fragment(iri)}")
        yield Triple(node, VOID.classPartition, part)
        yield Triple(part, RDF.type, VOID.Dataset)
        yield Triple(part, VOID.class_, NamedNode(iri))
        yield Triple(part, VOID.entities, _number(entities))
        used = counted.used.get(iri, {})
        if used:
            yield Triple(part, VOID.triples, _number(sum(used.values())))
        for name, triples in used.items():
            yield from _property(part, NamedNode(f"{part.value}-property-{fragment(name)}"), name, triples)


def _property(of: NamedNode, part: NamedNode, iri: str, triples: int) -> Iterator[Triple]:
    yield Triple(of, VOID.propertyPartition, part)
    yield Triple(part, RDF.type, VOID.Dataset)
    yield Triple(part, VOID.property, NamedNode(iri))
    yield Triple(part, VOID.triples, _number(triples))


def fragment(iri: str) -> str:
    """A short name for a class or property within a document: `mpol.Goal`, a digest where no prefix fits."""
    for prefix, space in PREFIXES.items():
        if iri.startswith(space) and _LOCAL.match(iri.removeprefix(space)):
            return f"{prefix}.{iri.removeprefix(space)}"
    return hashlib.sha256(iri.encode()).hexdigest()[:16]


def _linksets(mint: Mint, found: Sequence[Linkset]) -> Iterator[Triple]:
    facts = NamedNode(mint.facts)
    for item in found:
        graph = item.graph.removeprefix(mint.base + "graph/").replace("/", "-")
        host = item.target.split("/")[2]
        node = NamedNode(f"{mint.void}#{graph}-{fragment(item.property)}-{host}")
        target = NamedNode(f"{mint.void}#target-{host}")
        yield from (
            Triple(facts, VOID.subset, node),
            Triple(node, RDF.type, VOID.Linkset),
            Triple(node, VOID.linkPredicate, NamedNode(item.property)),
            Triple(node, VOID.subjectsTarget, facts),
            Triple(node, VOID.objectsTarget, target),
            Triple(node, VOID.triples, _number(item.triples)),
            Triple(target, RDF.type, VOID.Dataset),
            Triple(target, VOID.uriSpace, Literal(item.target)),
        )


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)

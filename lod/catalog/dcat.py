"""The catalogue as DCAT 3 after the rules of DCAT-AP 3.0.1. Nothing in it is written by hand.

A yearly data set is typed dcat:Dataset, its series only dcat:DatasetSeries: harvesters make an entry of every
dcat:Dataset they find. Every node has an IRI below a document that describes it, so that nothing is blank.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from lod.catalog import authority
from lod.catalog.entries import Catalogue, Entry
from lod.catalog.files import ALL, identifier
from lod.catalog.statements import agent, contact, days, in_languages, integer, licence, period, place
from lod.catalog.words import texts
from lod.stores.distribution import Distribution
from lod.vocab import ADMS, DCAT, DCATAP, DCTERMS, FOAF, HYDRA, PROV, RDF, SD, SPDX, VOID, XSD

PAGE = 200
"""Data sets of one page of the catalogue: some ten megabytes of Turtle, where harvesters refuse more than fifty."""
_MOST_PLACES = 100
"""Areas that a data set of many municipalities names."""


def pages(catalogue: Catalogue) -> int:
    return max(1, -(-len(catalogue.keys) // PAGE))


def document(catalogue: Catalogue, page: int = 1, suffix: str = "ttl") -> list[Triple]:
    """A page of the catalogue with its data sets in full. `suffix` is the format in which the next page is wanted."""
    start = (page - 1) * PAGE
    keys = catalogue.keys[start : start + PAGE]
    triples = [*_catalogue(catalogue), *service(catalogue)]
    for key in keys:
        triples += dataset(catalogue, catalogue.entry(key))
    for code in dict.fromkeys(catalogue.years[key].code for key in keys if key != ALL):
        triples += series(catalogue, code)
    node = NamedNode(catalogue.mint.catalog())
    for key in keys:
        iri = NamedNode(_iri(catalogue, key))
        triples += [Triple(node, DCAT.dataset, iri), Triple(node, DCAT.record, _record(iri))]
    return list(dict.fromkeys([*triples, *_paging(catalogue, page, suffix)]))


def pieces(catalogue: Catalogue) -> Iterator[list[Triple]]:
    """The catalogue in pieces that can be judged one by one: its frame, then each data set with its series."""
    yield [*_catalogue(catalogue), *service(catalogue)]
    seen: set[str] = set()
    for key in catalogue.keys:
        entry = catalogue.entry(key)
        own = [] if not entry.code or entry.code in seen else list(series(catalogue, entry.code))
        seen.add(entry.code)
        yield list(dict.fromkeys([*dataset(catalogue, entry), *own, *authority.named()]))


def _iri(catalogue: Catalogue, key: str) -> str:
    if key == ALL:
        return catalogue.mint.facts
    size = catalogue.years[key]
    return catalogue.mint.yearly(size.code, size.year)


def _catalogue(catalogue: Catalogue) -> Iterator[Triple]:
    mint, node = catalogue.mint, NamedNode(catalogue.mint.catalog())
    home = NamedNode(mint.base)
    yield Triple(node, RDF.type, DCAT.Catalog)
    yield from in_languages(node, DCTERMS.title, catalogue.title)
    yield from in_languages(node, DCTERMS.description, texts("catalogue.description"))
    yield Triple(node, DCTERMS.publisher, NamedNode(catalogue.publisher.iri))
    yield from agent(catalogue.publisher)
    for language in (authority.JAPANESE, authority.ENGLISH):
        yield Triple(node, DCTERMS.language, language)
    yield Triple(node, FOAF.homepage, home)
    yield Triple(home, RDF.type, FOAF.Document)
    yield Triple(node, DCAT.themeTaxonomy, authority.THEMES)
    yield Triple(node, DCAT.service, NamedNode(mint.service))
    yield from days(node, *catalogue.span)
    everything = catalogue.entry(ALL)
    yield from licence(node, everything, of_catalogue=True)
    for city in everything.cities[:_MOST_PLACES]:
        yield from place(mint, node, city)
    yield from authority.named()


def _paging(catalogue: Catalogue, page: int, suffix: str) -> Iterator[Triple]:
    """Hydra, where one page does not hold all: the node is the page, as ckanext-dcat and other harvesters follow it."""
    last = pages(catalogue)
    if last == 1:
        return
    node = NamedNode(catalogue.mint.catalog(page))
    yield Triple(node, RDF.type, HYDRA.PagedCollection)
    yield Triple(node, RDF.type, HYDRA.PartialCollectionView)
    yield Triple(node, HYDRA.totalItems, integer(len(catalogue.keys)))
    yield Triple(node, HYDRA.itemsPerPage, integer(PAGE))
    steps = {HYDRA.first: 1, HYDRA.previous: page - 1, HYDRA.next: page + 1, HYDRA.last: last}
    for term, target in steps.items():
        if 1 <= target <= last:
            yield Triple(node, term, NamedNode(f"{catalogue.mint.catalog(target)}.{suffix}"))


def dataset(catalogue: Catalogue, entry: Entry) -> Iterator[Triple]:
    """A data set with its files, its record and what it names."""
    mint, node = catalogue.mint, NamedNode(entry.iri)
    for kind in (DCAT.Dataset, VOID.Dataset):
        yield Triple(node, RDF.type, kind)
    yield Triple(node, DCTERMS.identifier, Literal(entry.key))
    yield from _described(node, entry)
    yield Triple(node, DCTERMS.language, authority.JAPANESE)
    yield Triple(node, DCTERMS.conformsTo, authority.MUPOL)
    page = NamedNode(f"{entry.iri}.html")
    yield Triple(node, DCAT.landingPage, page)
    yield Triple(page, RDF.type, FOAF.Document)
    yield Triple(node, DCAT.version, Literal(catalogue.release))
    yield from days(node, entry.dates.issued, entry.dates.modified)
    for city in entry.cities[:_MOST_PLACES]:
        yield from place(mint, node, city)
    if entry.period:
        yield from period(node, entry)
    if entry.series:
        yield Triple(node, DCAT.inSeries, NamedNode(entry.series))
    if entry.previous:
        yield Triple(node, DCAT.prev, NamedNode(entry.previous))
    for paper in entry.papers:
        yield Triple(node, PROV.wasDerivedFrom, NamedNode(paper))
    yield Triple(node, VOID.triples, integer(entry.statistics.triples))
    yield Triple(node, VOID.sparqlEndpoint, NamedNode(mint.endpoint))
    yield Triple(NamedNode(mint.service), DCAT.servesDataset, node)
    for item in entry.files:
        yield from distribution(catalogue, entry, item)
    yield from _record_of(entry)


def _described(node: NamedNode, entry: Entry) -> Iterator[Triple]:
    """What data sets and the service have in common: names, publisher, contact, theme, rights of access."""
    yield from in_languages(node, DCTERMS.title, entry.title)
    yield from in_languages(node, DCTERMS.description, entry.description)
    for text, language in entry.keywords:
        yield Triple(node, DCAT.keyword, Literal(text, language=language))
    yield Triple(node, DCTERMS.publisher, NamedNode(entry.publisher.iri))
    yield from agent(entry.publisher)
    yield Triple(node, DCAT.theme, authority.GOVERNMENT)
    yield Triple(node, DCTERMS.accessRights, authority.PUBLIC)
    yield from contact(node, entry)


def distribution(catalogue: Catalogue, entry: Entry, item: Distribution) -> Iterator[Triple]:
    """A file for download. Its address names the release, so that the checksum holds for good."""
    mint, node = catalogue.mint, NamedNode(catalogue.mint.distribution(item.path))
    yield Triple(NamedNode(entry.iri), DCAT.distribution, node)
    yield Triple(node, RDF.type, DCAT.Distribution)
    yield from in_languages(node, DCTERMS.title, item.title)
    yield from in_languages(node, DCTERMS.description, item.description)
    download = NamedNode(mint.download(catalogue.release, item.path))
    yield Triple(node, DCAT.accessURL, NamedNode(entry.iri))
    yield Triple(node, DCAT.downloadURL, download)
    yield Triple(NamedNode(entry.iri), VOID.dataDump, download)
    yield Triple(node, DCAT.mediaType, authority.media_type(item.media_type))
    yield Triple(node, DCTERMS.format, authority.file_type(item.format))
    yield from authority.of_format(item.format, item.media_type)
    if item.compression:
        packed = authority.media_type(item.compression)
        yield Triple(node, DCAT.compressFormat, packed)
        yield Triple(packed, RDF.type, DCTERMS.MediaType)
    yield Triple(node, DCAT.byteSize, Literal(str(item.bytes), datatype=XSD.nonNegativeInteger))
    checksum = NamedNode(f"{node.value}#checksum")
    yield Triple(node, SPDX.checksum, checksum)
    yield Triple(checksum, RDF.type, SPDX.Checksum)
    yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    yield Triple(SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm)
    yield Triple(checksum, SPDX.checksumValue, Literal(item.sha256, datatype=XSD.hexBinary))
    yield Triple(node, DCATAP.availability, authority.STABLE)
    yield from days(node, entry.dates.issued, entry.dates.modified)
    yield from licence(node, entry)


def _record(iri: NamedNode) -> NamedNode:
    return NamedNode(f"{iri.value}#record")


def _record_of(entry: Entry) -> Iterator[Triple]:
    """The entry itself: it changes with the data set, since nothing else in it can."""
    node = _record(NamedNode(entry.iri))
    yield Triple(node, RDF.type, DCAT.CatalogRecord)
    yield Triple(node, FOAF.primaryTopic, NamedNode(entry.iri))
    yield Triple(node, DCTERMS.conformsTo, authority.DCAT_AP)
    yield Triple(node, ADMS.status, authority.COMPLETED)
    yield from days(node, entry.dates.issued, entry.dates.modified)


def series(catalogue: Catalogue, code: str) -> Iterator[Triple]:
    """The series of a municipality's years; none where there is but one."""
    years = catalogue.series_years(code)
    if not years:
        return
    mint, node = catalogue.mint, NamedNode(catalogue.mint.series(code))
    title, description = catalogue.series(code)
    last = catalogue.entry(identifier(code, years[-1].year))
    yield Triple(node, RDF.type, DCAT.DatasetSeries)
    yield from in_languages(node, DCTERMS.title, title)
    yield from in_languages(node, DCTERMS.description, description)
    yield Triple(node, DCTERMS.publisher, NamedNode(last.publisher.iri))
    yield from agent(last.publisher)
    yield from contact(node, last)
    yield Triple(node, DCTERMS.accrualPeriodicity, authority.ANNUAL)
    yield from place(mint, node, catalogue.city(code))
    known_days = [catalogue.dates[key] for size in years if (key := identifier(code, size.year)) in catalogue.dates]
    if known_days:
        yield from days(node, min(d.issued for d in known_days), max(d.modified for d in known_days))
    yield Triple(node, DCAT.first, NamedNode(mint.yearly(code, years[0].year)))
    yield Triple(node, DCAT.last, NamedNode(mint.yearly(code, years[-1].year)))


def membership(entry: Entry) -> Iterator[Triple]:
    """That a data set is one of a series, for the document of the series."""
    node = NamedNode(entry.iri)
    yield Triple(node, DCAT.inSeries, NamedNode(entry.series))
    yield from in_languages(node, DCTERMS.title, entry.title)
    if entry.previous:
        yield Triple(node, DCAT.prev, NamedNode(entry.previous))


def service(catalogue: Catalogue) -> Iterator[Triple]:
    """The SPARQL endpoint as a data service; what it can do is in its own description."""
    mint, node = catalogue.mint, NamedNode(catalogue.mint.service)
    everything = catalogue.entry(ALL)
    endpoint = NamedNode(mint.endpoint)
    for kind in (DCAT.DataService, SD.Service):
        yield Triple(node, RDF.type, kind)
    yield from in_languages(node, DCTERMS.title, texts("service.title", title=catalogue.title))
    yield from in_languages(node, DCTERMS.description, texts("service.description"))
    for term in (DCAT.endpointURL, DCAT.endpointDescription, SD.endpoint):
        yield Triple(node, term, endpoint)
    yield Triple(node, DCTERMS.conformsTo, authority.SPARQL_PROTOCOL)
    yield Triple(node, DCAT.keyword, Literal("SPARQL", language="en"))
    yield Triple(node, DCAT.servesDataset, NamedNode(mint.facts))
    yield Triple(node, DCTERMS.publisher, NamedNode(everything.publisher.iri))
    yield from agent(everything.publisher)
    yield Triple(node, DCAT.theme, authority.GOVERNMENT)
    yield Triple(node, DCTERMS.accessRights, authority.PUBLIC)
    yield from contact(node, everything)
    if everything.licence:
        yield from licence(node, everything)

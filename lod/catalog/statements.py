"""What several nodes of the catalogue say alike: names, days, places, publisher, contact, licence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from lod.catalog import authority
from lod.catalog.contents import City
from lod.catalog.entries import Agent, Entry
from lod.catalog.licences import known
from lod.catalog.words import texts
from lod.iri import Mint
from lod.vocab import DCAT, DCTERMS, FOAF, ORG, RDF, RDFS, SKOS, VCARD, XSD


def agent(who: Agent) -> Iterator[Triple]:
    node = NamedNode(who.iri)
    yield Triple(node, RDF.type, FOAF.Agent)
    yield from in_languages(node, FOAF.name, who.names)
    if who.municipality:
        yield Triple(node, RDF.type, ORG.FormalOrganization)
        yield Triple(node, DCTERMS.type, authority.ADMS_AGENT)
    if who.homepage:
        yield Triple(node, FOAF.homepage, NamedNode(who.homepage))
        yield Triple(NamedNode(who.homepage), RDF.type, FOAF.Document)


def contact(node: NamedNode, entry: Entry) -> Iterator[Triple]:
    city = entry.contact
    if city is None:
        return
    point = NamedNode(f"{entry.iri}#contact")
    names = {"ja": city.contact["name"]} if city.contact.get("name") else texts("contact.name", city=city.names)
    yield Triple(node, DCAT.contactPoint, point)
    for kind in (VCARD.Kind, VCARD.Organization):
        yield Triple(point, RDF.type, kind)
    yield from in_languages(point, VCARD.fn, names)
    if city.contact.get("email"):
        yield Triple(point, VCARD.hasEmail, NamedNode(f"mailto:{city.contact['email']}"))
    if city.contact.get("form"):
        yield Triple(point, VCARD.hasURL, NamedNode(city.contact["form"]))
    number = "".join(char for char in city.contact.get("telephone", "") if char in "+0123456789")
    if number:
        yield Triple(point, VCARD.hasTelephone, NamedNode(f"tel:{number}"))


def place(mint: Mint, node: NamedNode, city: City) -> Iterator[Triple]:
    """The municipality's area. No national register of areas is named until somebody has reviewed the link."""
    area = NamedNode(f"{mint.catalog()}#area-{city.code}")
    yield Triple(node, DCTERMS.spatial, area)
    yield Triple(area, RDF.type, DCTERMS.Location)
    yield from in_languages(area, SKOS.prefLabel, city.names)
    yield Triple(area, DCTERMS.identifier, Literal(city.code))


def period(node: NamedNode, entry: Entry) -> Iterator[Triple]:
    if entry.period is None:
        return
    year = NamedNode(f"{entry.iri}#period")
    yield Triple(node, DCTERMS.temporal, year)
    yield Triple(year, RDF.type, DCTERMS.PeriodOfTime)
    for term, day in zip((DCAT.startDate, DCAT.endDate), entry.period, strict=True):
        yield Triple(year, term, Literal(day.isoformat(), datatype=XSD.date))


def days(node: NamedNode, issued: str, modified: str) -> Iterator[Triple]:
    for term, day in ((DCTERMS.issued, issued), (DCTERMS.modified, modified)):
        if day:
            yield Triple(node, term, Literal(day, datatype=XSD.date))


def in_languages(node: NamedNode, term: NamedNode, named: Mapping[str, str]) -> Iterator[Triple]:
    for language, text in named.items():
        yield Triple(node, term, Literal(text, language=language))


def integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def licence(node: NamedNode, entry: Entry, *, of_catalogue: bool = False) -> Iterator[Triple]:
    """The licence, or in words why there is none to name: dcterms:license is not mandatory, a guess would be false."""
    if entry.licence:
        iri, label = entry.licence
        named, found = NamedNode(iri), known(iri)
        yield Triple(node, DCTERMS.license, named)
        yield Triple(named, RDF.type, DCTERMS.LicenseDocument)
        yield Triple(named, RDFS.label, Literal(found.label if found else label, language="ja"))
        # CKAN knows a licence by the title in its own list; a second title would hide it.
        title = Literal(found.title, language="en") if found else Literal(label, language="ja")
        yield Triple(named, DCTERMS.title, title)
        if found:
            yield Triple(named, DCTERMS.type, NamedNode(found.kind))
            yield Triple(NamedNode(found.kind), RDF.type, SKOS.Concept)
            yield Triple(NamedNode(found.kind), SKOS.prefLabel, Literal(found.kind.rpartition("/")[2], language="en"))
        return
    rights = NamedNode(f"{entry.iri}#rights")
    several = len({city.licence for city in entry.cities}) > 1
    if several and of_catalogue:
        return
    yield Triple(node, DCTERMS.rights, rights)
    yield Triple(rights, RDF.type, DCTERMS.RightsStatement)
    yield from in_languages(rights, RDFS.label, texts("rights.several" if several else "rights.unknown"))

"""Terms of controlled lists that DCAT-AP asks for, each typed as its shapes want it and named as catalogues show it."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from lod.formats.files import FILE_FORMATS
from lod.vocab import DCTERMS, RDF, RDFS, SKOS

_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "http://www.iana.org/assignments/media-types/"
ADMS_AGENT = NamedNode("http://purl.org/adms/publishertype/LocalAuthority")
JAPANESE = NamedNode(_EU + "language/JPN")
ENGLISH = NamedNode(_EU + "language/ENG")
ANNUAL = NamedNode(_EU + "frequency/ANNUAL")
PUBLIC = NamedNode(_EU + "access-right/PUBLIC")
STABLE = NamedNode(_EU + "planned-availability/STABLE")
THEMES = NamedNode(_EU + "data-theme")
GOVERNMENT = NamedNode(_EU + "data-theme/GOVE")
COMPLETED = NamedNode("http://purl.org/adms/status/Completed")
SPARQL_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
DCAT_AP = NamedNode("http://data.europa.eu/r5r/")
MUPOL = NamedNode("https://w3id.org/mupol/def")

_FILE_TYPES = {
    "ttl": "RDF_TURTLE",
    "jsonld": "JSON_LD",
    "nt": "RDF_N_TRIPLES",
    "rdf": "RDF_XML",
    "nq": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
    "csv": "CSV",
    "csv-excel": "CSV",
    "xlsx": "XLSX",
    "parquet": "PARQUET",
    "json": "JSON",
    "txt": "TXT",
}
_OTHER = "BIN"
"""The list's name for what it has no name for, such as SQLite."""
_BY_TITLE = {item.title: suffix for suffix, item in reversed(FILE_FORMATS.items())}


def file_type(title: str) -> NamedNode:
    """The EU file type of a format by its title in the table of file formats."""
    return NamedNode(f"{_EU}file-type/{_FILE_TYPES.get(_BY_TITLE.get(title, ''), _OTHER)}")


def format_name(title: str) -> str:
    """What catalogues call a format: CSV for Excel is CSV too, and what the list has no name for is binary."""
    name = file_type(title).value.rpartition("/")[2]
    if name == _OTHER:
        return "Binary"
    return next((known.title for known in FILE_FORMATS.values() if _FILE_TYPES.get(known.suffix) == name), title)


def media_type(name: str) -> NamedNode:
    return NamedNode(_IANA + name)


def of_format(title: str, name: str) -> Iterator[Triple]:
    """A file type, with the label that CKAN shows. It must be both: DCAT-AP's range is MediaTypeOrExtent, CKAN looks
    for IMT and else shows the bare IRI.
    """
    node = file_type(title)
    for kind in (DCTERMS.IMT, DCTERMS.MediaTypeOrExtent):
        yield Triple(node, RDF.type, kind)
    yield Triple(node, RDFS.label, Literal(format_name(title)))
    yield Triple(media_type(name), RDF.type, DCTERMS.MediaType)


def named() -> Iterator[Triple]:
    """The terms that every catalogue uses."""
    for node, kind in (
        (JAPANESE, DCTERMS.LinguisticSystem),
        (ENGLISH, DCTERMS.LinguisticSystem),
        (ANNUAL, DCTERMS.Frequency),
        (PUBLIC, DCTERMS.RightsStatement),
        (STABLE, SKOS.Concept),
        (GOVERNMENT, SKOS.Concept),
        (ADMS_AGENT, SKOS.Concept),
        (COMPLETED, SKOS.Concept),
        (THEMES, SKOS.ConceptScheme),
        (SPARQL_PROTOCOL, DCTERMS.Standard),
        (DCAT_AP, DCTERMS.Standard),
        (MUPOL, DCTERMS.Standard),
    ):
        yield Triple(node, RDF.type, kind)
    for node, ja, en in (
        (STABLE, "安定", "stable"),
        (GOVERNMENT, "行政・公共部門", "Government and public sector"),
        (ADMS_AGENT, "地方公共団体", "Local Authority"),
        (COMPLETED, "公開済み", "Completed"),
    ):
        yield Triple(node, SKOS.prefLabel, Literal(ja, language="ja"))
        yield Triple(node, SKOS.prefLabel, Literal(en, language="en"))
    yield Triple(THEMES, DCTERMS.title, Literal("Data theme", language="en"))
    yield Triple(THEMES, DCTERMS.title, Literal("データの主題", language="ja"))

"""The one table of RDF formats: negotiation, links to alternates, suffixes and dumps all read it.

Each format writes the same graph from the same triples; a test compares them. Blank nodes keep their labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from lod.formats import json_ld
from lod.vocab import PREFIXES

Serializer = Callable[[Sequence[Triple]], bytes]

_XML_NAME_TAIL = re.compile(r"[A-Za-z_\u00C0-\u02FF\u0370-\u1FFF\u3001-\uD7FF][\w.\-]*\Z")


_SPACE = re.compile(rb"<([^<>\s]*[#/])[^<>\s#/]*>")


class UnserializableError(ValueError):
    """The format has no way to write one of the triples; the message names it."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a graph. `also` are media types under which clients ask for it as well."""

    name: str
    title: str
    media_type: str
    suffix: str
    also: tuple[str, ...]
    serialize: Serializer

    @property
    def content_type(self) -> str:
        """The Content-Type header. JSON and XML say their encoding themselves (RFC 8259 8.1, RFC 7303 3)."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


def _turtle(triples: Sequence[Triple]) -> bytes:
    return _written(triples, RdfFormat.TURTLE)


def _ntriples(triples: Sequence[Triple]) -> bytes:
    output = BytesIO()
    serialize(triples, output, RdfFormat.N_TRIPLES)
    return output.getvalue()


def _rdf_xml(triples: Sequence[Triple]) -> bytes:
    """RDF/XML writes a property as an XML name, so its IRI must end in one (RDF/XML 5.1): …/p/1 cannot be written."""
    for triple in triples:
        check_xml_name(triple)
    return _written(triples, RdfFormat.RDF_XML)


def check_xml_name(triple: Triple) -> None:
    """Raises UnserializableError for a property that RDF/XML has no name for."""
    if not _XML_NAME_TAIL.search(triple.predicate.value):
        raise UnserializableError(triple.predicate.value)


def _json_ld(triples: Sequence[Triple]) -> bytes:
    return json_ld.write(triples)


def _written(triples: Sequence[Triple], rdf_format: RdfFormat) -> bytes:
    output = BytesIO()
    serialize(triples, output, rdf_format, prefixes=_used_prefixes(triples))
    return output.getvalue()


def _used_prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """The prefixes that the triples need, so that a short document stays short.

    Read off their N-Triples, which is many times faster than asking each term. A text that holds an IRI in angle
    brackets can add a prefix that nothing uses.
    """
    output = BytesIO()
    serialize(triples, output, RdfFormat.N_TRIPLES)
    spaces = {space.decode() for space in _SPACE.findall(output.getvalue())}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


FORMATS: tuple[Format, ...] = (
    Format("turtle", "Turtle", "text/turtle", "ttl", ("application/x-turtle", "text/n3", "text/rdf+n3"), _turtle),
    Format("json-ld", "JSON-LD", "application/ld+json", "jsonld", ("application/json",), _json_ld),
    Format("n-triples", "N-Triples", "application/n-triples", "nt", ("text/plain",), _ntriples),
    Format("rdf-xml", "RDF/XML", "application/rdf+xml", "rdf", ("application/xml", "text/xml"), _rdf_xml),
)
"""In order of preference where a client likes several equally."""

DATASET_FORMATS: dict[str, RdfFormat] = {"trig": RdfFormat.TRIG, "nq": RdfFormat.N_QUADS}
"""Suffixes of the formats that keep named graphs apart."""


def serialize_quads(quads: Sequence[Quad], suffix: str) -> bytes:
    """Quads in a format of DATASET_FORMATS."""
    output = BytesIO()
    serialize(quads, output, DATASET_FORMATS[suffix], prefixes=_used_prefixes([quad.triple for quad in quads]))
    return output.getvalue()


_BY_SUFFIX = {item.suffix: item for item in FORMATS}


def by_suffix(suffix: str) -> Format | None:
    """The format with a file suffix (`ttl`, without the dot)."""
    return _BY_SUFFIX.get(suffix)

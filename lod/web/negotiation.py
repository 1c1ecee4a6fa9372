"""Which representation and which language a client gets (RFC 9110 sections 12.4 and 12.5).

Own matcher: Werkzeug's `best_match` finds nothing for `text/turtle;charset=utf-8`, for JSON-LD with a profile and for
an empty Accept. Parameters other than `q` never narrow a choice here, since no two offers differ by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lod.formats import FORMATS, Format, excel_csv

_SPLIT = re.compile(r""",(?=(?:[^"]*"[^"]*")*[^"]*\Z)""")
_PARAMETERS = re.compile(r""";(?=(?:[^"]*"[^"]*")*[^"]*\Z)""")
_WEIGHT = re.compile(r"(?:0?\.[0-9]+|0|1)(?:\.[0-9]*)?\Z")
MAX_HEADER = 4096


@dataclass(frozen=True, slots=True)
class Offer:
    """One representation that can be had: its suffix is its name; `also` are media types that ask for it as well."""

    suffix: str
    title: str
    media_type: str
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


def of_format(item: Format) -> Offer:
    return Offer(item.suffix, item.title, item.media_type, item.also)


HTML = Offer("html", "HTML", "text/html", ("application/xhtml+xml",))
PROBLEM = Offer("json", "JSON", "application/problem+json", ("application/json",))
GRAPH_OFFERS = tuple(of_format(item) for item in FORMATS)
DOCUMENT_OFFERS = (HTML, *GRAPH_OFFERS)
"""A document of the vocabulary: HTML for people (and for `*/*`), then the formats of the table."""
CSV = Offer("csv", "CSV", "text/csv")
CSV_EXCEL = Offer(excel_csv.SUFFIX, excel_csv.TITLE, excel_csv.MEDIA_TYPE)
"""For a spreadsheet, asked for by name; `Accept: text/csv` gives the plain one."""
JSON = Offer("json", "JSON", "application/json")
TEXT = Offer("txt", "TXT", "text/plain")
XML = Offer("xml", "XML", "application/xml")
OPENSEARCH = Offer("xml", "OpenSearch", "application/opensearchdescription+xml")
SUGGESTIONS = Offer("json", "Suggestions", "application/x-suggestions+json", ("application/json",))
SEARCH_OFFERS = (HTML, JSON, CSV, CSV_EXCEL)
API = Offer("json", "OpenAPI", "application/vnd.oai.openapi+json", ("application/json",))
CONTEXT = Offer("jsonld", "JSON-LD", "application/ld+json", ("application/json",))
RESULT_OFFERS = (
    Offer("json", "JSON", "application/sparql-results+json", ("application/json",)),
    Offer("xml", "XML", "application/sparql-results+xml", ("application/xml", "text/xml")),
    CSV,
    CSV_EXCEL,
    Offer("tsv", "TSV", "text/tab-separated-values"),
)
"""The result of a SELECT or ASK."""
ATOM = Offer("atom", "Atom", "application/atom+xml", ("application/xml", "text/xml"))
ACTIVITY = Offer("json", "ActivityStreams", "application/activity+json", ("application/ld+json", "application/json"))
LINK_FORMAT = Offer("link", "Link format", "application/link-format")
DATASET_OFFERS = (Offer("trig", "TriG", "application/trig"), Offer("nq", "N-Quads", "application/n-quads"))
THING_OFFERS = (*DOCUMENT_OFFERS, *DATASET_OFFERS, CSV, CSV_EXCEL)
"""A document of a thing or a graph: also with its named graphs, and as a table."""


@dataclass(frozen=True, slots=True)
class Range:
    """One media range (or language range) of a header with its weight from 0 to 1."""

    value: str
    weight: float


def parse(header: str) -> list[Range]:
    """The ranges of an Accept or Accept-Language header; a weight that is no weight counts as 1."""
    ranges = []
    for part in _SPLIT.split(header[:MAX_HEADER]):
        value, *parameters = (piece.strip() for piece in _PARAMETERS.split(part))
        if value:
            ranges.append(Range("*/*" if value == "*" else value.lower(), _weight(parameters)))
    return ranges


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q" and _WEIGHT.match(value.strip()):
            return min(1.0, float(value))
    return 1.0


def quality(ranges: Sequence[Range], media_type: str) -> float:
    """The weight of the most specific range that a media type falls into (RFC 9110 12.5.1); 0 if into none."""
    for candidate in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        weights = [item.weight for item in ranges if item.value == candidate]
        if weights:
            return max(weights)
    return 0.0


def choose(header: str | None, offers: Sequence[Offer]) -> Offer | None:
    """The offer a client likes best, the earlier one of equals; None if it accepts none. No or empty header: the first.

    An offer is judged by its own media type; its other names count only where the client does not name that.
    """
    ranges = parse(header or "")
    if not ranges:
        return offers[0]
    best, best_rank = None, (0.0, False)
    for offer in offers:
        rank = _rank(offer, ranges)
        if rank > best_rank and rank[0] > 0:
            best, best_rank = offer, rank
    return best


def _rank(offer: Offer, ranges: Sequence[Range]) -> tuple[float, bool]:
    """Its weight, and whether the client named it: `application/json, */*` likes JSON better than anything."""
    named = [item for item in ranges if item.value in (offer.media_type, *offer.also)]
    own = [item.weight for item in named if item.value == offer.media_type]
    if own:
        return max(own), True
    return (max(item.weight for item in named), True) if named else (quality(ranges, offer.media_type), False)


def choose_language(header: str | None, languages: Sequence[str]) -> str:
    """The language a reader likes best (RFC 4647 3.4, lookup by the primary tag); the first one if none is liked."""
    best, best_weight = languages[0], 0.0
    for item in parse(header or ""):
        tag = item.value.partition("-")[0]
        if tag in languages and item.weight > best_weight:
            best, best_weight = tag, item.weight
    return best

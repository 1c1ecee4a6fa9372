"""What all web servers are told of an exported site: addresses and their formats, media types, what is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lod.formats import excel_csv
from lod.formats.files import FILE_FORMATS, GZIP
from lod.site import routes
from lod.site.accepting import media_types
from lod.web import openapi
from lod.web.negotiation import ATOM, CSV, HTML, THING_OFFERS, Offer
from lod.web.texts import LANGUAGES

_PARTS = {"path": "[^.]+?", "int": "[0-9]+", None: "[^/.]+"}
_PART = re.compile(r"<(?:(path|int):)?[a-z_]+>")
_STATIC_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "wasm": "application/wasm",
    "xml": "application/xml",
    "gz": GZIP,
    "atom": ATOM.media_type,
}
TEXTS = ("html", "css", "js", "csv", "ttl", "txt", "svg", "xml", "atom")
"""What a browser shows as text: in UTF-8, as all that we write."""


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses of documents with the same formats: `patterns` of their paths below the site, without suffix."""

    offers: tuple[Offer, ...]
    patterns: tuple[str, ...]

    @property
    def any_of(self) -> str:
        return "|".join(self.patterns)


@dataclass(frozen=True, slots=True)
class Rules:
    """What all hosts are told. `prefix` is the site's own path ('' or /lod); `own` its language."""

    prefix: str
    own: str
    groups: tuple[Group, ...]
    gone: tuple[str, ...]
    """The paths of what was withdrawn, below id/ and doc/."""

    @property
    def other(self) -> str:
        return next(lang for lang in LANGUAGES if lang != self.own)


def rules(base: str, own: str, suffixes: frozenset[str], withdrawn: Mapping[str, object]) -> Rules:
    """`suffixes` are the exported formats of things; `withdrawn` is by path, id/X."""
    gone = (path.removeprefix("id/") for path in sorted(withdrawn) if path.startswith("id/"))
    return Rules(urlsplit(base).path.rstrip("/"), own, tuple(groups(suffixes)), tuple(gone))


def groups(suffixes: frozenset[str]) -> Iterator[Group]:
    """The documents of the site by their formats."""
    offered = {route.rule: route.offers for route in openapi.routes()}
    found: dict[tuple[Offer, ...], list[str]] = {}
    for route in routes.routes():
        if route.in_browser:
            found.setdefault((HTML,), []).append(_pattern(route.rule))
        elif route.how == "document" and "<suffix>" not in route.rule and route.rule != "/":
            there = {*route.data_suffixes(suffixes), *(route.suffixes if HTML.suffix in route.suffixes else ())}
            left_out = set(route.suffixes) - {HTML.suffix} - set(route.data_suffixes(suffixes))
            offers = tuple(offer for offer in offered[route.rule] if offer.suffix in there - left_out)
            found.setdefault(offers, []).append(_pattern(route.rule))
    for offers, patterns in found.items():
        yield Group(offers, tuple(patterns))


def _pattern(rule: str) -> str:
    parts, at = [], 1
    for match in _PART.finditer(rule):
        parts += [re.escape(rule[at : match.start()]), _PARTS[match[1]]]
        at = match.end()
    return "".join([*parts, re.escape(rule[at:])])


def types() -> dict[str, str]:
    """Media type by suffix."""
    found = {suffix: item.media_type for suffix, item in FILE_FORMATS.items() if suffix != excel_csv.SUFFIX}
    return found | {offer.suffix: offer.media_type for offer in THING_OFFERS[1:-1]} | _STATIC_TYPES


def tail_of(suffix: str) -> str:
    """What stands behind the stem of a file of a format (lod/site/names.py)."""
    return f"excel.{CSV.suffix}" if suffix == excel_csv.SUFFIX else suffix


def choices(group: Group) -> list[tuple[str, str]]:
    """How the format is chosen; nothing where there is only one, which everybody gets."""
    return list(media_types(group.offers)) if len(group.offers) > 1 else []


def worded(group: Group) -> list[str]:
    """The formats that have a file for each language."""
    return [offer.suffix for offer in group.offers if offer.suffix in (HTML.suffix, ATOM.suffix)]

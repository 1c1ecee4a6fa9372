"""The one rule by which an address of the server becomes the name of a file of the static site.

    doc/org/142034                 doc/org/142034.html, in the site's other language doc/org/142034.en.html
    doc/org/142034.ttl             doc/org/142034.ttl
    doc/org/142034?page=2          doc/org/142034.page-2.html
    releases/r1?city=142034        releases/r1.city-142034.html
    (the first page)               index.html
    doc/org/142034.csv-excel       doc/org/142034.excel.csv, which a double click opens

A page that runs in the browser keeps its parameters: search.html?q=…. Keys of things have no dot (lod/iri.py), so no
two addresses become one name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urlencode

from lod.formats import excel_csv
from lod.site import routes
from lod.web.negotiation import CSV, HTML

INDEX = "index"
_PLAIN = re.compile(r"[A-Za-z0-9-]+\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked for, whatever the format and the language: a path without suffix, and what narrows it further."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The same as text, for lists of what is to be made."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    @property
    def stem(self) -> str:
        """The name of its files without language and suffix."""
        for name, value in self.query:
            if not _PLAIN.match(value):
                raise ValueError(f"{name}={value}")
        return (self.path or INDEX) + "".join(f".{name}-{value}" for name, value in self.query)


def place_of(key: str) -> Place:
    """The place that a `Place.key` names."""
    path, _, query = key.partition("?")
    pairs = (part.partition("=") for part in query.split("&")) if query else ()
    return Place(path, tuple((name, unquote(value)) for name, _, value in pairs))


def file_of(place: Place, suffix: str, lang: str = "") -> str:
    """The name of a file. `lang` is empty for the site's own language and for formats without words."""
    if routes.of(place.path).is_file:
        return place.path
    tail = f"excel.{CSV.suffix}" if suffix == excel_csv.SUFFIX else suffix
    return f"{place.stem}.{lang}.{tail}" if lang else f"{place.stem}.{tail}"


@dataclass(frozen=True, slots=True)
class Linked:
    """Where a link of a page leads: the name of the file as it stands in an address, and the place that it is of."""

    address: str
    place: str


@lru_cache(maxsize=100_000)
def linked(path: str, query: tuple[tuple[str, str], ...], lang: str) -> Linked:
    """Where a link to an address of the server leads. `lang` as in `file_of`."""
    asked = dict(query)
    asked.pop("lang", None)
    suffix = asked.pop("format", "")
    route = routes.of(path)
    if route.how == "none":
        raise LookupError(path)
    if route.in_browser:
        place = Place(path)
        return Linked(quote(file_of(place, HTML.suffix, lang)) + (f"?{urlencode(asked)}" if asked else ""), place.key)
    stem, by_suffix = _split(path, route)
    place = Place(stem, tuple(sorted(asked.items())))
    chosen = by_suffix or suffix or next(iter(route.suffixes), "")
    return Linked(quote(file_of(place, chosen, lang if route.worded(chosen) else "")), place.key)


def _split(path: str, route: routes.Route) -> tuple[str, str]:
    """(path, suffix) of a path that may end in the suffix of one of the route's formats."""
    if route.is_file:
        return path, ""
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and suffix in route.suffixes else (path, "")


def with_parameters(path: str, parameters: Mapping[str, str]) -> Place:
    return Place(path, tuple(sorted(parameters.items())))

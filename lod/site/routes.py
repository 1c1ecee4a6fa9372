"""What becomes of each route of the application when no server runs: `routes.toml`, together with lod/web/api.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from lod.web import openapi
from lod.web.negotiation import ATOM, HTML

_PART = re.compile(r"<(?:(path|int):)?[a-z_]+>")
_PATTERNS = {"path": ".+", "int": "[0-9]+", None: "[^/]+"}
_SUFFIX = r"(?:\.[a-z-]+)?"
_THINGS = ("/doc/", "/graph/")
_IN_BOTH = {HTML.suffix, ATOM.suffix}
"""What is written in each language; tables have their words in the language of the site."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `suffixes` are its formats, the first one is where a plain link leads."""

    rule: str
    how: str
    suffixes: tuple[str, ...] = ()
    why: str = ""

    @property
    def is_file(self) -> bool:
        return self.how == "file"

    @property
    def in_browser(self) -> bool:
        return self.how == "browser"

    @property
    def by_suffix(self) -> bool:
        """Whether the application tells its formats apart by suffix; otherwise by `?format=`."""
        return self.rule.startswith(_THINGS) or self.rule.endswith(".<suffix>")

    def data_suffixes(self, chosen: Collection[str]) -> tuple[str, ...]:
        """The formats that are written beside pages. Of things, of which there are many, only those that are chosen."""
        data = tuple(suffix for suffix in self.suffixes if suffix != HTML.suffix)
        return tuple(suffix for suffix in data if suffix in chosen) if self.rule.startswith(_THINGS) else data

    def worded(self, suffix: str) -> bool:
        """Whether there is a file for each language."""
        return suffix in _IN_BOTH


@cache
def table() -> tuple[Mapping[str, Any], ...]:
    text = resources.files("lod.site").joinpath("routes.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["route"])


@cache
def routes() -> tuple[Route, ...]:
    """Every route in the order of the table."""
    offered = {route.rule: tuple(offer.suffix for offer in route.offers) for route in openapi.routes()}
    found = []
    for entry in table():
        how, rule = entry["how"], entry["rule"]
        offers = offered[rule] if how == "document" else (HTML.suffix,) if how in ("browser", "redirect") else ()
        found.append(Route(rule, how, tuple(entry.get("formats", offers)), entry.get("why", "")))
    return tuple(found)


@cache
def _by_start() -> Mapping[str, tuple[tuple[re.Pattern[str], Route], ...]]:
    """The patterns of all routes by the first part of their addresses."""
    found: dict[str, list[tuple[re.Pattern[str], Route]]] = {}
    for route in routes():
        if route.how == "suffix":
            continue
        bare = route.rule.lstrip("/").removesuffix(".<suffix>")
        found.setdefault(_start(bare), []).append((_pattern(bare, route), route))
    return {start: tuple(pairs) for start, pairs in found.items()}


def _start(path: str) -> str:
    return path.partition("/")[0].partition(".")[0]


def _pattern(rule: str, route: Route) -> re.Pattern[str]:
    """The addresses of a rule, with and without the suffix of a format."""
    parts, at = [], 0
    for match in _PART.finditer(rule):
        parts += [re.escape(rule[at : match.start()]), _PATTERNS[match[1]]]
        at = match.end()
    return re.compile("".join([*parts, re.escape(rule[at:])]) + ("" if route.is_file else _SUFFIX) + r"\Z")


@lru_cache(maxsize=10_000)
def of(path: str) -> Route:
    """The route of a path, with or without suffix. Raises LookupError for what the application does not answer."""
    for pattern, route in _by_start().get(_start(path), ()):
        if pattern.match(path):
            return route
    raise LookupError(path)

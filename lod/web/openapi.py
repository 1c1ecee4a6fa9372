"""What the server answers as an OpenAPI 3.1 document, made from `api.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import Any, TypeAlias
from urllib.parse import urlencode

from lod import __version__
from lod.web.negotiation import (
    ACTIVITY,
    API,
    ATOM,
    CONTEXT,
    CSV,
    CSV_EXCEL,
    DOCUMENT_OFFERS,
    GRAPH_OFFERS,
    HTML,
    JSON,
    LINK_FORMAT,
    OPENSEARCH,
    PROBLEM,
    RESULT_OFFERS,
    SEARCH_OFFERS,
    SUGGESTIONS,
    TEXT,
    THING_OFFERS,
    XML,
    Offer,
)
from lod.web.texts import LANGUAGES

Json: TypeAlias = Any
Words: TypeAlias = Mapping[str, str]
_PART = re.compile(r"<(?:path:|int:)?([a-z_]+)>")
_FILE = Offer("", "", "application/octet-stream")
OFFERS: dict[str, tuple[Offer, ...]] = {
    "activity": (ACTIVITY,),
    "api": (HTML, API),
    "atom": (ATOM,),
    "context": (CONTEXT,),
    "document": DOCUMENT_OFFERS,
    "file": (_FILE,),
    "graph": GRAPH_OFFERS,
    "json": (JSON,),
    "links": (LINK_FORMAT,),
    "list": (HTML, JSON),
    "opensearch": (OPENSEARCH,),
    "page": (HTML,),
    "results": (*RESULT_OFFERS, *GRAPH_OFFERS, HTML),
    "search": SEARCH_OFFERS,
    "suggestions": (SUGGESTIONS,),
    "table": (CSV, CSV_EXCEL),
    "text": (TEXT,),
    "thing": THING_OFFERS,
    "xml": (XML,),
}
_REDIRECTS = {301, 302, 303, 308}
_BODYLESS = {304, 416, *_REDIRECTS}
_POSTED = {
    "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"query": {"type": "string"}}}},
    "application/sparql-query": {"schema": {"type": "string"}},
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an address, or a parameter behind it."""

    name: str
    place: str
    words: Words
    schema: Mapping[str, Json]
    example: str


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the application as it is documented. `offers` is empty where it only leads on."""

    rule: str
    tag: str
    words: Words
    methods: tuple[str, ...]
    offers: tuple[Offer, ...]
    parts: tuple[Part, ...]
    statuses: tuple[int, ...]
    rare: bool
    """Whether there is nothing at the example in a small release."""

    @property
    def is_readable(self) -> bool:
        """Whether a browser shows something there: a page, or where it is led to."""
        return HTML in self.offers or not self.offers

    @property
    def path(self) -> str:
        return _PART.sub(r"{\1}", self.rule)


@cache
def table() -> Mapping[str, Json]:
    return tomllib.loads(resources.files("lod.web").joinpath("api.toml").read_text(encoding="utf-8"))


@cache
def routes() -> tuple[Route, ...]:
    """Every documented route, in the order of the table."""
    return tuple(
        Route(
            entry["rule"],
            entry["tag"],
            {lang: entry[lang] for lang in LANGUAGES},
            tuple(entry.get("methods", ("GET",))),
            () if entry.get("only") else OFFERS[entry["offers"]],
            tuple(_parts(entry)),
            tuple(entry.get("statuses", ())),
            bool(entry.get("rare")),
        )
        for entry in table()["route"]
    )


def tags() -> Mapping[str, Words]:
    found: Mapping[str, Words] = table()["tag"]
    return found


def _parts(entry: Mapping[str, Json]) -> Iterator[Part]:
    for name in _PART.findall(entry["rule"]):
        words = entry.get("path", {}).get(name) or table()["part"][name]
        schema: dict[str, Json] = {"type": "string"}
        if name == "suffix":
            schema["enum"] = [offer.suffix for offer in OFFERS[entry["offers"]]]
        yield Part(name, "path", words, schema, entry["example"][name])
    for name in entry.get("query", ()):
        known = table()["parameter"][name]
        schema = {key: known[key] for key in ("type", "enum", "minimum") if key in known}
        if known.get("list"):
            schema = {"type": "array", "items": schema}
        words = {lang: known[lang] for lang in LANGUAGES}
        yield Part(name, "query", words, schema, entry.get("example_query", {}).get(name, ""))


def document(base: str, title: str, lang: str, examples: Mapping[str, str]) -> Json:
    """The whole document. `examples` fills the names in braces of the table's examples from the live release."""
    by_path: dict[str, Json] = {}
    for route in routes():
        operations = {method.lower(): _operation(route, method, lang, examples) for method in route.methods}
        by_path[route.path] = operations | {"head": _operation(route, "HEAD", lang, examples)}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "summary": _SUMMARY[lang], "license": _LICENCE},
        "servers": [{"url": base.rstrip("/")}],
        "tags": [{"name": name, "description": words[lang]} for name, words in tags().items()],
        "paths": by_path,
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


_SUMMARY = {
    "ja": "自治体政策のリンクトオープンデータ。読み取り専用、認証なし。",
    "en": "Municipal policy as linked open data. Reading only, without keys.",
}
_LICENCE = {"name": "Apache-2.0 (program)", "identifier": "Apache-2.0"}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "near": {"type": "array", "items": {"type": "string", "format": "uri"}},
    },
}


def _operation(route: Route, method: str, lang: str, examples: Mapping[str, str]) -> Json:
    parts = [part for part in route.parts if method != "POST" or part.place == "path"]
    made: dict[str, Json] = {
        "operationId": f"{method.lower()} {route.path}",
        "tags": [route.tag],
        "summary": route.words[lang],
        "parameters": [_parameter(part, lang, examples) for part in parts],
        "responses": _responses(route, lang, body=method != "HEAD"),
    }
    return made | ({"requestBody": {"content": _POSTED}} if method == "POST" else {})


def _parameter(part: Part, lang: str, examples: Mapping[str, str]) -> Json:
    made = {"name": part.name, "in": part.place, "description": part.words[lang], "schema": part.schema}
    required = part.place == "path"
    example = filled(part.example, examples)
    return made | ({"required": True} if required else {}) | ({"example": example} if example else {})


def _responses(route: Route, lang: str, *, body: bool) -> Json:
    found: dict[str, Json] = {}
    for status in sorted({*route.statuses, *([200] if route.offers else [])}):
        answer: dict[str, Json] = {"description": HTTPStatus(status).phrase}
        if status in _REDIRECTS:
            answer["headers"] = {"Location": {"schema": {"type": "string", "format": "uri-reference"}}}
        elif body and status not in _BODYLESS:
            answer["content"] = _content(route.offers, status)
        found[str(status)] = answer
    return found


def _content(offers: Sequence[Offer], status: int) -> Json:
    if status >= 400:
        return {PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}}, HTML.media_type: {}}
    return {offer.media_type: {} for offer in offers}


def filled(example: str, examples: Mapping[str, str]) -> str:
    """An example with the names in braces put in."""
    return example.format_map(examples) if "{" in example and not example.startswith("SELECT") else example


def example(route: Route, examples: Mapping[str, str]) -> str:
    """The address of the route's example, without the slash at its beginning."""
    given = {part.name: filled(part.example, examples) for part in route.parts}
    path = _PART.sub(lambda match: given[match.group(1)], route.rule).lstrip("/")
    query = urlencode([(p.name, given[p.name]) for p in route.parts if p.place == "query" and given[p.name]])
    return f"{path}?{query}" if query else path

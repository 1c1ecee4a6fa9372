"""The page of the endpoint: the form with its examples; below it a result or what is wrong, how to use it elsewhere.

It works without scripts. With them the editor colours, completes and marks mistakes, and the part below the form is
taken from the very same page, so that nothing is drawn twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import render_template, request

from lod.mapping import ExampleQuery, example_queries
from lod.querying import Result
from lod.querying.kind import kind_of
from lod.vocab import PREFIXES
from lod.web import site
from lod.web.errors import ProblemError
from lod.web.negotiation import GRAPH_OFFERS, RESULT_OFFERS
from lod.web.problem_formats import Problem
from lod.web.sparql_chart import chart_of
from lod.web.sparql_use import link, snippets

SHOWN_ROWS = 500
MOST_BYTES = 8 * 1024**2
"""Larger results are for programs: a page of them would help nobody."""
NUMBERS = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")}
PLAIN = NUMBERS | {PREFIXES["xsd"] + name for name in ("string", "date", "boolean", "gYear", "dateTime")}
"""Datatypes that a reader sees by the value."""
FIRST = "departments-and-heads"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row as it is shown: `href` leads to a thing, `note` is a language tag or an unusual datatype."""

    text: str
    href: str = ""
    whole: str = ""
    lang: str = ""
    note: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A result on the page. One of `answer` (ASK), `rows` (SELECT) and `turtle` (a graph) says something."""

    names: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    count: int = 0
    answer: bool | None = None
    turtle: str = ""
    chart: object = None


def page(query: str = "", result: Result | None = None, told: Problem | None = None) -> str:
    """The form, with a result or a problem below it. Raises ProblemError where the result is too large for a page."""
    is_graph = kind_of(query).gives_graph
    shown = _shown(result, is_graph=is_graph) if result is not None else None
    example = next((one for one in example_queries() if one.key == request.args.get("example", FIRST)), None)
    text = query or (example.text if example else "")
    written = GRAPH_OFFERS if is_graph else RESULT_OFFERS
    limits = site.site().pool.limits
    return render_template(
        "sparql.html",
        query=text,
        example=None if query else example,
        levels=list(_levels()),
        shown=shown,
        most_rows=SHOWN_ROWS,
        told=told,
        table_offers=RESULT_OFFERS,
        graph_offers=GRAPH_OFFERS,
        limits={"seconds": f"{limits.seconds:g}", "rows": f"{limits.rows:,}", "mib": limits.bytes // 1024**2},
        downloads=[(offer, link(query=query, format=offer.suffix)) for offer in written],
        share=link(query=query, format="html"),
        example_link=lambda key: link(example=key),
        snippets=snippets(query, is_graph=is_graph) if shown else (),
    )


def _levels() -> Iterator[tuple[int, list[ExampleQuery]]]:
    for level, group in groupby(example_queries(), key=lambda one: one.level):
        yield level, list(group)


def _shown(result: Result, *, is_graph: bool) -> Shown:
    if result.size > MOST_BYTES:
        result.file.close()
        raise ProblemError(413, "page", limit=MOST_BYTES // 1024**2, used=result.size // 1024**2, unit="MiB")
    body = result.read()
    if is_graph:
        return Shown(turtle=body.decode())
    table: dict[str, Any] = json.loads(body)
    if "boolean" in table:
        return Shown(answer=table["boolean"])
    names, rows = table["head"]["vars"], table["results"]["bindings"]
    cells = tuple(tuple(_cell(row.get(name)) for name in names) for row in rows[:SHOWN_ROWS])
    return Shown(tuple(names), cells, len(rows), chart=chart_of(names, rows))


def _cell(term: dict[str, Any] | None) -> Cell:
    if term is None:
        return Cell("")
    value = term["value"]
    if not isinstance(value, str):  # a triple (RDF 1.2)
        return Cell(json.dumps(value, ensure_ascii=False))
    if term["type"] == "uri":
        return Cell(_short(value), site.href(value) if value.startswith(("http://", "https://")) else "", value)
    if term["type"] == "bnode":
        return Cell(f"_:{value}")
    language, datatype = term.get("xml:lang", ""), term.get("datatype", "")
    note = f"@{language}" if language not in {"", "ja", "en"} else ""
    note = note or (site.shortened(datatype) if datatype and datatype not in PLAIN else "")
    return Cell(value, lang=language, note=note, is_number=datatype in NUMBERS)


def _short(iri: str) -> str:
    """A prefixed name; for a thing of ours its path, since the base is the same for all."""
    base = site.site().settings.base
    return iri.removeprefix(base) if iri.startswith(base) and iri != base else site.shortened(iri)

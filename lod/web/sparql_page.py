"""The page of the endpoint: the form, and a result below it."""

from __future__ import annotations

import json
from typing import Any

from flask import render_template

from lod.querying import Result
from lod.vocab import PREFIXES
from lod.web import site
from lod.web.errors import ProblemError
from lod.web.negotiation import Offer

SHOWN_ROWS = 500
MOST_BYTES = 8 * 1024**2
"""Larger results are for programs: a page of them would help nobody."""
_EXAMPLE_PREFIXES = ("mpol", "skos", "schema")


def page(query: str, formats: tuple[Offer, ...], result: Result | None = None, *, is_graph: bool = False) -> str:
    """The form, with a result below it if there is one. Raises ProblemError where that is too large for a page."""
    if result is not None and result.size > MOST_BYTES:
        result.file.close()
        raise ProblemError(413, "page", limit=MOST_BYTES // 1024**2, used=result.size // 1024**2, unit="MiB")
    body = result.read() if result else b""
    table = json.loads(body) if body and not is_graph else None
    limits = site.site().pool.limits
    return render_template(
        "sparql.html",
        query=query or _example(),
        table=table,
        rows=_rows(table) if table and "results" in table else [],
        shown=SHOWN_ROWS,
        turtle=body.decode() if is_graph else "",
        formats=formats,
        limits={"seconds": f"{limits.seconds:g}", "rows": f"{limits.rows:,}", "mib": limits.bytes // 1024**2},
    )


def _rows(table: dict[str, Any]) -> list[list[dict[str, str]]]:
    """The first rows, each cell with type, value and language ('' where it has none)."""
    names = table["head"]["vars"]
    return [[_cell(row.get(name, {})) for name in names] for row in table["results"]["bindings"][:SHOWN_ROWS]]


def _cell(term: dict[str, Any]) -> dict[str, str]:
    value = term.get("value", "")
    return {
        "type": str(term.get("type", "")),
        "value": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        "lang": str(term.get("xml:lang", "")),
    }


def _example() -> str:
    """A query that answers something on any release: quantities reported, with their programs."""
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in _EXAMPLE_PREFIXES)
    return prefixes + (
        "\nSELECT ?program ?item ?value ?unit WHERE {\n"
        "  ?initiative mpol:program/skos:prefLabel ?program ;\n"
        "    mpol:hasOutcome/mpol:hasMeasure ?measure .\n"
        "  ?measure mpol:measuredItem ?item ; schema:value ?value ; schema:unitText ?unit .\n"
        "}\nORDER BY ?program LIMIT 100\n"
    )

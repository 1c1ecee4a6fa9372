"""The SPARQL endpoint (SPARQL 1.1 Protocol 2.1, results in JSON, XML, CSV and TSV): queries only."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from lod.stores.screening import MAX_DEPTH, screen
from lod.vocab import PREFIXES
from lod.web import site
from lod.web.errors import ProblemError
from lod.web.negotiation import GRAPH_OFFERS, HTML, Offer, choose
from lod.web.query_kind import Kind, kind_of
from lod.web.responses import NotAcceptableError, answer
from lod.web.workers import Answer, Job, Outcome

blueprint = Blueprint("sparql", __name__)

RESULTS = (
    Offer("json", "JSON", "application/sparql-results+json", ("application/json",)),
    Offer("xml", "XML", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Offer("csv", "CSV", "text/csv"),
    Offer("tsv", "TSV", "text/tab-separated-values"),
)
FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
SHOWN_ROWS = 500
_POSITION = re.compile(r"error at ([0-9]+):([0-9]+): (.*)", re.DOTALL)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+\Z")
_EXAMPLE_PREFIXES = ("mpol", "skos", "schema")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the graphs it is to see (SPARQL 1.1 Protocol 2.1.4)."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> ResponseReturnValue:
    """Evaluates a query; a browser that brings none gets the form."""
    if request.method in {"GET", "HEAD"} and "query" not in request.args and "update" not in request.args:
        offer = choose(request.headers.get("Accept"), (HTML, *RESULTS))
        if offer is HTML:
            return answer(_page(""), HTML)
    asked = _asked()
    kind = _screened(asked.query)
    offers = GRAPH_OFFERS if kind.gives_graph else RESULTS
    offer = _offer(offers)
    written = offers[0] if offer is HTML else offer
    job = Job(asked.query, written.suffix, asked.default_graphs, asked.named_graphs)
    result = site.site().pool.run(site.published().release.path / "store", job)
    if result.outcome is not Outcome.DONE:
        raise _failure(result)
    body = _page(asked.query, result.body, is_graph=kind.gives_graph) if offer is HTML else result.body
    return answer(body, offer)


def _asked() -> Asked:
    """Takes the query from the address, a form or the body. Raises ProblemError; other media types give 415."""
    form = request.form if request.mimetype == FORM_TYPE else None
    given = form if form is not None else request.args
    if "update" in request.args or (form is not None and "update" in form):
        raise ProblemError(400, "update")
    if request.method == "POST" and form is None:
        if request.mimetype != QUERY_TYPE:
            abort(415)
        queries = [_decoded(request.get_data())]
    else:
        queries = given.getlist("query")
    if len(queries) != 1 or not queries[0].strip():
        raise ProblemError(400, "missing")
    if "\ufffd" in queries[0]:  # Werkzeug's mark for bytes that are not UTF-8
        raise ProblemError(400, "encoding")
    return Asked(queries[0], _graphs(given.getlist("default-graph-uri")), _graphs(given.getlist("named-graph-uri")))


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ProblemError(400, "encoding") from error


def _graphs(names: list[str]) -> tuple[str, ...]:
    for name in names:
        if not _ABSOLUTE.match(name):
            raise ProblemError(400, "graph", graph=name)
    return tuple(names)


def _screened(query: str) -> Kind:
    seen = screen(query)
    if seen.service:
        raise ProblemError(400, "service")
    if seen.depth > MAX_DEPTH:
        raise ProblemError(400, "nesting", limit=MAX_DEPTH, depth=seen.depth)
    kind = kind_of(query)
    if kind is Kind.UPDATE:
        raise ProblemError(400, "update")
    return kind


def _offer(offers: tuple[Offer, ...]) -> Offer:
    """`format=csv` wins over Accept; `*/*` gets data, only a client that names HTML gets the page."""
    wanted = request.values.get("format", "")
    for offer in (HTML, *offers):
        if offer.suffix == wanted:
            return offer
    chosen = choose(request.headers.get("Accept"), (*offers, HTML))
    if chosen is None:
        raise NotAcceptableError((*offers, HTML))
    return chosen


def _failure(result: Answer) -> ProblemError:
    message = result.body.decode(errors="replace")
    match result.outcome:
        case Outcome.SYNTAX:
            position = _POSITION.match(message)
            line, column, text = position.groups() if position else ("1", "1", message)
            return ProblemError(400, "syntax", line=int(line), column=int(column), message=text)
        case Outcome.UNWRITABLE:
            return ProblemError(406, "unwritable", message=message)
        case Outcome.FAILED:
            return ProblemError(400, "failed", message=message)
        case Outcome.TIMEOUT:
            return ProblemError(503, "timeout", seconds=f"{site.site().settings.query_seconds:g}")
        case Outcome.BUSY:
            return ProblemError(503, "busy")
    return ProblemError(503, "crash")


def _page(query: str, result: bytes = b"", *, is_graph: bool = False) -> str:
    """The form, with a result below it if there is one."""
    table = json.loads(result) if result and not is_graph else None
    return render_template(
        "sparql.html",
        query=query or _example(),
        table=table,
        rows=_rows(table) if table and "results" in table else [],
        shown=SHOWN_ROWS,
        turtle=result.decode() if is_graph else "",
        formats=RESULTS,
        seconds=f"{site.site().settings.query_seconds:g}",
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


@blueprint.get("/problem/<name>")
def problem(name: str) -> ResponseReturnValue:
    """What a problem type means (RFC 9457 3.1.1)."""
    from lod.web.texts import table

    if f"problem.{name}_detail" not in table():
        abort(404)
    return Response(render_template("problem.html", name=name), content_type=HTML.content_type)

"""From a request to a query and its data set (SPARQL 1.1 Protocol 2.1), or to what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from werkzeug.wrappers import Request

from lod.querying import QueryError
from lod.querying.federation import check
from lod.querying.kind import Kind, kind_of
from lod.stores.screening import MAX_DEPTH, screen
from lod.web import site
from lod.web.errors import ProblemError

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
_STORED = ("graph", "default")
"""Parameters of the Graph Store HTTP Protocol (4.2), which writes with POST."""
MAX_GRAPHS = 1000
_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+\Z")
_ACCEPTED = {"Accept-Post": f"{QUERY_TYPE}, {FORM_TYPE}"}
"""What a POST may bring (RFC 7694, LDP 7.1)."""
_UNDECODED = "\ufffd"
"""Werkzeug's mark for bytes that are not UTF-8."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, what kind it is, and the graphs it is to see (SPARQL 1.1 Protocol 2.1.4: they replace FROM)."""

    query: str
    kind: Kind
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    calls_others: bool = False
    """Whether it has a SERVICE clause: then its answer hangs on more than the release."""


def asked(request: Request) -> Asked:
    """The query of a GET, of a form or of a body. Raises ProblemError; another media type gives 415."""
    request.get_data()  # kept, so that it can be looked at again after the form has been read
    form = request.form if request.method == "POST" and request.mimetype == FORM_TYPE else None
    if any(name in request.args or (form is not None and name in form) for name in _UPDATES):
        raise ProblemError(400, "update")
    if request.mimetype == UPDATE_TYPE or (request.mimetype != QUERY_TYPE and _is_stored(request, form)):
        raise ProblemError(415, "update", headers=_ACCEPTED)
    queries = request.args.getlist("query")
    if request.method == "POST" and form is None:
        queries = [_body(request), *queries]
    elif form is not None:
        queries += form.getlist("query")
    if len(queries) != 1 or not queries[0].strip():
        raise ProblemError(400, "missing")
    query = queries[0].removeprefix("\ufeff")
    if _UNDECODED in query and not (_is_utf8(request.query_string) and _is_utf8(request.get_data())):
        raise ProblemError(400, "encoding")
    sources = [request.args] if form is None else [request.args, form]
    graphs = [
        _graphs([iri for source in sources for iri in source.getlist(name)])
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    kind, calls_others = _screened(query)
    return Asked(query, kind, graphs[0], graphs[1], calls_others)


def _is_utf8(text: bytes) -> bool:
    """Whether what is percent-encoded is UTF-8: Werkzeug's mark for what is not may also stand there by right."""
    try:
        unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_stored(request: Request, form: object) -> bool:
    return request.method == "POST" and form is None and any(name in request.args for name in _STORED)


def _body(request: Request) -> str:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != QUERY_TYPE or charset not in {"utf-8", "utf8"}:
        raise ProblemError(415, "media", headers=_ACCEPTED)
    try:
        return request.get_data().decode()
    except UnicodeDecodeError as error:
        raise ProblemError(400, "encoding") from error


def _graphs(names: list[str]) -> tuple[str, ...]:
    if len(names) > MAX_GRAPHS:
        raise ProblemError(400, "graph", graph=f"> {MAX_GRAPHS}")
    for name in names:
        if not _ABSOLUTE.match(name):
            raise ProblemError(400, "graph", graph=name[:200])
    return tuple(names)


def _screened(query: str) -> tuple[Kind, bool]:
    seen = screen(query)
    if seen.depth > MAX_DEPTH:
        raise ProblemError(400, "nesting", limit=MAX_DEPTH, depth=seen.depth)
    kind = kind_of(query)
    if kind is Kind.UPDATE:
        raise ProblemError(400, "update")
    if seen.service:
        _check_services(query)
    return kind, seen.service


def _check_services(query: str) -> None:
    """Nothing is called that is not on the list of the configuration, which is empty by default."""
    allowed = site.site().settings.service_allowed
    try:
        check(query, allowed)
    except QueryError as error:
        raise service_problem(error.message, allowed) from error


def service_problem(found: str, allowed: tuple[str, ...]) -> ProblemError:
    """Where a query may not call: nowhere, or only elsewhere."""
    if not allowed:
        return ProblemError(400, "service")
    return ProblemError(400, "service_other", found=found, allowed=", ".join(allowed))

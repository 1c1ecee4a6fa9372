"""The SPARQL endpoint (SPARQL 1.1 Protocol 2.1): queries only, evaluated in processes of their own."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from lod.querying import Job, QueryError, Result
from lod.web import site
from lod.web.clients import client_of
from lod.web.errors import ProblemError, problem
from lod.web.flavour import static
from lod.web.holdings import described
from lod.web.negotiation import GRAPH_OFFERS, HTML, JSON, RESULT_OFFERS, Offer
from lod.web.query_in_browser import query_page
from lod.web.responses import POLICY_WITH_SCRIPTS, NotAcceptableError, answer, named_file
from lod.web.sparql_direct import TRIED
from lod.web.sparql_formats import FORMAT_NAMES, chosen, offers_for
from lod.web.sparql_page import page
from lod.web.sparql_problems import problem_of
from lod.web.sparql_request import Asked, asked
from lod.web.sparql_terms import completions
from lod.web.texts import table

blueprint = Blueprint("sparql", __name__)

_HELD = 1024**2
"""Results up to this size get an ETag; a longer one is sent in pieces."""
METHODS = "GET, HEAD, OPTIONS, POST"


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> ResponseReturnValue:
    """Evaluates a query; who brings none gets the service's description, a browser the form."""
    if static():
        return answer(query_page(), HTML)
    if request.method in {"GET", "HEAD"} and "query" not in request.args and "update" not in request.args:
        found = _without_query()
        if found is not None:
            return found
    query = asked(request)
    response = _answered(query)
    if query.calls_others:
        response.headers["Cache-Control"] = "no-store"  # others' data change without a release of ours
    return response


def _answered(query: Asked) -> Response:
    offers = offers_for(query.kind)
    offer = _offer(offers)
    result = _evaluated(query, offers[0] if offer is HTML else offer)
    if offer is HTML:
        return _with_scripts(answer(page(query.query, result), HTML))
    return named_file(
        answer(result.read(), offer) if result.size <= _HELD else _in_pieces(result, offer), offer, "result"
    )


def _without_query() -> ResponseReturnValue | None:
    """The form or the description (Service Description 2); None for who asks for results of a query not given."""
    offer = _offer((*GRAPH_OFFERS, *RESULT_OFFERS))
    if offer is HTML:
        return _with_scripts(answer(page(), HTML))
    return described(offer) if offer in GRAPH_OFFERS else None


@blueprint.route("/sparql", methods=["PUT", "DELETE", "PATCH"], provide_automatic_options=False)
def written() -> ResponseReturnValue:
    """What the Graph Store Protocol would write: data change by releases only."""
    raise ProblemError(405, "update", headers={"Allow": METHODS})


@blueprint.errorhandler(ProblemError)
def _problem(error: ProblemError) -> Response:
    """A browser gets the page again, with the query as it was and what is wrong with it."""
    given = next((request.values[name] for name in ("query", "update") if request.values.get(name)), "")
    return _with_scripts(problem(error, lambda told: page(given, told=told)))


def _with_scripts(response: Response) -> Response:
    if response.mimetype == HTML.media_type:
        response.headers["Content-Security-Policy"] = POLICY_WITH_SCRIPTS
    return response


@blueprint.get("/sparql/terms")
def terms() -> ResponseReturnValue:
    """What the editor completes."""
    return answer(completions(), JSON, negotiated_by_header=False)


def _evaluated(query: Asked, written: Offer) -> Result:
    live, here = site.published(), site.site()
    job = Job(query.query, written.suffix, live.release.path, query.default_graphs, query.named_graphs)
    client = client_of(request.environ, here.settings.trusted_proxies)
    try:
        if TRIED in request.environ:
            return here.pool.in_worker(job, client)
        return here.pool.run(job, client, live.store)
    except QueryError as error:
        raise problem_of(error, query.query) from error


def _in_pieces(result: Result, offer: Offer) -> Response:
    """Its length is known, so a client that gets less knows that it has not got all (RFC 9112 6.3)."""
    response = Response(result.pieces(), content_type=offer.content_type)
    response.call_on_close(result.file.close)
    response.headers["Content-Length"] = str(result.size)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _offer(offers: tuple[Offer, ...]) -> Offer:
    wanted = next((request.values[name] for name in FORMAT_NAMES if request.values.get(name)), "")
    found = chosen(wanted, request.headers.get("Accept"), offers)
    if found is None:
        raise NotAcceptableError((*offers, HTML))
    return found


@blueprint.get("/problem/<name>")
def problem_type(name: str) -> ResponseReturnValue:
    """What a problem type means (RFC 9457 3.1.1)."""
    if f"problem.{name}_detail" not in table():
        abort(404)
    return Response(render_template("problem.html", name=name), content_type=HTML.content_type)

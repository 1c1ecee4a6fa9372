"""Puts the application together: parts, routes, headers that every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request
from jinja2 import StrictUndefined

from lod import __version__
from lod.iri import Mint
from lod.querying import Limits, Pool
from lod.web import (
    api,
    catalogue,
    discovery,
    errors,
    feeds,
    history,
    holdings,
    memento,
    pages,
    releases,
    resources,
    search,
    service,
    sparql,
    vocabulary,
)
from lod.web import site as parts
from lod.web.direct import Direct
from lod.web.front import Front
from lod.web.guard import CROWD, CUT, REFUSED, SLOW, Guard, Patience
from lod.web.live import Live, Pinned
from lod.web.ontology import Ontology
from lod.web.responses import POLICY, REVALIDATE
from lod.web.sparql_direct import DirectQueries

if TYPE_CHECKING:
    from lod.config import Settings
    from lod.release import Release

MAX_BODY = 256 * 1024
"""Bytes that a request may send. The longest query seen in real use is some kilobytes."""
MAX_ADDRESS = 16 * 1024

_REFUSALS = {CROWD: 429, SLOW: 408, CUT: 400}
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_CORS = {
    "Access-Control-Allow-Origin": "*",  # open data, no cookies, no credentials: any page may read it
    "Access-Control-Expose-Headers": "Accept-Ranges, Allow, Content-Encoding, Content-Location, Content-Range, ETag, "
    "Link, Location, Retry-After, Vary",
}
ALWAYS = (*_CORS.items(), *_HEADERS.items(), ("Server", f"mupol/{__version__}"))


def create_app(settings: Settings, pinned: Release | None = None) -> Flask:
    """The WSGI application over the releases in `settings.var`; `pinned` takes the place of the live one."""
    app = Flask("lod.web", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, TRAP_BAD_REQUEST_ERRORS=False)
    app.url_map.merge_slashes = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[parts.EXTENSION] = parts.Site(
        settings,
        Mint(settings.base),
        live := Pinned(settings.var, pinned) if pinned else Live(settings.var),
        pool := _pool(settings),
        Ontology(),
    )
    for module in (
        *(api, catalogue, discovery, resources, sparql, holdings, history, feeds),
        *(memento, search, vocabulary, releases, service),
    ):
        app.register_blueprint(module.blueprint)
    pages.install(app)
    errors.install(app)
    app.before_request(parts.note_asked)
    app.before_request(_refused)
    app.after_request(_kept)
    app.after_request(_always)
    app.after_request(_preflight)
    app.teardown_request(parts.forget_asked)
    queries = DirectQueries(pool.limits, ALWAYS)
    front = Front(app.wsgi_app, live, settings.cache_mib * 1024**2, Direct(app, ALWAYS), queries)
    earlier = memento.Earlier(front, app.wsgi_app)
    app.wsgi_app = Guard(earlier, settings.trusted_proxies, Patience(longest=MAX_BODY))  # type: ignore[method-assign]
    return app


def _pool(settings: Settings) -> Pool:
    limits = Limits(
        settings.query_seconds,
        settings.query_memory_mib,
        settings.query_rows,
        settings.query_mib * 1024**2,
        settings.service_allowed,
        settings.service_seconds,
        settings.service_mib * 1024**2,
    )
    return Pool(
        limits,
        long=settings.query_long,
        waiting=settings.query_waiting,
        per_client=settings.query_per_client,
        folder=settings.var,
    )


def _refused() -> Response | None:
    """What the guard has refused is told before anything is done for it."""
    refused = request.environ.get(REFUSED)
    if refused:
        raise errors.ProblemError(_REFUSALS[refused], refused)
    if len(request.full_path) > MAX_ADDRESS:
        return errors.by_status(414)
    return None


def _kept(response: Response) -> Response:
    """Styles and scripts are the same for all, so they may be kept, and packed, like any document."""
    if request.endpoint == "static" and response.status_code == 200:
        response.headers["Cache-Control"] = REVALIDATE
    return response


def _always(response: Response) -> Response:
    """What every answer carries, unless its page says otherwise. The server's name is ours alone to say."""
    said = {name.lower() for name, _ in response.headers}
    for name, value in ALWAYS:
        if name.lower() not in said:
            response.headers.add(name, value)
    return response


def _preflight(response: Response) -> Response:
    """Lets pages of other sites read data (Fetch, CORS protocol); a preflight may bring a query."""
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "*"  # none that we read can do harm (Fetch, 3.2.3)
        response.headers["Access-Control-Max-Age"] = "86400"
    return response

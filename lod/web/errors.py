"""Error answers: a page for people, problem details (RFC 9457) for programs, never a traceback."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from lod.errors import StoreError
from lod.web import negotiation, routes, site
from lod.web.lookup import near
from lod.web.negotiation import HTML, PROBLEM, Offer
from lod.web.problem_formats import OFFERS, Problem, written
from lod.web.responses import NotAcceptableError, moved
from lod.web.site import NothingPublishedError, words
from lod.web.texts import day, table

_MEMBERS = ("line", "column", "excerpt", "parser", "limit", "used", "unit")
"""What a problem tells programs beside its words."""
_RETRY = {429: "5", 503: "10", 504: "10"}


class ProblemError(Exception):
    """A request about SPARQL that cannot be fulfilled; `name` is a key of the [problem] texts."""

    def __init__(self, status: int, name: str, *, headers: Mapping[str, str] | None = None, **params: object) -> None:
        super().__init__(status, name, params)
        self.status = status
        self.name = name
        self.headers = headers or {}
        self.params = params


class WithdrawnError(Exception):
    """What is asked for was published and has been withdrawn (RFC 9110 15.5.11)."""

    def __init__(self, reason: str, day: str) -> None:
        super().__init__(reason, day)
        self.reason = reason
        self.day = day


def install(app: Flask) -> None:
    """Makes every error of the application answer as this module says."""
    app.register_error_handler(ProblemError, problem)
    app.register_error_handler(NotAcceptableError, _not_acceptable)
    app.register_error_handler(NothingPublishedError, _nothing_published)
    app.register_error_handler(WithdrawnError, _withdrawn)
    app.register_error_handler(StoreError, _store_failed)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _internal)


def problem(error: ProblemError, page: Callable[[Problem], str] | None = None) -> Response:
    """The answer to a request with a problem; `page` writes it for people where the usual page would not help."""
    members = {key: value for key, value in error.params.items() if key in _MEMBERS}
    response = _answer(
        error.status,
        words(f"problem.{error.name}"),
        words(f"problem.{error.name}_detail", **error.params),
        kind=site.canonical(f"problem/{error.name}"),
        members=members,
        page=page,
    )
    if error.status in _RETRY:
        response.headers["Retry-After"] = _RETRY[error.status]
    response.headers.extend(error.headers)
    return response


def _not_acceptable(error: NotAcceptableError) -> Response:
    response = by_status(406, offers=", ".join(offer.media_type for offer in error.offers))
    response.vary.add("Accept")
    return response


def _nothing_published(_: NothingPublishedError) -> Response:
    response = by_status(503)
    response.headers["Retry-After"] = "60"
    return response


def _store_failed(error: StoreError) -> Response:
    """The release named by `var/current` is gone or damaged: an operator must look."""
    current_app.logger.error("%s", error)
    return by_status(503)


def _not_found(_: NotFound) -> Response:
    """Another spelling of an address leads to the right one; anything else is told, with what is near."""
    canonical = routes.respelled(request.path)
    if canonical:
        return moved(canonical, 301 if request.method in {"GET", "HEAD"} else 308)
    live = site.site().live.current()
    found = near(live.store, site.site().mint, request.path.lstrip("/")) if live else []
    return _answer(404, words("error.title_404"), words("error.detail_404"), near=found)


def _withdrawn(error: WithdrawnError) -> Response:
    return by_status(410, reason=error.reason, day=day(error.day, site.lang()))


def _http(error: HTTPException) -> Response:
    """Every other status of Werkzeug's own: 400, 405, 413 …; redirects pass as they are."""
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers=dict(error.get_headers(request.environ)))
    allow = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    limit = (request.max_content_length or 0) // 1024
    response = by_status(status, allow=allow, limit=limit)
    if allow:
        response.headers["Allow"] = allow
    return response


def _internal(_: InternalServerError) -> Response:
    """What nobody foresaw. Flask has logged it with its traceback."""
    return by_status(500)


def by_status(status: int, **params: object) -> Response:
    known = status if f"error.title_{status}" in table() else 400 if status < 500 else 500
    return _answer(status, words(f"error.title_{known}"), words(f"error.detail_{known}", **params))


def _answer(
    status: int,
    title: str,
    detail: str,
    *,
    kind: str = "about:blank",
    members: Mapping[str, object] | None = None,
    near: Sequence[str] = (),
    page: Callable[[Problem], str] | None = None,
) -> Response:
    offer = _offer(bare=kind == "about:blank")
    asked_for = site.canonical(quote(request.path.lstrip("/")))
    told = Problem(status, title, detail, site.lang(), asked_for, kind, tuple(near), dict(members or {}))
    if offer is HTML:
        body: str | bytes = page(told) if page else render_template("error.html", told=told)
    else:
        body = written(told, offer)
    response = Response(body, status, content_type=offer.content_type)
    response.content_language.add(site.lang())
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(["Accept", "Accept-Language"])
    return response


def _offer(*, bare: bool) -> Offer:
    """A suffix or `?format=` counts here too. What has a type of its own is told as problem details or a page only."""
    offers = OFFERS if bare else (PROBLEM, HTML)
    wanted = request.args.get("format", "") or request.path.rpartition("/")[2].rpartition(".")[2]
    named = next((offer for offer in offers if bare and wanted in (offer.suffix, offer.media_type)), None)
    return named or negotiation.choose(request.headers.get("Accept"), offers) or PROBLEM

"""Earlier releases at addresses of their own, and the way to them by date (Memento, RFC 7089).

`/release/<id>/doc/…` answers from that release what `/doc/…` answers from the live one, links included: the prefix is
taken off the path before the application sees it, and put before every link that it makes. Only what names a thing is
answered there; everything else leads back to the live release.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from lod import release
from lod.history import Entry, Kind, Switch
from lod.web import history, site
from lod.web.documents import time_links
from lod.web.errors import ProblemError, WithdrawnError
from lod.web.negotiation import LINK_FORMAT

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

blueprint = Blueprint("memento", __name__)

ENVIRON = "lod.release"
MOST = 1000
"""Mementos that a TimeMap lists."""
_PREFIX = re.compile(r"/release/(?P<id>[a-z0-9]{1,32})(?P<path>/.*|)\Z", re.DOTALL)
_ANSWERED = ("/id/", "/doc/", "/graph/")


class Earlier:
    """WSGI middleware: takes the release out of the path. What it finds there goes past `front`, which keeps answers
    of the live release only, to the `application` itself."""

    def __init__(self, front: WSGIApplication, application: WSGIApplication) -> None:
        self._front = front
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match = _PREFIX.match(environ.get("PATH_INFO", ""))
        if match and match["path"].startswith(_ANSWERED):
            environ[ENVIRON] = match["id"]
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/release/{match['id']}"
            environ["PATH_INFO"] = match["path"]
            return self._application(environ, start_response)
        if match:
            place = match["path"].strip("/") or f"releases/{match['id']}"
            start_response("303 SEE OTHER", [("Location", _live_address(environ, place)), ("Content-Length", "0")])
            return []
        return self._front(environ, start_response)


def _live_address(environ: WSGIEnvironment, path: str) -> str:
    """The same path outside the release: its pages link to search, catalogue and vocabulary as all pages do."""
    query = environ.get("QUERY_STRING", "")
    place = quote(path.encode("latin-1"), safe="/:@!$&()*+,;=~")
    return str(environ.get("SCRIPT_NAME", "")) + "/" + place.lstrip("/") + (f"?{query}" if query else "")


def chosen() -> str:
    """The release that the address of this request names, '' for the live one."""
    return str(request.environ.get(ENVIRON, ""))


@blueprint.before_app_request
def _choose() -> None:
    """Answers from the release of the address; 404 where it is not kept, 410 where it holds what was withdrawn."""
    from flask import g

    if not chosen():
        return
    found = site.site().live.earlier(chosen())
    if found is None:
        abort(404)
    live = site.site().live.current()
    notice = live.hides(found.release) if live else None
    if notice:
        raise WithdrawnError(notice["reason"], notice["withdrawn"])
    g.published = found


@blueprint.after_app_request
def _say(response: Response) -> Response:
    """That an answer is a memento, and of what (RFC 7089 2.1, 2.2)."""
    if chosen() and response.status_code in {200, 304}:
        moment = went_live(chosen())
        if moment:
            response.headers["Memento-Datetime"] = _http_date(moment)
        response.headers.add("Link", f'<{site.canonical(request.path.lstrip("/"))}>; rel="original"')
    return response


def went_live(identifier: str) -> datetime | None:
    """When a release went live last; None where the history does not say."""
    at = history.log().went_live(identifier)
    return datetime.fromisoformat(at) if at else None


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _mementos(path: str) -> list[Switch]:
    """The switches whose release is kept, shown, and has the thing; the oldest first."""
    live, var, log = site.published(), site.site().settings.var, history.log()
    past = log.of_thing(site.canonical("id/" + path.removeprefix("doc/").removeprefix("id/")))
    found = []
    for item in reversed(log.switches(MOST)):
        held = release.kept(var, item.release)
        if held and not live.hides(held) and (path.startswith("graph/") or _was_there(past, item)):
            found.append(item)
    return found


def _was_there(past: Sequence[Entry], switch: Switch) -> bool:
    """Whether a thing was published with a switch, by all that happened to it."""
    before = [entry for entry in past if entry.at <= switch.at]
    return bool(before) and before[-1].kind is not Kind.DELETE


def _target(path: str) -> str:
    """The path of a document that has mementos; 404 for any other."""
    if not f"/{path}".startswith(_ANSWERED):
        abort(404)
    return path


@blueprint.get("/timegate/<path:path>")
def timegate(path: str) -> ResponseReturnValue:
    """302 to the memento of a date (RFC 7089 4.2): the last release at or before it, the first one before all."""
    path = _target(path)
    found = _mementos(path)
    if not found:
        abort(404)
    asked = _asked()
    at_or_before = [item for item in found if asked is None or datetime.fromisoformat(item.at) <= asked]
    best = at_or_before[-1] if at_or_before else found[0]
    response = Response(status=302)
    response.headers["Location"] = site.path_to(f"release/{best.release}/{path}")
    response.vary.add("accept-datetime")
    response.headers["Cache-Control"] = history.ASKED_AGAIN
    for link in (f'<{site.canonical(path)}>; rel="original"', time_links(path)[1]):
        response.headers.add("Link", link)
    return response


def _asked() -> datetime | None:
    """The date of Accept-Datetime; None without one. A malformed one is a 400 (RFC 7089 4.5.3)."""
    header = request.headers.get("Accept-Datetime")
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError) as error:
        raise ProblemError(400, "datetime", header=header[:100]) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


@blueprint.get("/timemap/<path:path>")
def timemap(path: str) -> ResponseReturnValue:
    """The mementos of a document (RFC 7089 5), as links (RFC 6690)."""
    path = _target(path)
    found = _mementos(path)
    if not found:
        abort(404)
    lines = [
        f'<{site.canonical(path)}>;rel="original"',
        f'<{site.canonical("timemap/" + path)}>;rel="self";type="{LINK_FORMAT.media_type}"',
        f'<{site.canonical("timegate/" + path)}>;rel="timegate"',
    ]
    for at, item in enumerate(found):
        kinds = ["first"] * (at == 0) + ["last"] * (at == len(found) - 1) + ["memento"]
        moment = _http_date(datetime.fromisoformat(item.at))
        address = site.canonical(f"release/{item.release}/{path}")
        lines.append(f'<{address}>;rel="{" ".join(kinds)}";datetime="{moment}"')
    response = Response(",\n".join(lines) + "\n", content_type=LINK_FORMAT.media_type)
    response.headers["Cache-Control"] = history.ASKED_AGAIN
    return response

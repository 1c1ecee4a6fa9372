"""Health, the list of releases and their dumps."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from lod import __version__, formats, release
from lod.web import site
from lod.web.errors import WithdrawnError
from lod.web.negotiation import HTML, JSON
from lod.web.responses import answer, negotiated

blueprint = Blueprint("service", __name__)

_MEDIA_TYPES = {
    **{f".{item.suffix}": item.content_type for item in formats.FORMATS},
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".gz": "application/gzip",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """Whether the server can answer: 200 with the live release, 503 without one."""
    live = site.site().live.current()
    state = {
        "status": "ok" if live else "nothing published",
        "release": live.id if live else None,
        "quads": live.store.count() if live else 0,
        "version": __version__,
    }
    response = Response(json.dumps(state), 200 if live else 503, content_type=JSON.media_type)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/releases")
def releases() -> ResponseReturnValue:
    """Every release that is kept, the newest first, with its files."""
    live = site.site().live.current()
    kept = [
        {"id": item.id, "live": live is not None and item.id == live.id, "files": _files(item)}
        for item in release.releases(site.site().settings.var)
    ]
    chosen = negotiated((HTML, JSON))
    if chosen is JSON:
        return answer(json.dumps({"releases": kept}, ensure_ascii=False), JSON)
    return answer(render_template("releases.html", releases=kept), HTML)


@blueprint.get("/dump/<identifier>/<path:name>")
def dump(identifier: str, name: str) -> ResponseReturnValue:
    """A file of a release. Releases never change, so it may be kept for good."""
    live = site.published()
    for item in release.releases(site.site().settings.var):
        if item.id == identifier:
            notice = live.hides(item)
            if notice:
                raise WithdrawnError(notice["reason"], notice["withdrawn"])
            media_type = _MEDIA_TYPES.get("." + name.rpartition(".")[2]) or mimetypes.guess_type(name)[0]
            response = send_from_directory(
                item.path.resolve() / "dumps", name, mimetype=media_type, conditional=True, max_age=31_536_000
            )
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return response
    abort(404)


def _files(item: release.Release) -> Sequence[dict[str, object]]:
    folder = item.path / "dumps"
    return [
        {"name": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]

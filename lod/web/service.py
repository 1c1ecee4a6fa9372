"""Whether the server can answer."""

from __future__ import annotations

import json

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from lod import __version__
from lod.web import site
from lod.web.negotiation import JSON

blueprint = Blueprint("service", __name__)


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

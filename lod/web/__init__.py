"""The web server: documents of things, SPARQL, vocabulary and pages, all from the live release.

Imports of Flask wait until `create_app`, because each query worker imports this package too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from lod.config import Settings
    from lod.release import Release


def create_app(settings: Settings, pinned: Release | None = None) -> Flask:
    """The WSGI application over the releases in `settings.var`; `pinned` takes the place of the live one."""
    from lod.web.app import create_app as create

    return create(settings, pinned)

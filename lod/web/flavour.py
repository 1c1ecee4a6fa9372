"""Pages for a site that no server answers (`lod export`): where their links lead, and what is left out of them.

The exporter puts a `Flavour` into the environ of its request. Every link of a page is made by `lod/web/site.py`, which
asks the flavour, so a page comes out with the links of the files; templates ask `static()` before they offer what only
a server can do. What stands here is the contract; `lod/site/flavour.py` keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from flask import has_request_context, request

from lod.web.negotiation import Offer

ENVIRON = "lod.flavour"
"""No client can set it: what comes from headers is named HTTP_…."""


class Flavour(Protocol):
    """How one page of a static site is told."""

    @property
    def lang(self) -> str:
        """The language of the page."""

    @property
    def release(self) -> str:
        """What stands for the release's id in a page that is made anew only when something else in it changes."""

    @property
    def day(self) -> str:
        """The same for the day of the release (ISO) …"""

    @property
    def day_in_words(self) -> str:
        """… and for that day in words of the page's language."""

    def link(self, path: str, query: Mapping[str, str], fragment: str) -> str:
        """The way from the page to a path of the site: relative, to a file."""

    def asset(self, name: str) -> str:
        """The way to a file of lod/web/static."""

    def offered(self, path: str, offers: Sequence[Offer]) -> list[Offer]:
        """Those of the formats of a document that there are files of."""

    def switch(self) -> str:
        """The way to the same page in the other language."""


def static() -> Flavour | None:
    """The flavour of the page that is being made; None for a page of the server."""
    return cast("Flavour | None", request.environ.get(ENVIRON)) if has_request_context() else None

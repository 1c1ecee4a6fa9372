"""Documents of things as data, made without routing and templates: what most programs ask for, and ask for in bulk.

The same functions make the same bytes and headers as the route in `lod/web/resources.py` (a test compares all of them);
whatever needs more than a thing's own description — pages, tables with words, other spellings — goes that way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from lod.web import documents, lookup, site
from lod.web.negotiation import CSV, CSV_EXCEL, HTML, MAX_HEADER, THING_OFFERS, choose, choose_language
from lod.web.responses import headers_of
from lod.web.texts import LANGUAGES

if TYPE_CHECKING:
    from flask import Flask

    from lod.web.live import Published

PLACE = "/doc/"
_BY_SUFFIX = {offer.suffix: offer for offer in THING_OFFERS}
_WORDED = (HTML, CSV, CSV_EXCEL)


def media_type_of(suffix: str) -> str:
    return _BY_SUFFIX[suffix].media_type


class Direct:
    """`always` are the headers that the application puts on every answer."""

    def __init__(self, app: Flask, always: Sequence[tuple[str, str]]) -> None:
        self._app = app
        self._always = list(always)
        here = app.extensions[site.EXTENSION].settings
        order = LANGUAGES if here.lang != "en" else tuple(reversed(LANGUAGES))
        self._base = here.base
        self._offer = lru_cache(maxsize=1024)(lambda accept: choose(accept, THING_OFFERS))
        self._lang = lru_cache(maxsize=1024)(lambda accept: choose_language(accept, order))

    def chosen(self, path: str, accept: str, accept_language: str) -> tuple[str, str, bool, str] | None:
        """(thing, suffix, by header?, language) of the representation that a request without query asks for.

        None where that is not to be told from these alone: no such format, or a path that is no IRI of ours. Formats
        without words are the same in every language.
        """
        stem, dot, suffix = path[len(PLACE) :].rpartition(".")
        offer = _BY_SUFFIX.get(suffix) if dot and stem else None
        by_header = offer is None
        if offer is None:
            stem = path[len(PLACE) :]
            offer = self._offer(accept[:MAX_HEADER])
        if offer is None:
            return None
        lang = self._lang(accept_language[:MAX_HEADER]) if offer in _WORDED else ""
        return stem, offer.suffix, by_header, lang

    def made(
        self, live: Published, stem: str, suffix: str, by_header: bool, root: str
    ) -> tuple[list[tuple[str, str]], bytes] | None:
        """Headers and body of a representation; None where the application must answer."""
        offer = _BY_SUFFIX[suffix]
        if offer in _WORDED or not lookup.is_safe(stem):
            return None
        with self._app.app_context():
            found = documents.of_thing(live, f"{self._base}id/{stem}")
            if not found.triples:
                return None
            body = documents.written(live, found, offer)
            said = headers_of(
                body,
                offer,
                root=root,
                lang="",
                path=found.path,
                offers=THING_OFFERS,
                links=documents.links(live, found, root),
                modified=documents.modified(live),
                negotiated_by_header=by_header,
            )
        return said + self._always, body

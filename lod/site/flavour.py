"""How a page is told when no server answers: its links are relative and end in names of files (lod/web/flavour.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from lod.site import routes
from lod.site.names import Linked, Place, file_of, linked
from lod.web.negotiation import HTML, Offer
from lod.web.texts import LANGUAGES

RELEASE, DAY, DAY_IN_WORDS = "\ufdd0", "\ufdd1", "\ufdd2"
"""Code points that no text holds (Unicode, 23.7: noncharacters), in place of what only dates a page."""


@dataclass(slots=True)
class Page:
    """One page. `own` is the language of the site, `led_on` knows where links to codes lead in the end."""

    place: Place
    lang: str
    own: str
    suffixes: frozenset[str]
    led_on: Mapping[str, tuple[str, str]]
    found: set[str] = field(default_factory=set)
    """The places that the page links to."""
    release: str = RELEASE
    day: str = DAY
    day_in_words: str = DAY_IN_WORDS

    def _tail(self, lang: str) -> str:
        return "" if lang == self.own else lang

    @property
    def file(self) -> str:
        return file_of(self.place, HTML.suffix, self._tail(self.lang))

    @property
    def root(self) -> str:
        """The way from the page to the top of the site."""
        return "../" * self.file.count("/")

    def link(self, path: str, query: Mapping[str, str], fragment: str) -> str:
        """The way to a path of the site; what is found there becomes part of the site."""
        if path in self.led_on:
            path, fragment = self.led_on[path]
        target: Linked = linked(path, tuple(query.items()), self._tail(self.lang))
        self.found.add(target.place)
        return self.root + target.address + (f"#{quote(fragment)}" if fragment else "")

    def asset(self, name: str) -> str:
        return f"{self.root}static/{name}"

    def offered(self, path: str, offers: Sequence[Offer]) -> list[Offer]:
        """Those of the formats of a document that are exported."""
        there = routes.of(path).data_suffixes(self.suffixes)
        return [offer for offer in offers if offer.suffix in there]

    def switch(self) -> str:
        other = next(lang for lang in LANGUAGES if lang != self.lang)
        return self.root + quote(file_of(self.place, HTML.suffix, self._tail(other)))

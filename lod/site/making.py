"""An address becomes files: each language of its page, each format of its data. Runs in several processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from lod.config import Settings
from lod.errors import StoreError
from lod.release import Release, kept
from lod.site import redirects, routes
from lod.site.asking import Answer, Application
from lod.site.flavour import DAY, DAY_IN_WORDS, RELEASE, Page
from lod.site.folder import Writer
from lod.site.names import INDEX, Place, file_of, place_of
from lod.site.routes import Route
from lod.stores.distribution import FOLDER
from lod.web import texts
from lod.web.negotiation import HTML
from lod.web.texts import LANGUAGES

_STAMP = re.compile(rb'<meta name="release" content="([a-z0-9]+) ([0-9-]*)">')
_STAMP_WITHIN = 2_000
"""Bytes at the beginning of a page among which its stamp stands."""
_NEXT = re.compile(r'<[^>]*[?&]page=([0-9]+)[^>]*>;\s*rel="next"')
_LEADS_ON = {301, 302, 303, 308}
REPORTED = 300_000
"""Links that a process remembers to have reported; it may report one again."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is exported: `suffixes` are the formats of things that are written beside pages."""

    settings: Settings
    release: Release
    suffixes: frozenset[str]
    languages: tuple[str, ...] = LANGUAGES


@dataclass(slots=True)
class Made:
    """What some places have become."""

    places: int = 0
    names: list[str] = field(default_factory=list)
    found: set[str] = field(default_factory=set)
    written: int = 0
    bytes: int = 0
    dead: list[str] = field(default_factory=list)
    """Places that pages link to and where the application has nothing."""


class Maker:
    """Makes the files of places. One for each process."""

    def __init__(self, scope: Scope, writer: Writer) -> None:
        self._scope, self._writer = scope, writer
        self._own = scope.settings.lang
        self._application = Application(scope.settings, scope.release)
        self._day = str(scope.release.manifest.get("built_at", ""))[:10]
        self._led_on = redirects.of_codes(self._application)
        self._reported: set[str] = set()

    def make(self, keys: list[str]) -> Made:
        """The files of some places."""
        made = Made()
        for key in keys:
            self._place(place_of(key), made)
            made.places += 1
        if len(self._reported) > REPORTED:
            self._reported.clear()
        made.found -= self._reported
        self._reported |= made.found
        return made

    def _place(self, place: Place, made: Made) -> None:
        route = routes.of(place.path)
        if route.is_file:
            self._file(place, made)
            return
        status = self._pages(place, made) if HTML.suffix in route.suffixes else 200
        if status == 200:
            for suffix in route.data_suffixes(self._scope.suffixes):
                self._data(place, route, suffix, made)
        if status == 200 and place.path.startswith("doc/") and not place.query:
            self._leading_on(place, made)

    # --- pages ------------------------------------------------------------------------------------------------------

    def _pages(self, place: Place, made: Made) -> int:
        """The page in each language; with what status the application answers."""
        status = 404
        for lang in self._scope.languages:
            page = Page(place, lang, self._own, self._scope.suffixes, self._led_on)
            answer = self._application.ask(place.path, _query(place), page)
            status = answer.status
            if status in _LEADS_ON:
                self._put(page.file, redirects.page(lang, answer.headers["location"]).encode(), made)
            elif status in (200, 410):
                self._put_stamped(page.file, answer.body, lang, made)
                made.found.update(Place(place.path, (("page", number),)).key for number in _next(answer))
            else:
                self._failed(place, answer, made)
                break
            made.found |= page.found
        return status

    def _put_stamped(self, name: str, body: bytes, lang: str, made: Made) -> None:
        """A page names the release with which it was written last; one that is otherwise the same stays as it is."""
        there = self._writer.read(name)
        stamp = _STAMP.search(there, 0, _STAMP_WITHIN) if there else None
        earlier = _stamped(body, stamp[1].decode(), stamp[2].decode(), lang) if stamp else None
        if there is not None and there == earlier:
            made.names.append(name)
            return
        self._put(name, _stamped(body, self._scope.release.id, self._day, lang), made, there)

    # --- data -------------------------------------------------------------------------------------------------------

    def _data(self, place: Place, route: Route, suffix: str, made: Made) -> None:
        """One format. Data name things by their IRIs, so nothing in them depends on where the site stands."""
        for lang in self._scope.languages if route.worded(suffix) else (self._own,):
            page = Page(place, lang, self._own, self._scope.suffixes, self._led_on)
            if route.by_suffix:
                answer = self._application.ask(f"{place.path}.{suffix}", _query(place), page)
            else:
                answer = self._application.ask(place.path, _query(place, format=suffix), page)
            if answer.status == 200:
                self._put(file_of(place, suffix, "" if lang == self._own else lang), answer.body, made)
            else:
                self._failed(place, answer, made)

    def _file(self, place: Place, made: Made) -> None:
        """A file under its own address; one for download is copied from its release."""
        if place.path.startswith("dump/"):
            _, identifier, name = place.path.split("/", 2)
            held = kept(self._scope.settings.var, identifier)
            source = held.path / FOLDER / name if held else None
            if source is None or not source.is_file():
                made.dead.append(place.key)
                return
            made.written += self._writer.copy(place.path, source)
            made.names.append(place.path)
            return
        page = Page(place, self._own, self._own, self._scope.suffixes, self._led_on)
        answer = self._application.ask(place.path, "", page)
        if answer.status == 200:
            self._put(place.path, answer.body, made)
        else:
            self._failed(place, answer, made)

    # --- from things to their documents -----------------------------------------------------------------------------

    def _leading_on(self, place: Place, made: Made) -> None:
        """Where no rules of a web server lead from a thing to its document, a page does (and to its data)."""
        stem = place.path.removeprefix("doc/")
        body = redirects.of_thing(self._scope.settings.base, stem, self._scope.suffixes, self._own)
        for start in ("id", "doc"):
            self._put(f"{start}/{stem}/{INDEX}.{HTML.suffix}", body, made)

    def _put(self, name: str, body: bytes, made: Made, there: bytes | None = None) -> None:
        there = there if there is not None else self._writer.read(name)
        if there != body:
            self._writer.write(name, body, there)
            made.written += 1
            made.bytes += len(body)
        made.names.append(name)

    def _failed(self, place: Place, answer: Answer, made: Made) -> None:
        if answer.status >= 500:
            raise StoreError("B11", place=place.key, status=answer.status)
        made.dead.append(place.key)


def _query(place: Place, **more: str) -> str:
    return urlencode([*place.query, *more.items()])


def _next(answer: Answer) -> Iterator[str]:
    """The number of the next page, where a document has one."""
    for link in answer.links:
        match = _NEXT.match(link)
        if match:
            yield match[1]


def _stamped(body: bytes, release: str, day: str, lang: str) -> bytes:
    """A page with the release and its day filled in."""
    for mark, text in ((RELEASE, release), (DAY, day), (DAY_IN_WORDS, texts.day(day, lang))):
        body = body.replace(mark.encode(), text.encode())
    return body

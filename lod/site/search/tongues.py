"""The words and links of the search page in each language, outside a request for a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from lod.site import redirects
from lod.site.asking import Application
from lod.site.flavour import Page
from lod.site.names import Place
from lod.web import site
from lod.web.flavour import ENVIRON


class Tongues:
    """How that page speaks. `own` is the language of the site: addresses without a language are its pages'."""

    def __init__(self, application: Application, own: str) -> None:
        self._app: Flask = application.flask
        self._led_on = redirects.of_codes(application)
        self.own = own

    @contextmanager
    def speaking(self, lang: str) -> Iterator[None]:
        page = Page(Place("search"), lang, self.own, frozenset(), self._led_on)
        with self._app.test_request_context("/search", environ_overrides={ENVIRON: page}):
            site.note_asked()
            try:
                yield
            finally:
                site.forget_asked()

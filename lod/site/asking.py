"""Requests to the web application in this process: no socket, no server (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from lod.vocab import SKOS
from lod.web import create_app
from lod.web.flavour import ENVIRON
from lod.web.site import EXTENSION

if TYPE_CHECKING:
    from flask import Flask

    from lod.config import Settings
    from lod.release import Release
    from lod.site.flavour import Page
    from lod.web.ontology import Ontology


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application says."""

    status: int
    headers: dict[str, str]
    links: tuple[str, ...]
    """The values of the Link headers."""
    body: bytes


class Application:
    """The application over the releases of a folder. It keeps no answers: none is asked for twice."""

    def __init__(self, settings: Settings, release: Release) -> None:
        self.flask: Flask = create_app(replace(settings, cache_mib=0), release)
        parts = urlsplit(settings.base)
        self._environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "SERVER_NAME": parts.hostname or "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    def codes(self) -> set[str]:
        """The IRIs of the vocabulary that lead to a place in a document of several: codes, datatypes."""
        ontology: Ontology = self.flask.extensions[EXTENSION].ontology
        listed = (triple.subject for triple in ontology.codes if triple.predicate == SKOS.inScheme)
        codes = {node.value for node in listed if isinstance(node, NamedNode)}
        return codes | {node.value for node in ontology.datatypes}

    def ask(self, path: str, query: str = "", flavour: Page | None = None, accept: str = "") -> Answer:
        """One request. `path` is below the base and not quoted."""
        environ = {
            **self._environ,
            "PATH_INFO": "/" + path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(),
        }
        if flavour:
            environ |= {ENVIRON: flavour, "HTTP_ACCEPT": accept or "text/html"}
        elif accept:
            environ["HTTP_ACCEPT"] = accept
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> object:
            said.append((status, headers))
            return None

        chunks: Iterable[bytes] = self.flask.wsgi_app(environ, start)  # type: ignore[arg-type]  # as in lod/web/front.py
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()
        status, pairs = said[-1]
        links = tuple(value for name, value in pairs if name.lower() == "link")
        return Answer(int(status[:3]), {name.lower(): value for name, value in pairs}, links, body)

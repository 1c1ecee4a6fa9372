"""A thin layer before the application: answers asked before are given again, packed as the client likes (RFC 9111).

An answer may be kept where the application says so: a 200 or 303 with a strong ETag or a Location, `Cache-Control:
public`, and a body that is not too long. It is kept under all that it may depend on: live release, method, address,
Accept, Accept-Language, and the body of a POST. A switch of the release makes every kept answer unreachable at once.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.http import is_resource_modified
from zstandard import ZstdCompressor

from lod.web import negotiation

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from lod.web.live import Live

LONGEST = 1024**2
"""Bytes of an answer that is kept or packed; a longer one passes as it is."""
SHORTEST = 860
"""Bytes below which packing gains nothing: it fits one network packet anyway."""
CODINGS = ("zstd", "gzip")
_LONGEST_POST = 64 * 1024
_POSTS = "/sparql"
_PACKED = ("text/", "application/json", "application/ld+json", "application/n-", "application/rdf+xml")
_ALSO_PACKED = ("application/sparql-results", "application/trig", "application/xml", "image/svg+xml")
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_OF_THE_BODY = ("content-length", "content-type", "content-encoding", "content-language")


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer: status line, headers, and the body in each coding that somebody asked for."""

    status: str
    headers: tuple[tuple[str, str], ...]
    bodies: dict[str, bytes]

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values())) + 1024


class Front:
    """WSGI middleware. `most` is the number of bytes that kept answers may take."""

    def __init__(self, application: WSGIApplication, live: Live, most: int) -> None:
        self._application = application
        self._live = live
        self._most = most
        self._size = 0
        self._kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._application(environ, start_response)
        found = self._find(key)
        if found is None:
            made = self._made(environ, start_response)
            if not isinstance(made, Kept):
                return made
            found = made
            if self._live.stamp() == key[0]:  # else a switch came in between, and nobody can tell which one answered
                self._keep(key, found)
        return self._given(found, key, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> tuple[str, ...] | None:
        """All that an answer may depend on; None where it is not to be kept."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        body = ""
        if method == "POST" and path == _POSTS:
            length = environ.get("CONTENT_LENGTH") or ""
            if not length.isdigit() or int(length) > _LONGEST_POST:
                return None
            data = environ["wsgi.input"].read(int(length))
            environ["wsgi.input"] = io.BytesIO(data)
            body = environ.get("CONTENT_TYPE", "") + "\0" + hashlib.sha256(data).hexdigest()
        elif method not in {"GET", "HEAD"} or path.startswith(("/dump/", "/static/", "/health")):
            return None
        live = self._live.stamp()
        if live is None:
            return None
        names = ("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "SCRIPT_NAME")
        return live, path, environ.get("QUERY_STRING", ""), body, *(environ.get(name, "") for name in names)

    def _find(self, key: tuple[str, ...]) -> Kept | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _made(self, environ: WSGIEnvironment, start_response: StartResponse) -> Kept | Iterable[bytes]:
        """The application's answer, whole where it may be kept. Conditions are for this layer to judge."""
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def note(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            said.append((status, headers))
            return None

        inner = {name: value for name, value in environ.items() if name not in _CONDITIONS}
        inner["REQUEST_METHOD"] = "GET" if environ["REQUEST_METHOD"] == "HEAD" else environ["REQUEST_METHOD"]
        chunks = self._application(inner, note)  # type: ignore[arg-type]  # nobody uses the old write() callable
        status, pairs = said[0]
        headers = Headers(pairs)
        length = headers.get("Content-Length", "")
        public = headers.get("Cache-Control", "").startswith("public")
        named = headers.get("ETag", "").startswith('"') or "Location" in headers
        if not (status[:3] in {"200", "303"} and public and named and length.isdigit() and int(length) <= LONGEST):
            start_response(status, pairs)
            return _bodyless(chunks) if environ["REQUEST_METHOD"] == "HEAD" else chunks
        try:
            body = b"".join(chunks)
        finally:
            _close(chunks)
        return Kept(status, tuple(pairs), {"": body})

    def _keep(self, key: tuple[str, ...], answer: Kept) -> None:
        if answer.size > self._most:
            return
        with self._lock:
            earlier = self._kept.pop(key, None)
            self._size += answer.size - (earlier.size if earlier else 0)
            self._kept[key] = answer
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1].size

    def _given(
        self, answer: Kept, key: tuple[str, ...], environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        headers = Headers(answer.headers)
        body = answer.bodies[""]
        if _is_packable(headers, body):
            headers["Vary"] = ", ".join([*headers.getlist("Vary"), "Accept-Encoding"])
            coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
            if coding:
                body = self._packed(answer, key, coding)
                headers["Content-Encoding"] = coding
                headers["Content-Length"] = str(len(body))
                if "ETag" in headers:  # each representation has its own (RFC 9110 8.8.3.3)
                    headers["ETag"] = f'{headers["ETag"][:-1]}-{coding}"'
        if answer.status.startswith("200") and not is_resource_modified(
            environ, headers.get("ETag"), last_modified=headers.get("Last-Modified")
        ):
            start_response("304 NOT MODIFIED", [pair for pair in headers if pair[0].lower() not in _OF_THE_BODY])
            return []
        start_response(answer.status, list(headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _packed(self, answer: Kept, key: tuple[str, ...], coding: str) -> bytes:
        """Packed once, then kept beside the plain body."""
        found = answer.bodies.get(coding)
        if found is None:
            found = pack(answer.bodies[""], coding)
            with self._lock:
                if answer.bodies.setdefault(coding, found) is found and self._kept.get(key) is answer:
                    self._size += len(found)
        return found


def coding_for(header: str) -> str:
    """The coding that a client likes best of those we have, '' for none (RFC 9110 12.5.3)."""
    if not header:
        return ""
    ranges = {item.value: item.weight for item in negotiation.parse(header)}
    wild = ranges.get("*/*", 0.0)
    best = max(CODINGS, key=lambda coding: ranges.get(coding, wild))
    return best if ranges.get(best, wild) > 0 else ""


def pack(body: bytes, coding: str) -> bytes:
    """A body in a coding: the same bytes each time."""
    return ZstdCompressor(level=6).compress(body) if coding == "zstd" else gzip.compress(body, 6, mtime=0)


def _is_packable(headers: Headers, body: bytes) -> bool:
    media_type = headers.get("Content-Type", "")
    return len(body) >= SHORTEST and media_type.startswith(_PACKED + _ALSO_PACKED)


def _bodyless(chunks: Iterable[bytes]) -> Iterable[bytes]:
    _close(chunks)
    return []


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close:
        close()

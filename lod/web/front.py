"""A thin layer before the application: answers asked before are given again, packed as the client likes (RFC 9111).

An answer may be kept where the application says so: a 200 or 303 with a strong ETag or a Location, `Cache-Control:
public`, and a body that is not too long. It is kept under all that it may depend on: live release, method, address,
Accept, Accept-Language, and the body of a POST; for documents of things under the representation that these choose, so
that each client's own header does not make a copy. A switch of the release makes every kept answer unreachable at once;
what was kept before is then made again in the background (lod/web/warming.py).
"""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.http import is_resource_modified

from lod.web import warming
from lod.web.direct import PLACE
from lod.web.packing import LONGEST, Kept, coding_for
from lod.web.sparql_direct import PATH as QUERIES
from lod.web.warming import DOCUMENT, Key

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from lod.web.direct import Direct
    from lod.web.live import Live, Stamp
    from lod.web.sparql_direct import DirectQueries

_LONGEST_POST = 64 * 1024
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_OF_THE_BODY = ("content-length", "content-type", "content-encoding", "content-language")


class Front:
    """WSGI middleware. `most` is the number of bytes that kept answers may take."""

    def __init__(
        self, application: WSGIApplication, live: Live, most: int, direct: Direct, queries: DirectQueries
    ) -> None:
        self._application = application
        self._live = live
        self._most = most
        self._direct = direct
        self._queries = queries
        self._size = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = Lock()
        self._stamp: Stamp | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._application(environ, start_response)
        if key[0] != self._stamp:
            self._switched(key[0])
        found = self._find(key)
        if found is None:
            made = self._from_store(key) or self._looked_up(key, environ) or self._made(environ, start_response)
            if not isinstance(made, Kept):
                return made
            found = made
            if self._live.stamp() == key[0]:  # else a switch came in between, and nobody can tell which one answered
                self._keep(key, found)
        return self._given(found, key, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """All that an answer may depend on; None where it is not to be kept."""
        method, path, query = environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        body = ""
        if method == "POST" and path == QUERIES:
            length = environ.get("CONTENT_LENGTH") or ""
            if not length.isdigit() or int(length) > _LONGEST_POST:
                return None
            data = environ["wsgi.input"].read(int(length))
            environ["wsgi.input"] = io.BytesIO(data)
            body = environ.get("CONTENT_TYPE", "") + "\0" + hashlib.sha256(data).hexdigest()
        elif method not in {"GET", "HEAD"} or path.startswith(("/dump/", "/health")):
            return None
        stamp = self._live.stamp()
        if stamp is None:
            return None
        accept, language = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
        root = environ.get("SCRIPT_NAME", "")
        if not query and not body and path.startswith(PLACE):
            chosen = self._direct.chosen(path, accept, language)
            if chosen is not None:
                return stamp, DOCUMENT, root, *chosen
        return stamp, path, query, body, accept, language, root

    def _switched(self, stamp: Stamp) -> None:
        """Lets go of what belongs to another release, and has the like of it made for this one."""
        with self._lock:
            if stamp == self._stamp:
                return
            self._stamp = stamp
            earlier = {key: list(answer.forms) for key, answer in reversed(self._kept.items()) if key[0] != stamp}
            for key in earlier:
                self._size -= self._kept.pop(key).kept_as
        wanted = [key for key in earlier if warming.may_be_again(key)]
        if wanted:
            codings = {key[1:]: earlier[key] for key in wanted}
            warming.start(self._live, stamp, wanted, lambda key, environ: self._again(key, environ, codings[key[1:]]))

    def _again(self, key: Key, environ: WSGIEnvironment, codings: list[str]) -> None:
        """Makes an answer that nobody waits for, in the codings that it was asked for in."""
        if self._find(key) is not None:
            return
        made = self._from_store(key) or self._made(environ, lambda *_: None)  # type: ignore[arg-type]
        if isinstance(made, Kept):
            for coding in codings if made.packable else ():
                if coding not in made.forms:
                    made.pack(coding)
            if self._live.stamp() == key[0]:
                self._keep(key, made)
        else:
            _close(made)

    def _find(self, key: Key) -> Kept | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _from_store(self, key: Key) -> Kept | None:
        """The document of a thing as data, straight from the store; None for everything else."""
        if key[1] != DOCUMENT:
            return None
        live = self._live.current()
        _, _, root, stem, suffix, by_header, _ = key
        made = self._direct.made(live, stem, suffix, bool(by_header), root) if live else None
        return Kept.of("200 OK", *made) if made else None

    def _looked_up(self, key: Key, environ: WSGIEnvironment) -> Kept | None:
        """The answer of a small query; None for everything else."""
        if key[1] != QUERIES or not (key[2] or key[3]):
            return None
        live = self._live.current()
        posted = environ["wsgi.input"].getvalue() if key[3] else b""
        made = self._queries.made(live, environ, posted) if live else None
        return Kept.of("200 OK", *made) if made else None

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
        headers = {name.lower(): value for name, value in pairs}
        length = headers.get("content-length", "")
        public = headers.get("cache-control", "").startswith("public")
        named = headers.get("etag", "").startswith('"') or "location" in headers
        if not (status[:3] in {"200", "303"} and public and named and length.isdigit() and int(length) <= LONGEST):
            start_response(status, pairs)
            return _bodyless(chunks) if environ["REQUEST_METHOD"] == "HEAD" else chunks
        try:
            body = b"".join(chunks)
        finally:
            _close(chunks)
        return Kept.of(status, pairs, body)

    def _keep(self, key: Key, answer: Kept) -> None:
        size = answer.size + sum(len(part) for part in key[1:] if isinstance(part, str))
        if size > self._most:
            return
        with self._lock:
            earlier = self._kept.pop(key, None)
            self._size += size - (earlier.kept_as if earlier else 0)
            answer.kept_as = size
            self._kept[key] = answer
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1].kept_as

    def _given(
        self, answer: Kept, key: Key, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING", "")) if answer.packable else ""
        form = answer.forms.get(coding)
        if form is None:
            form = answer.pack(coding)
            with self._lock:
                if self._kept.get(key) is answer:
                    answer.kept_as += len(form.body)
                    self._size += len(form.body)
        if answer.is_whole and ("HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ):
            modified = is_resource_modified(environ, form.etag, last_modified=answer.last_modified)
            if not modified:
                pairs = [pair for pair in form.headers if pair[0].lower() not in _OF_THE_BODY]
                start_response("304 NOT MODIFIED", pairs)
                return []
        start_response(answer.status, form.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [form.body]


def _bodyless(chunks: Iterable[bytes]) -> Iterable[bytes]:
    _close(chunks)
    return []


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close:
        close()

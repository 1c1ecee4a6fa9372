"""After a switch of the release: what was asked for before is made again, so that it is ready when it is asked for."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Sequence
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias

from lod.errors import LodError
from lod.web.direct import PLACE, media_type_of

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from lod.web.live import Live, Stamp

Key: TypeAlias = "tuple[Stamp, str, str, str, str, str | bool, str]"
"""Stamp, then address, query, body, Accept, Accept-Language, root; or
`document`, root, thing, suffix, by header, language."""
DOCUMENT = "document"
MOST = 2_000
"""Answers that are made again, the latest asked for first."""
_NEVER = ("/sparql", "/search")


def start(live: Live, stamp: Stamp, earlier: Sequence[Key], again: Callable[[Key, WSGIEnvironment], None]) -> Thread:
    """Makes the answers of `earlier` anew under `stamp`, in the background, half of the time at most."""
    thread = Thread(target=_warm, args=(live, stamp, earlier, again), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(live: Live, stamp: Stamp, earlier: Sequence[Key], again: Callable[[Key, WSGIEnvironment], None]) -> None:
    for key in earlier[:MOST]:
        if live.stamp() != stamp:
            return
        begun = time.monotonic()
        try:
            again((stamp, *key[1:]), request_for(key))
        except LodError:  # the release is gone or damaged: whoever asks next is told
            return
        time.sleep(time.monotonic() - begun)


def may_be_again(key: Key) -> bool:
    """Whether an answer is worth making before anybody asks: documents and pages, not what a stranger composed."""
    return key[1] == DOCUMENT or not (key[2] or key[3] or key[1].startswith(_NEVER))


def request_for(key: Key) -> WSGIEnvironment:
    """A request that has this key."""
    if key[1] == DOCUMENT:
        root, stem, suffix, by_header, language = key[2:]
        path, accept = PLACE + stem + ("" if by_header else f".{suffix}"), media_type_of(suffix)
    else:
        path, accept, language, root = key[1], key[4], str(key[5]), key[6]
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": root,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_ACCEPT": accept,
        "HTTP_ACCEPT_LANGUAGE": language,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

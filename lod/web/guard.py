"""The outermost layer: what a client may hold of the server while it sends slowly, reads slowly or comes too often.

A request occupies a thread from its first byte to the last byte of its answer. So each client may have so many at
once, a body must have come within a deadline, and a long answer must be taken with a least pace. A client that takes
nothing at all is hung up on by the kernel. What is refused here is told by the application, in the client's language.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, cast

from lod.web.clients import client_of

if TYPE_CHECKING:
    from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

REFUSED = "lod.refused"
"""The key of the environment under which the application finds the name of the problem that it is to tell."""
CROWD, SLOW, CUT = "crowd", "slow", "cut"
LONG = 1024**2
"""Bytes from which an answer is a long one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """What one client may hold: requests at once, long answers at once; seconds for a body and until a client that
    takes nothing is given up; bytes a second of a long answer after `grace` seconds; bytes of a body."""

    requests: int = 64
    answers: int = 8
    body: float = 10.0
    deaf: float = 30.0
    grace: float = 60.0
    pace: float = 4096.0
    longest: int = 256 * 1024


class Guard:
    """WSGI middleware. Safe for threads."""

    def __init__(
        self,
        application: WSGIApplication,
        trusted: tuple[IPv4Network | IPv6Network, ...],
        patience: Patience,
    ) -> None:
        self._application = application
        self._trusted = trusted
        self._patience = patience
        self._requests = _Places(patience.requests)
        self._answers = _Places(patience.answers)
        self._hangs_up = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._hangs_up:
            self._hangs_up = True
            hang_up_on_deaf_clients(self._patience.deaf)
        client = client_of(environ, self._trusted)
        if not self._requests.take(client):
            environ[REFUSED] = CROWD
            return self._application(environ, start_response)
        held = ExitStack()
        held.callback(self._requests.leave, client)
        try:
            body = self._answered(environ, start_response, client, held)
        except BaseException:
            held.close()
            raise
        if isinstance(body, list):  # handed over whole: no thread waits for the client
            held.close()
            return body
        return _Paced(body, self._patience, held)

    def _answered(
        self, environ: WSGIEnvironment, start_response: StartResponse, client: str, held: ExitStack
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            self._take_body(environ, client)
        said: list[tuple[str, list[tuple[str, str]]]] = []
        note = cast("StartResponse", lambda status, headers, exc_info=None: said.append((status, headers)))
        body = self._application(environ, note)
        status, headers = said[-1]
        length = _length(headers)
        if not isinstance(body, list) and length is not None and length <= LONG:
            body = _whole(body)  # then the server sends it by itself, however slowly it is taken
        elif not isinstance(body, list) and length is not None:
            if not self._answers.take(client):
                _close(body)
                environ[REFUSED] = CROWD
                return self._application(environ, start_response)
            held.callback(self._answers.leave, client)
        start_response(status, headers)
        return body

    def _take_body(self, environ: WSGIEnvironment, client: str) -> None:
        """Puts the whole body in the place of its stream, or names what is wrong with it."""
        said = environ.get("CONTENT_LENGTH") or ""
        if said.isdigit() and int(said) > self._patience.longest:
            return  # refused by its length (413), unread
        wanted = int(said) if said.isdigit() else self._patience.longest + 1
        data = self._read(environ["wsgi.input"], wanted, client) if wanted else b""
        if data is None:
            environ[REFUSED] = SLOW
        elif said.isdigit() and len(data) < wanted:
            environ[REFUSED] = CUT
        environ["wsgi.input"] = io.BytesIO(data or b"")
        environ["CONTENT_LENGTH"] = str(len(data or b""))
        environ.pop("HTTP_TRANSFER_ENCODING", None)

    def _read(self, stream: InputStream, wanted: int, client: str) -> bytes | None:
        """A body that comes in time, else None. The read itself goes on until the client gives up (no server that
        blocks on it can end it), so it keeps its own place of that client's, and none of the threads that answer."""
        if not self._requests.take(client):
            return None
        box: SimpleQueue[bytes] = SimpleQueue()

        def run() -> None:
            try:
                box.put(stream.read(wanted))
            except OSError:
                box.put(b"")
            finally:
                self._requests.leave(client)

        Thread(target=run, daemon=True, name="lod-body").start()
        try:
            return box.get(timeout=self._patience.body)
        except Empty:
            return None


class _Places:
    """So many for each client."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, client: str) -> bool:
        with self._lock:
            if self._held[client] >= self._most:
                return False
            self._held[client] += 1
            return True

    def leave(self, client: str) -> None:
        with self._lock:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]


class _Paced:
    """An answer that comes in pieces, ended where the client takes it too slowly.

    Whoever gets less than the length that was said knows that it is not whole (RFC 9112 6.3).
    """

    def __init__(self, pieces: Iterable[bytes], patience: Patience, held: ExitStack) -> None:
        self._pieces = pieces
        self._patience = patience
        self._held = held

    def __iter__(self) -> Iterator[bytes]:
        started, sent = time.monotonic(), 0
        for piece in self._pieces:
            yield piece
            sent += len(piece)
            taken = time.monotonic() - started
            if taken > self._patience.grace and sent < taken * self._patience.pace:
                return

    def close(self) -> None:
        try:
            _close(self._pieces)
        finally:
            self._held.close()


def _length(headers: list[tuple[str, str]]) -> int | None:
    return next((int(value) for name, value in headers if name.lower() == "content-length" and value.isdigit()), None)


def _whole(body: Iterable[bytes]) -> list[bytes]:
    try:
        return [b"".join(body)]
    finally:
        _close(body)


def _close(body: object) -> None:
    close = getattr(body, "close", None)
    if close:
        close()


def hang_up_on_deaf_clients(seconds: float) -> None:
    """Lets the kernel end connections whose peer takes nothing for so long (TCP_USER_TIMEOUT, RFC 5482).

    Set on the listening socket, from which each accepted one inherits it, and on those accepted already. Linux only.
    """
    if sys.platform != "linux":
        return
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if link.is_socket():
                _set_user_timeout(int(link.name), int(seconds * 1000))


def _set_user_timeout(descriptor: int, milliseconds: int) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as found:
        if found.type == socket.SOCK_STREAM and found.family in {socket.AF_INET, socket.AF_INET6}:
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)

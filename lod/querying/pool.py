"""Workers and lanes together. A result is taken whole, into memory or a file, before anything is sent: so its length is
known, a limit passed late still gives a true status, and a slow reader holds no worker."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Lock, Thread
from typing import IO, Protocol, cast

from lod.querying import worker
from lod.querying.jobs import Job, Limits, Outcome, QueryError
from lod.querying.lanes import Lanes, Ticket
from lod.querying.small import at_once
from lod.stores.oxigraph import ReleaseStore

IN_MEMORY = 1024**2
START_SECONDS = 30.0
QUICK_SECONDS = 0.25
"""How long a query keeps its place in the quick lane."""
_NICENESS = 10
_HARMLESS = frozenset({Outcome.SYNTAX, Outcome.UNWRITABLE, Outcome.FAILED})
_PIECE = 256 * 1024
_METHOD = "spawn" if sys.platform == "win32" else "forkserver"


class _Process(Protocol):
    pid: int | None
    exitcode: int | None

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Result:
    """A whole result. `file` stands at its beginning; close it."""

    file: IO[bytes]
    size: int
    rows: int
    seconds: float

    def read(self) -> bytes:
        """All of it, where it is small or must be had whole; closes the file."""
        with self.file:
            return self.file.read()

    def pieces(self) -> Iterator[bytes]:
        """All of it in bounded pieces; closes the file."""
        with self.file:
            while piece := self.file.read(_PIECE):
                yield piece


class _Worker:
    """One process and the line to it."""

    def __init__(self, release: Path, limits: Limits) -> None:
        context = get_context(_METHOD)
        if _METHOD == "forkserver":
            context.set_forkserver_preload([worker.__name__])
        self.release = release
        self.line, theirs = context.Pipe()
        self._process = cast(
            "_Process",
            context.Process(target=worker.serve, args=(theirs, release, limits), daemon=True, name="lod-query"),  # type: ignore[attr-defined]
        )
        self._process.start()
        theirs.close()
        self._started = time.monotonic()
        self._ready = False

    def wait_ready(self) -> bool:
        """Whether it has opened its release; waits for that once."""
        while not self._ready:
            message = self.receive(START_SECONDS - (time.monotonic() - self._started))
            if message != worker.READY:
                return False
            self._ready = True
        return True

    def receive(self, seconds: float) -> bytes | None:
        """The next message; None where none comes in time, b'' where the process has ended."""
        try:
            return self.line.recv_bytes() if self.line.poll(max(0.0, seconds)) else None
        except (EOFError, OSError):
            return b""

    def yield_to_others(self) -> None:
        """A long query gives way to quick ones."""
        if sys.platform != "win32" and self._process.pid:
            with suppress(PermissionError, ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)

    def how_it_ended(self) -> Outcome:
        """Of a process that hung up: SIGABRT is what Rust does without memory; somebody else's SIGKILL (an operator's,
        the kernel's without memory), or the loss of the process that forked it, is not the query's doing."""
        self._process.join(1.0)
        match self._process.exitcode:
            case -6:
                return Outcome.MEMORY
            case -9 | 255 | None:
                return Outcome.LOST
        return Outcome.CRASH

    def is_alive(self) -> bool:
        """Whether an idle worker can still be asked: one that has ended has hung up."""
        try:
            return not self.line.poll()
        except OSError:
            return False

    def stop(self) -> None:
        self.line.close()
        self._process.kill()
        self._process.join()


class Pool:
    """Evaluates queries in at most `quick` + `long` processes. Safe for threads."""

    def __init__(
        self,
        limits: Limits,
        *,
        quick: int = 2,
        long: int = 8,
        waiting: int = 64,
        per_client: int = 32,
        folder: Path | None = None,
    ) -> None:
        """`folder` is for results on their way; the system's own where it is not given (which is memory on many)."""
        self.limits = limits
        self._folder = str(folder) if folder is not None and os.access(folder, os.W_OK) else None
        self._lanes = Lanes(quick, long, waiting, per_client)
        self._most_idle = quick
        self._idle: list[_Worker] = []
        self._closed = False
        self._lock = Lock()

    def run(self, job: Job, client: str = "", store: ReleaseStore | None = None) -> Result:
        """The whole result of a query; `store` is the release's, where it is open. Raises QueryError."""
        started = time.monotonic()
        small = at_once(job, self.limits, store)
        if small is not None:
            return Result(BytesIO(small[1]), len(small[1]), small[0], time.monotonic() - started)
        return self.in_worker(job, client)

    def in_worker(self, job: Job, client: str) -> Result:
        """The same from a worker, whatever the query. Raises QueryError."""
        with self._lanes.place(client, self.limits.seconds) as ticket:
            try:
                return self._once(job, ticket)
            except QueryError as error:
                if error.outcome is not Outcome.LOST or ticket.is_long:
                    raise
            # What took one idle worker may have taken the others too, before anybody can see it.
            return self._once(job, ticket, fresh=True)

    def _once(self, job: Job, ticket: Ticket, *, fresh: bool = False) -> Result:
        found = self._started(job.release) if fresh else self._take(job.release)
        keep = False
        try:
            result = self._run(found, job, ticket)
            keep = not ticket.is_long
        except QueryError as error:
            keep = not ticket.is_long and error.outcome in _HARMLESS
            raise
        finally:
            self._give_back(found, keep=keep)
        return result

    def _run(self, found: _Worker, job: Job, ticket: Ticket) -> Result:
        started = time.monotonic()
        try:
            found.line.send_bytes(job.to_bytes())
        except OSError as error:
            raise QueryError(Outcome.LOST) from error
        with ExitStack() as stack:
            file = cast("IO[bytes]", stack.enter_context(SpooledTemporaryFile(IN_MEMORY, dir=self._folder)))
            size = 0
            while True:
                message = self._next(found, ticket, started)
                kind, body = message[:1], message[1:]
                if kind == worker.PIECE:
                    _write(file, body)
                    size += len(body)
                elif kind == worker.END:
                    (rows,), rest = worker.ROWS.unpack_from(body), body[worker.ROWS.size :]
                    file.write(rest)
                    file.seek(0)
                    stack.pop_all()  # the result's owner closes it
                    return Result(file, size + len(rest), rows, time.monotonic() - started)
                else:
                    outcome, text, used = json.loads(body)
                    raise QueryError(Outcome(outcome), text, used)

    def _next(self, found: _Worker, ticket: Ticket, started: float) -> bytes:
        """The next message of a query under way, which moves to the long lane when its moment is over."""
        if not ticket.is_long:
            message = found.receive(started + QUICK_SECONDS - time.monotonic())
            if message is None:
                if not self._lanes.move(ticket):
                    raise QueryError(Outcome.BUSY, used=time.monotonic() - started)
                found.yield_to_others()
                Thread(target=self._refill, args=(found.release,), daemon=True).start()
        if ticket.is_long:
            message = found.receive(started + self.limits.seconds - time.monotonic())
        if message is None:
            raise QueryError(Outcome.TIMEOUT, used=self.limits.seconds)
        if not message:
            raise QueryError(found.how_it_ended(), used=self.limits.memory_mib)
        return message

    def _take(self, release: Path) -> _Worker:
        """A worker for a release: an idle one, or a new one."""
        while True:
            with self._lock:
                found = next((item for item in self._idle if item.release == release), None)
                stale = [item for item in self._idle if item.release != release] if found is None else []
                self._idle = [item for item in self._idle if item is not found and item not in stale]
            for item in stale:
                item.stop()
            if found is None:
                return self._started(release)
            if found.wait_ready() and found.is_alive():
                return found
            found.stop()

    def _started(self, release: Path) -> _Worker:
        """A new worker; tried twice, since the process that forks it may have just been lost and is then replaced."""
        for _ in range(2):
            try:
                found = _Worker(release, self.limits)
            except (OSError, EOFError):
                continue
            if found.wait_ready():
                return found
            found.stop()
        raise QueryError(Outcome.LOST)

    def _give_back(self, found: _Worker, *, keep: bool) -> None:
        """An unharmed worker waits for the next query; in place of a spent one a new one is started beforehand."""
        if not keep:
            Thread(target=self._replace, args=(found,), daemon=True).start()
            return
        if not self._keep(found):
            found.stop()

    def _replace(self, spent: _Worker) -> None:
        spent.stop()
        self._refill(spent.release)

    def _refill(self, release: Path) -> None:
        """One more worker that waits, where there are fewer than the quick lane has places."""
        if not self._has_room():
            return
        try:
            fresh = _Worker(release, self.limits)
        except (OSError, EOFError):  # no process to be had now: the next query tries again and says so
            return
        if not self._keep(fresh):
            fresh.stop()

    def _has_room(self) -> bool:
        with self._lock:
            return not self._closed and len(self._idle) < self._most_idle

    def _keep(self, fresh: _Worker) -> bool:
        with self._lock:
            keeps = not self._closed and len(self._idle) < self._most_idle
            if keeps:
                self._idle.append(fresh)
            return keeps

    def close(self) -> None:
        """Ends every idle worker; those at work end with the server."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for item in idle:
            item.stop()


def _write(file: IO[bytes], piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as error:  # the disk is full: this result has no room now
        raise QueryError(Outcome.BUSY) from error

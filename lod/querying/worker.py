"""The life of a worker process: open the release, then answer one job after the other until the server hangs up."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from lod import analysis
from lod.querying.evaluation import Output, evaluate
from lod.querying.jobs import Job, Limits, Outcome, QueryError
from lod.stores.oxigraph import ReleaseStore

READY, PIECE, END, FAILED = b"R", b"P", b"E", b"F"
"""The first byte of each message to the server. END carries the number of rows and the last piece, so that a short
answer is one message; FAILED carries outcome, message and use."""
ROWS = struct.Struct(">q")
_CPU_GRACE = 5
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)


def serve(connection: Connection, release: Path, limits: Limits) -> None:
    """Answers jobs over one line. Any failure that Python cannot see (a stack overflow, no memory) ends the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which hangs up
    _die_with_server()
    _limit_memory(limits)
    _be_the_first_to_go()
    store, facts = ReleaseStore(release / "store"), analysis.opened(release)
    connection.send_bytes(READY)
    while True:
        try:
            job = Job.from_bytes(connection.recv_bytes(), release)
        except (EOFError, OSError):
            return
        _limit_time(limits)
        try:
            _answer(connection, store, facts, job, limits)
        except OSError:
            return


def _answer(
    connection: Connection, store: ReleaseStore, facts: analysis.Facts | None, job: Job, limits: Limits
) -> None:
    last = b""

    def send(piece: bytes) -> None:
        nonlocal last
        if last:
            connection.send_bytes(PIECE + last)
        last = piece

    output = Output(send, limits, job.suffix)
    try:
        evaluate(store, job, limits, output, facts)
    except MemoryError:
        connection.send_bytes(FAILED + json.dumps([Outcome.MEMORY, "", limits.memory_mib]).encode())
    except QueryError as error:
        connection.send_bytes(FAILED + json.dumps([error.outcome, error.message, error.used]).encode())
    else:
        connection.send_bytes(END + ROWS.pack(output.rows) + last)


def _limit_memory(limits: Limits) -> None:
    """A cross product grows by gigabytes in seconds: this ends the worker, not the machine. No core files.

    What counts is the memory that the process may write to, not the files that it maps.
    """
    if sys.platform != "win32":
        import resource

        cap = limits.memory_mib * 1024**2
        resource.setrlimit(resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS, (cap, cap))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _be_the_first_to_go() -> None:
    """Where the machine runs out of memory, the kernel ends a query, not the server (proc(5), oom_score_adj)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _limit_time(limits: Limits) -> None:
    """The kernel ends a worker that runs on, even where the server that would kill it is gone."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + limits.seconds) + _CPU_GRACE
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _die_with_server() -> None:
    """The parent (the server's fork server) ends with the server, and this process with it."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(1)

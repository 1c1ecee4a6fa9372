"""Evaluates queries in processes that can be killed, over the read-only store of a release.

pyoxigraph has no timeout, and some queries end it with a stack overflow that Python cannot catch. So each query runs
in a process of its own pool; one that takes too long or dies is replaced and hurts nobody else.
"""

from __future__ import annotations

import multiprocessing
import queue
import signal
import sys
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lod.stores.oxigraph import ReleaseStore

MEMORY_BYTES = 3 * 1024**3
"""Address space of one worker. A cross product grows by gigabytes in seconds; this ends the worker, not the machine."""
START_SECONDS = 30.0


class Outcome(StrEnum):
    """How the evaluation of a query ended."""

    DONE = "done"
    SYNTAX = "syntax"
    FAILED = "failed"
    UNWRITABLE = "unwritable"
    TIMEOUT = "timeout"
    CRASH = "crash"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Job:
    """A query and the suffix of the format its result is to be written in (`json`, `csv`, `ttl` …)."""

    query: str
    suffix: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` holds the result where `outcome` is DONE, otherwise what was wrong, in UTF-8."""

    outcome: Outcome
    body: bytes = b""


def evaluate(store: ReleaseStore, job: Job) -> Answer:
    """Runs one query and writes its whole result."""
    from pyoxigraph import QueryResultsFormat, QueryTriples

    from lod.formats import UnserializableError, by_suffix

    try:
        results = store.query(job.query, default_graphs=job.default_graphs, named_graphs=job.named_graphs)
        if isinstance(results, QueryTriples):
            graph_format = by_suffix(job.suffix)
            if graph_format is None:
                return Answer(Outcome.UNWRITABLE, job.suffix.encode())
            return Answer(Outcome.DONE, graph_format.serialize(list(dict.fromkeys(results))))
        table_format = QueryResultsFormat.from_extension({"xml": "srx", "json": "srj"}.get(job.suffix, job.suffix))
        if table_format is None:
            return Answer(Outcome.UNWRITABLE, job.suffix.encode())
        output = BytesIO()
        results.serialize(output, table_format)
        return Answer(Outcome.DONE, output.getvalue())
    except SyntaxError as error:
        return Answer(Outcome.SYNTAX, str(error).encode())
    except UnserializableError as error:
        return Answer(Outcome.UNWRITABLE, str(error).encode())
    except (ValueError, OSError, RuntimeError) as error:
        return Answer(Outcome.FAILED, str(error).encode())


def serve(connection: Connection, store_path: Path) -> None:
    """The worker's life: open the store, say so, then answer jobs until the server hangs up."""
    from lod.stores.oxigraph import ReleaseStore

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which hangs up
    _limit_memory()
    store = ReleaseStore(store_path)
    connection.send(Answer(Outcome.DONE))
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        connection.send(evaluate(store, job))


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Worker:
    """One process and the line to it."""

    def __init__(self, store_path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.store_path = store_path
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, store_path), daemon=True, name="lod-query")
        self._process.start()
        theirs.close()
        self.usable = self._receive(START_SECONDS).outcome is Outcome.DONE

    def run(self, job: Job, seconds: float) -> Answer:
        try:
            self._connection.send(job)
        except OSError:
            self.usable = False
            return Answer(Outcome.CRASH)
        answer = self._receive(seconds)
        self.usable = answer.outcome not in {Outcome.TIMEOUT, Outcome.CRASH}
        return answer

    def _receive(self, seconds: float) -> Answer:
        try:
            if not self._connection.poll(seconds):
                return Answer(Outcome.TIMEOUT)
            answer: Answer = self._connection.recv()
        except (EOFError, OSError):
            return Answer(Outcome.CRASH)
        return answer

    def stop(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()


class Pool:
    """At most `size` workers, started when first needed and replaced when spoilt or when the release changes."""

    def __init__(self, size: int, seconds: float) -> None:
        self.seconds = seconds
        self._slots: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._slots.put(None)

    def run(self, store_path: Path, job: Job) -> Answer:
        """Evaluates a query over a release's store. Waits for a free worker as long as a query may take."""
        try:
            worker = self._slots.get(timeout=self.seconds)
        except queue.Empty:
            return Answer(Outcome.BUSY)
        try:
            if worker is None or not worker.usable or worker.store_path != store_path:
                if worker:
                    worker.stop()
                worker = None
                worker = _Worker(store_path)
            return worker.run(job, self.seconds) if worker.usable else Answer(Outcome.CRASH)
        finally:
            if worker and not worker.usable:
                worker.stop()
                worker = None
            self._slots.put(worker)

    def close(self) -> None:
        """Ends every worker that is not at work; those at work end with the server (they are daemons)."""
        while not self._slots.empty():
            worker = self._slots.get_nowait()
            if worker:
                worker.stop()

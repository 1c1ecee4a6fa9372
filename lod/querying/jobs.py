"""A query as it goes to a worker, the limits it runs under, and every way in which it can end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Outcome(StrEnum):
    """How a query ended; each but DONE is a problem with words of its own."""

    DONE = "done"
    SYNTAX = "syntax"
    FAILED = "failed"
    UNWRITABLE = "unwritable"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    LOST = "lost"
    ROWS = "rows"
    BYTES = "bytes"
    TRIPLES = "triples"
    SERVICE = "service"
    REMOTE = "remote"
    BUSY = "busy"
    CLIENT = "client"
    TEXT_FORM = "text_form"
    TEXT_MANY = "text_many"
    TEXT_MISSING = "text_missing"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use: seconds of the clock, MiB of memory, rows (or triples) and bytes of its result.

    `services` are the addresses that SERVICE may call, each call within its own seconds and bytes.
    """

    seconds: float = 30.0
    memory_mib: int = 1024
    rows: int = 1_000_000
    bytes: int = 256 * 1024**2
    services: tuple[str, ...] = ()
    service_seconds: float = 10.0
    service_bytes: int = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Job:
    """A query, the suffix of the format its result is to be written in (`json`, `csv`, `ttl` …), and its data set."""

    query: str
    suffix: str
    release: Path
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """What the worker is sent; which release it is was settled when it was started."""
        graphs = {"default_graphs": self.default_graphs, "named_graphs": self.named_graphs}
        return json.dumps({"query": self.query, "suffix": self.suffix, **graphs}).encode()

    @classmethod
    def from_bytes(cls, data: bytes, release: Path) -> Job:
        table = json.loads(data)
        graphs = {name: tuple(table[name]) for name in ("default_graphs", "named_graphs")}
        return cls(table["query"], table["suffix"], release, **graphs)


class QueryError(Exception):
    """A query that gives no result. `message` is the parser's or evaluator's; `used` is what was used of a limit."""

    def __init__(self, outcome: Outcome, message: str = "", used: float = 0) -> None:
        super().__init__(outcome, message, used)
        self.outcome = outcome
        self.message = message
        self.used = used

"""var/history.sqlite: every switch of the live release and what it changed, in one order that never changes.

Feeds of every kind are read from it. It is written after a switch; one that was killed in between is entered before the
next, so the log may lag behind for a moment but never tells what did not happen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lod.history.comparing import Change, Kind
from lod.history.things import Listed

FILE = "history.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS switch (
  n INTEGER PRIMARY KEY, at TEXT NOT NULL, release TEXT NOT NULL, previous TEXT NOT NULL, rollback INTEGER NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, deleted INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS change (
  seq INTEGER PRIMARY KEY, n INTEGER NOT NULL, kind TEXT NOT NULL, iri TEXT NOT NULL, class TEXT NOT NULL,
  label TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS change_n ON change (n);
CREATE INDEX IF NOT EXISTS change_iri ON change (iri, seq);
"""

_SELECT = "SELECT seq, at, release, kind, iri, class, label FROM change JOIN switch USING (n) "
_OF_SWITCH = _SELECT + "WHERE change.n = ? AND seq > ? ORDER BY seq LIMIT ?"
_BETWEEN = _SELECT + "WHERE seq BETWEEN ? AND ? ORDER BY seq"
_CREATED = "SELECT iri FROM change WHERE n = ? AND kind = ? AND class = ? ORDER BY iri"
_NEWEST = _SELECT + "WHERE kind = ? ORDER BY seq DESC LIMIT ?"
_OF_THING = _SELECT + "WHERE iri = ? ORDER BY seq LIMIT ?"


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch: when (ISO 8601, UTC), to which release, from which ('' at the first), and how much it changed."""

    n: int
    at: str
    release: str
    previous: str
    rollback: bool
    created: int
    updated: int
    deleted: int

    @property
    def total(self) -> int:
        return self.created + self.updated + self.deleted


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one thing; `seq` counts from 1 over the whole history."""

    seq: int
    at: str
    release: str
    kind: Kind
    iri: str
    class_: str
    label: str


class Log:
    """The history of one `var`. Reading needs no lock and writes nothing; a log that is not there is empty."""

    def __init__(self, var: Path) -> None:
        self._path = var / FILE

    # --- writing: the builder only -----------------------------------------------------------------------------

    def enter(self, at: str, release: str, previous: str, *, rollback: bool, changed: Iterable[Change]) -> None:
        """Appends a switch with its changes: all of it or nothing."""
        with closing(sqlite3.connect(self._path)) as base, base:
            base.executescript(_SCHEMA)
            (n,) = base.execute("SELECT coalesce(max(n), 0) + 1 FROM switch").fetchone()
            counts = dict.fromkeys(Kind, 0)
            base.executemany(
                "INSERT INTO change (n, kind, iri, class, label) VALUES (?, ?, ?, ?, ?)",
                ((n, *row) for row in _rows(changed, counts)),
            )
            base.execute(
                "INSERT INTO switch VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (n, at, release, previous, int(rollback), *counts.values()),
            )

    # --- reading -----------------------------------------------------------------------------------------------

    def switches(self, limit: int = 50, before: int = 0) -> list[Switch]:
        """The newest switches first; `before` continues below that number."""
        rows = self._read("SELECT * FROM switch WHERE ? = 0 OR n < ? ORDER BY n DESC LIMIT ?", (before, before, limit))
        return [Switch(n, at, now, old, bool(back), *counts) for n, at, now, old, back, *counts in rows]

    def last(self) -> Switch | None:
        return next(iter(self.switches(1)), None)

    def went_live(self, release: str) -> str:
        """When a release went live last, '' if it never did."""
        rows = self._read("SELECT at FROM switch WHERE release = ? ORDER BY n DESC LIMIT 1", (release,))
        return str(rows[0][0]) if rows else ""

    def of_switch(self, n: int, limit: int, after: int = 0) -> list[Entry]:
        """Changes of one switch in their order, from behind `after` on."""
        return self._entries(_OF_SWITCH, n, after, limit)

    def created(self, n: int, class_: str) -> list[str]:
        """The IRIs of the things of a class that came with a switch, in order."""
        rows = self._read(
            "SELECT iri FROM change WHERE n = ? AND kind = ? AND class = ? ORDER BY iri", (n, Kind.CREATE, class_)
        )
        return [str(row[0]) for row in rows]

    def between(self, first: int, last: int) -> list[Entry]:
        """The changes with numbers from `first` to `last`, both included."""
        return self._entries(_BETWEEN, first, last)

    def newest(self, kind: Kind, limit: int) -> list[Entry]:
        """The last changes of one kind, the newest first."""
        return self._entries(_NEWEST, kind, limit)

    def of_thing(self, iri: str, limit: int = 1000) -> list[Entry]:
        """Everything that happened to one thing, the oldest first."""
        return self._entries(_OF_THING, iri, limit)

    def count(self) -> int:
        """The number of changes: `seq` of the last one."""
        return next((int(row[0]) for row in self._read("SELECT coalesce(max(seq), 0) FROM change", ())), 0)

    def _entries(self, query: str, *values: object) -> list[Entry]:
        rows = self._read(query, values)
        return [Entry(seq, at, release, Kind(kind), *rest) for seq, at, release, kind, *rest in rows]

    def _read(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if not self._path.is_file():
            return []
        with closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as base:
            try:
                return base.execute(query, values).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):  # made, and killed before its first entry
                    return []
                raise


def _rows(changed: Iterable[Change], counts: dict[Kind, int]) -> Iterator[tuple[str, str, str, str]]:
    for change in changed:
        counts[change.kind] += 1
        thing: Listed = change.thing
        yield change.kind, thing.iri, thing.kind, thing.label

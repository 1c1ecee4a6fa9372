"""The search index of one release, opened for reading only (SQLite URI `immutable=1`): no locks, no writes, any number
of processes and threads."""

from __future__ import annotations

import json
import sqlite3
import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, compress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any
from urllib.parse import quote

from lod.errors import StoreError
from lod.querying.words import Word
from lod.search import columns, layout
from lod.search.layout import KINDS, Role

_STEPS = 2_000
"""Steps of SQLite's machine between two looks at the clock."""
_LAST = "\U0010ffff"
MOST_THINGS = 1_000_000
"""Things that one word may stand in: more are no answer to anybody, and take memory and time."""


class TooSlowError(Exception):
    """A search that took longer than it may; `limit` in seconds."""

    def __init__(self, limit: float) -> None:
        super().__init__(limit)
        self.limit = limit


class TooManyError(Exception):
    """A word that stands in more things than can be listed."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the texts of a property stand: from `first` to `last`."""

    iri: str
    role: Role
    first: int
    last: int
    is_merged: int


@dataclass(frozen=True, slots=True)
class Things:
    """The things that have a word: in any of their texts or their title, and in a text that names them."""

    all: set[int]
    named: set[int]


class Index:
    """The index of a release. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError S10 where it cannot be read."""
        self._address = f"file:{quote(str((folder / layout.WORDS).resolve()))}?immutable=1"
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        try:
            with self.reading() as reading:
                rows = reading.rows
                extents = {name: (first, count) for name, first, count in rows("SELECT * FROM extent")}
                facts = dict(rows("SELECT * FROM fact"))
                self._extents = [Extent(iri, Role(role), *rest) for iri, role, *rest in rows("SELECT * FROM property")]
            read = columns.read(folder / layout.COLUMNS, extents)
        except (sqlite3.Error, OSError, ValueError) as error:
            raise StoreError("S10", place=str(folder), problem=str(error)) from error
        self.base: str = facts["base"]
        self.first, self.things, self._columns = read["first"], read["things"], read
        self._titled_first, self._titled = read["titled.first"], read["titled"]
        self.last_name = max(e.last for e in self._extents if e.is_merged and e.role is not Role.TEXT)
        """Texts up to this number name their things or are codes of them; those behind it describe them."""
        self.last_merged = max(e.last for e in self._extents if e.is_merged)
        """Texts behind this number are stated in named graphs only, not among the merged facts."""
        self._held = sorted((e for e in self._extents if e.first <= e.last), key=lambda e: e.first)
        self._firsts = [e.first for e in self._held]

    def __len__(self) -> int:
        return len(self._columns["kind"])

    @contextmanager
    def reading(self, seconds: float = 10.0) -> Iterator[Reading]:
        """A connection for a bounded time. Raises TooSlowError, StoreError S10."""
        connection = self._connection()
        until = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        try:
            yield Reading(self, connection)
        except sqlite3.OperationalError as error:
            if time.monotonic() > until:
                raise TooSlowError(seconds) from error
            raise StoreError("S10", place=self._address, problem=str(error)) from error
        finally:
            connection.set_progress_handler(None, 0)
            self._idle.put(connection)

    def _connection(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            made = sqlite3.connect(self._address, uri=True, check_same_thread=False, isolation_level=None)
            made.execute("PRAGMA query_only = ON")
            made.execute("PRAGMA mmap_size = 1073741824")
            return made

    def of_text(self, text: int) -> Sequence[int]:
        """The things that have a text, in order."""
        return self.things[self.first[text] : self.first[text + 1]]

    def first_of_kinds(self, keys: Sequence[str], most: int) -> list[int]:
        """The first things of some kinds."""
        kinds = self._columns["kind"]  # in order, since things are numbered by kind
        places = [place for place, kind in enumerate(KINDS) if kind.key in keys]
        return [n for place in places for n in range(bisect_left(kinds, place), bisect_right(kinds, place))[:most]]

    def count_of_text(self, text: int) -> int:
        """How many things have a text."""
        return self.first[text + 1] - self.first[text]

    def property_of(self, text: int) -> str:
        """The property that a text stands by."""
        return self._held[bisect_right(self._firsts, text) - 1].iri

    def ranges(self, properties: Collection[str], *, merged_only: bool) -> list[tuple[int, int]]:
        """(first, last) of the texts of some properties (of all where none is named), neighbours as one."""
        found: list[tuple[int, int]] = []
        for extent in self._held:
            if extent.iri not in properties and (properties or extent.iri == layout.EARLIER_READINGS):
                continue
            if merged_only and not extent.is_merged:
                continue
            if found and found[-1][1] + 1 == extent.first:
                found[-1] = (found[-1][0], extent.last)
            else:
                found.append((extent.first, extent.last))
        return found

    def years(self) -> dict[int, int]:
        """The fiscal years of the release, with their numbers as things."""
        with self.reading() as reading:
            return dict(reading.rows("SELECT year, thing FROM year ORDER BY year"))

    def titled(self, thing: int) -> Sequence[int]:
        """The things that go by the name of a program."""
        first = self._titled_first
        return self._titled[first[thing] : first[thing + 1]] if thing + 1 < len(first) else ()

    def column(self, name: str) -> Sequence[int]:
        """A whole column of `columns.bin` (lod/search/layout.py); empty where there is none."""
        return self._columns.get(name, ())

    def contexts(self, thing: int, name: str) -> tuple[int, ...]:
        """What a thing belongs to; for `kind`, its place in KINDS."""
        value = self._columns[name][thing]
        return (value,) if value >= 0 else self._members(name, value)

    def _members(self, name: str, value: int) -> tuple[int, ...]:
        if value == -1:
            return ()
        first = self._columns[f"{name}.first"]
        return tuple(self._columns[f"{name}.members"][first[-2 - value] : first[-1 - value]])

    def _many(self, name: str) -> Sequence[int]:
        """The values of a column that stand for several numbers."""
        return range(-2, -1 - len(self._columns.get(f"{name}.first", (0,))), -1)

    def having(self, things: Sequence[int], name: str, wanted: Collection[int]) -> Iterator[int]:
        """Those of some things that belong to any of the wanted."""
        if not things or not wanted:
            return iter(())
        accepted = set(wanted)
        accepted.update(value for value in self._many(name) if accepted.intersection(self._members(name, value)))
        return compress(things, map(accepted.__contains__, map(self._columns[name].__getitem__, things)))

    def counts(self, things: Sequence[int], name: str) -> list[tuple[int, int]]:
        """(value, how many of the things have it), the most frequent first."""
        found = Counter(map(self._columns[name].__getitem__, things))
        for value in [value for value in found if value < 0]:
            number = found.pop(value)
            for member in self._members(name, value):
                found[member] += number
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))


class Reading:
    """Questions to the index over one connection, within its time."""

    def __init__(self, index: Index, connection: sqlite3.Connection) -> None:
        self._index = index
        self._connection = connection

    def rows(self, query: str, *values: object) -> list[Any]:
        return self._connection.execute(query, values).fetchall()

    def texts(self, words: Sequence[Word]) -> list[int]:
        """The texts among the merged facts that have all words, in order."""
        query = "SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ?"
        return [row[0] for row in self.rows(query, _expression(words), self._index.last_merged)]

    def scored(
        self, words: Sequence[Word], first: int, last: int, most: int, *, scored: bool
    ) -> list[tuple[int, float]]:
        """(text, score) of texts between two numbers; with scores the best ones, without in order and with 0."""
        column, order = ("-rank", "rank, rowid") if scored else ("0.0", "rowid")
        found = self.rows(
            f"SELECT rowid, {column} FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY {order} LIMIT ?",  # noqa: S608
            _expression(words),
            first,
            last,
            most,
        )
        return [(text, score) for text, score in found]

    def things(self, word: Word) -> Things:
        """The things that have a word."""
        texts = self.texts([word])
        if len(texts) > MOST_THINGS or sum(map(self._index.count_of_text, texts)) > MOST_THINGS:
            raise TooManyError(MOST_THINGS)
        names = bisect_right(texts, self._index.last_name)
        named = set(chain.from_iterable(map(self._index.of_text, texts[:names])))
        others = map(self._index.of_text, texts[names:])
        return Things(named.union(*map(self._index.titled, named), chain.from_iterable(others)), named)

    def named(self, key: str) -> set[int]:
        """The things of which a name, reading or code is this."""
        return self._of_texts(self.rows("SELECT text FROM name WHERE key = ?", key))

    def named_from(self, key: str) -> set[int]:
        """The things of which a name, reading or code begins so."""
        return self._of_texts(self.rows("SELECT text FROM name WHERE key >= ? AND key < ?", key, key + _LAST))

    def first_named_from(self, key: str, most: int) -> list[int]:
        """One thing for each of the first names, readings or codes that begin so, in order of key."""
        rows = self.rows(
            "SELECT text FROM name WHERE key >= ? AND key < ? ORDER BY key LIMIT ?", key, key + _LAST, most
        )
        return [self._index.of_text(row[0])[0] for row in rows]

    def first_named_with(self, key: str, most: int) -> list[int]:
        """One thing for each of the first names that contain this."""
        query = "SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ? LIMIT ?"
        rows = self.rows(query, layout.phrase(key), self._index.last_name, most)
        return [self._index.of_text(row[0])[0] for row in rows]

    def names_sharing(self, keys: Sequence[str], most: int) -> list[tuple[int, str]]:
        """(thing, key) of the names that have the most of some keys."""
        rows = self.rows(
            """SELECT words.rowid, name.key FROM words JOIN name ON name.text = words.rowid
               WHERE words MATCH ? AND words.rowid <= ? ORDER BY rank LIMIT ?""",
            " OR ".join(map(layout.phrase, keys)),
            self._index.last_name,
            most,
        )
        return [(self._index.of_text(text)[0], key) for text, key in rows]

    def _of_texts(self, rows: list[Any]) -> set[int]:
        return set(chain.from_iterable(self._index.of_text(row[0]) for row in rows))

    def year(self, year: int) -> int:
        """The fiscal year with a number; -1 if the release has none."""
        rows = self.rows("SELECT thing FROM year WHERE year = ?", year)
        return rows[0][0] if rows else -1

    def iris(self, things: Sequence[int]) -> dict[int, str]:
        """The IRIs of things."""
        rows = self.rows(
            "SELECT number, iri FROM json_each(?) JOIN thing ON thing.number = json_each.value",
            json.dumps(list(things)),
        )
        return {number: _whole(self._index.base, iri) for number, iri in rows}

    def number(self, iri: str) -> int | None:
        """A thing that others belong to, by its IRI."""
        rows = self.rows("SELECT thing FROM context WHERE iri = ?", iri.removeprefix(self._index.base))
        return rows[0][0] if rows else None


def _expression(words: Sequence[Word]) -> str:
    """The FTS5 query that matches texts with all words, each in any of its spellings."""
    return " AND ".join("(" + " OR ".join(map(layout.phrase, word.keys)) + ")" for word in words)


def _whole(base: str, iri: str) -> str:
    return iri if "://" in iri else base + iri

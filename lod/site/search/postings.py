"""Which things have which pairs of characters, and where: made of the very words of the server's index (decision 0013).

The server's rows are texts; here they are things, since that is what a page shows. A thing's texts stand one after the
other, with room between them, so that no phrase runs from one into the next. Two lists are kept apart, because the
order of a result depends on it: in one, a name, reading or code of the thing has the pair; in the other, another of its
texts, or the name of the program that it goes by.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import numpy as np

from lod.querying.index import Index
from lod.querying.words import YEARS, words_of
from lod.search import layout
from lod.site.search.numbers import Numbers, encoded, gaps, numbers

_ROOM = 2
"""Places for the start of a text, and between it and the one before."""
_START = -1
Pair: TypeAlias = tuple[str, Numbers, Numbers]
"""A pair of characters, and for each place where it stands the text and how far into it."""


class _Stood:
    """For each text the things in which it stands, and where it begins in each."""

    def __init__(self, counts: Numbers, members: Numbers, lengths: Numbers, things: int) -> None:
        """`members` are the things of all texts, one after the other, `counts` how many each text has."""
        self._first = np.concatenate(([0], np.cumsum(counts)))
        self._members = members
        length = np.repeat(lengths + _ROOM, counts)
        order = np.argsort(members, kind="stable")
        ends = np.concatenate(([0], np.cumsum(length[order])))
        begins = ends[np.searchsorted(members[order], np.arange(things))]
        self._start = np.empty_like(members)
        self._start[order] = ends[:-1] - begins[members[order]]

    def places(self, texts: Numbers, offsets: Numbers) -> tuple[Numbers, Numbers]:
        """(things, places) of occurrences in texts, in order."""
        firsts = self._first[texts]
        counts = self._first[texts + 1] - firsts
        at = np.repeat(firsts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        things, places = self._members[at], self._start[at] + 1 + np.repeat(offsets, counts)
        order = np.lexsort((places, things))
        return things[order], places[order]


class Postings:
    """The lists of one release's index."""

    def __init__(self, folder: Path, index: Index) -> None:
        self._index = index
        self._base = sqlite3.connect(f"file:{(folder / layout.WORDS).resolve().as_posix()}?immutable=1", uri=True)
        self._base.execute("CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, words, instance)")
        self._last = index.last_merged
        named = index.last_name + 1
        lengths = self._lengths()
        first, things = numbers(index.first)[: self._last + 2], numbers(index.things)
        going = [sorted({*chain.from_iterable(map(index.titled, index.of_text(text)))}) for text in range(named)]
        counts = np.concatenate((numbers(list(map(len, going))), np.diff(first[named:])))
        members = np.concatenate((numbers(list(chain.from_iterable(going))), things[first[named] : first[-1]]))
        self._names = _Stood(np.diff(first[: named + 1]), things[: first[named]], lengths[:named], len(index))
        self._texts = _Stood(counts, members, lengths, len(index))

    def close(self) -> None:
        self._base.close()

    def _lengths(self) -> Numbers:
        """Characters of the key of each text, as FTS5 counts its words (one pair for each)."""
        found = np.zeros(self._last + 1, np.int64)
        for text, size in self._base.execute("SELECT id, sz FROM words_docsize WHERE id <= ?", (self._last,)):
            found[text] = _varint(size)
        return found

    def pairs(self) -> Iterator[Pair]:
        """Every pair of what the merged facts say, in order."""
        rows = self._base.execute("SELECT term, doc, offset FROM places")
        for pair, found in groupby(rows, itemgetter(0)):
            texts, offsets = np.array([row[1:] for row in found], np.int64).T
            kept = texts <= self._last
            if kept.any():
                yield pair, texts[kept], offsets[kept]

    def named(self, texts: Numbers, offsets: Numbers) -> tuple[str, str]:
        """(things, places) of occurrences in names."""
        naming = texts <= self._index.last_name
        return _listed(*self._names.places(texts[naming], offsets[naming]))

    def told(self, texts: Numbers, offsets: Numbers) -> tuple[str, str]:
        """(things, places) of occurrences in other texts, and in the names that things go by."""
        return _listed(*self._texts.places(texts, offsets))

    def things(self, texts: Numbers) -> tuple[str, str]:
        """(those that are named by, those that otherwise have) any of some texts."""
        texts = np.unique(texts)
        names = texts[texts <= self._index.last_name]
        found = self._names.places(names, np.zeros_like(names)), self._texts.places(texts, np.zeros_like(texts))
        return gaps(np.unique(found[0][0])), gaps(np.unique(found[1][0]))

    def starts(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """For each character the names, and places in them, where one that can be completed begins with it."""
        rows = self._base.execute("SELECT substr(key, 1, 1) AS first, text FROM name ORDER BY first, text")
        for character, found in groupby(rows, itemgetter(0)):
            texts = numbers([row[1] for row in found])
            yield character, self.named(texts, np.full_like(texts, _START))

    def years(self, seconds: float = 600.0) -> Iterator[tuple[str, tuple[str, str]]]:
        """For each year that is named anywhere, as it may be typed, what has it in any of its spellings."""
        with self._index.reading(seconds) as reading:
            for typed in sorted(f"{year}{unit}" for year in YEARS for unit in ("", "年", "年度")):
                texts = reading.texts(words_of(typed))
                if texts:
                    yield typed, self.things(numbers(texts))


def _listed(things: Numbers, places: Numbers) -> tuple[str, str]:
    """Things, and the places in each: a place counts from the one before it, doubled, odd where another one follows."""
    if not len(things):
        return "", ""
    starts = np.concatenate(([True], things[1:] != things[:-1]))
    follows = np.concatenate((~starts[1:], [False]))
    distance = np.diff(places, prepend=0)
    distance[starts] = places[starts]
    return gaps(things[starts]), encoded(distance * 2 + follows)


def _varint(blob: bytes) -> int:
    """The first of SQLite's variable-length integers (database file format, 1.6)."""
    value = 0
    for byte in blob[:8]:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value


def joined(texts: Sequence[Numbers]) -> Numbers:
    """Texts of several pairs as one list."""
    return np.concatenate(texts)

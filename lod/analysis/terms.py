"""The terms of the merged facts, numbered so that a number tells what kind a term is and where it stands in its kind.

A group holds IRIs, or the literals of one datatype or language. Within a group terms stand in the order in which SPARQL
sorts them (SPARQL 1.1 Query 15.1): IRIs and texts by code point, whole numbers by value. Their lexical forms lie one
behind the other in one file, apart by a byte that no term holds, so all of them can be searched for a passage at once.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyoxigraph as ox
from numpy.typing import NDArray

from lod.analysis.algebra import Constant

Ids: TypeAlias = NDArray[np.int32]
"""Numbers of terms; UNBOUND where a solution binds none."""
UNBOUND = -1
SEPARATOR = b"\0"
_KNOWN = 4096
"""Constants of queries whose numbers are remembered."""
_MADE = 20_000
"""Terms that stay made: about five megabytes."""
Term: TypeAlias = ox.NamedNode | ox.Literal
_PIECE = 32 * 1024**2


class Kind(StrEnum):
    """What is known of a group's order and operations. OTHER literals are only found, joined and shown."""

    IRI = "iri"
    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TermGroup:
    """Terms `start` to `end` (exclusive). `suffix` is what N-Triples writes behind the quotes: `@ja`, `^^<…>`, ''."""

    kind: Kind
    suffix: str
    start: int
    end: int


class Terms:
    """The dictionary of a release's columns, mapped into memory."""

    def __init__(self, folder: Path, groups: list[TermGroup]) -> None:
        self.groups = tuple(groups)
        self.starts = [group.start for group in groups]
        with (folder / "terms.bin").open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._offsets: NDArray[np.int64] = mapped(folder / "offsets.npy")
        self._integers: NDArray[np.int64] = mapped(folder / "integers.npy")
        self._at = self._offsets.data
        self.number = lru_cache(maxsize=_KNOWN)(self._number)
        self.term = lru_cache(maxsize=_MADE)(self._term)
        self._known: dict[str, int] = {}
        self._iris = next((group for group in self.groups if group.kind is Kind.IRI), None)

    def group_of(self, number: int) -> TermGroup:
        return self.groups[bisect_right(self.starts, number) - 1]

    def groups_in(self, ids: Ids) -> list[TermGroup]:
        """The groups that occur among numbers, of which none is UNBOUND."""
        low, high = int(ids.min()), int(ids.max())
        near = [group for group in self.groups if group.start <= high and group.end > low]
        if len(near) == 1:
            return near
        return [group for group in near if bool(((ids >= group.start) & (ids < group.end)).any())]

    def lexical(self, number: int) -> bytes:
        """The lexical form in UTF-8."""
        return self._bytes[self._at[number] : self._at[number + 1] - 1]

    def _number(self, term: Constant) -> int | None:
        """The number of a term; None where no fact has it."""
        group = next((group for group in self.groups if self._is_of(group, term)), None)
        if group is None:
            return None
        if group.kind is Kind.INTEGER:
            values = self._integers
            at = int(np.searchsorted(values, int(term.value))) if abs(int(term.value)) < 2**63 else len(values)
            return group.start + at if at < len(values) and values[at] == int(term.value) else None
        return self._place(group, term.value.encode())

    def _place(self, group: TermGroup, wanted: bytes) -> int | None:
        at = bisect_left(range(group.start, group.end), wanted, key=self.lexical) + group.start
        return at if at < group.end and self.lexical(at) == wanted else None

    def iri_number(self, iri: str) -> int | None:
        """The number of an IRI; None where no fact has it."""
        number = self._known.get(iri)
        if number is None and self._iris:
            number = self._place(self._iris, iri.encode())
            if number is not None:
                self._remember(iri, number)
        return number

    def _remember(self, iri: str, number: int) -> None:
        """What is found once is mostly asked for next: a page follows what its things point to."""
        if len(self._known) >= _MADE:
            self._known.clear()
        self._known[iri] = number

    @staticmethod
    def _is_of(group: TermGroup, term: Constant) -> bool:
        if term.suffix is None:
            return group.kind is Kind.IRI
        return group.kind is not Kind.IRI and group.suffix == term.suffix

    def integers(self, ids: Ids) -> NDArray[np.int64]:
        """The values of numbers of whole numbers."""
        group = next(group for group in self.groups if group.kind is Kind.INTEGER)
        return self._integers[ids - group.start]

    def integer_range(self, least: int | None, most: int | None) -> tuple[int, int]:
        """The numbers (from, to, exclusive) of whole numbers between two values, both included."""
        group = next((group for group in self.groups if group.kind is Kind.INTEGER), None)
        if group is None:
            return 0, 0
        low = 0 if least is None else int(np.searchsorted(self._integers, least, "left"))
        high = len(self._integers) if most is None else int(np.searchsorted(self._integers, most, "right"))
        return group.start + low, group.start + high

    def with_passage(self, passage: str, groups: list[TermGroup]) -> Ids:
        """The terms of some groups, in order, whose lexical form holds a passage."""
        found = [np.fromiter(self._places(passage.encode(), group), dtype=np.int64) for group in groups]
        places = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
        numbers = np.searchsorted(self._offsets, places, "right") - 1
        return np.unique(numbers).astype(np.int32)

    def _places(self, passage: bytes, group: TermGroup) -> Iterator[int]:
        """Where a passage stands in the bytes of a group. It holds no separator, so it stands within one term.

        The bytes are copied piece by piece: `bytes.find` is many times as fast as that of a memory map.
        """
        start, end = int(self._offsets[group.start]), int(self._offsets[group.end])
        for first in range(start, end, _PIECE):
            piece = self._bytes[first : min(end, first + _PIECE + len(passage) - 1)]
            at = piece.find(passage)
            while at >= 0:
                yield first + at
                at = piece.find(passage, at + 1)

    def starting_with(self, beginning: str, group: TermGroup) -> tuple[int, int]:
        """The numbers (from, to, exclusive) of the terms of a sorted group that begin so."""
        wanted = beginning.encode()
        span = range(group.start, group.end)
        low = bisect_left(span, wanted, key=lambda number: self.lexical(number)[: len(wanted)])
        high = bisect_left(span, wanted + b"\xff", key=lambda number: self.lexical(number)[: len(wanted) + 1])
        return group.start + low, group.start + high

    def _term(self, number: int) -> Term:
        """A term as the store gives it."""
        group, value = self.group_of(number), self.lexical(number).decode()
        if group.kind is Kind.IRI:
            self._remember(value, number)
            return ox.NamedNode(value)
        if group.suffix.startswith("@"):
            return ox.Literal(value, language=group.suffix[1:])
        return ox.Literal(value, datatype=ox.NamedNode(group.suffix[3:-1])) if group.suffix else ox.Literal(value)

    def json(self, number: int) -> str:
        group = self.group_of(number)
        return in_json(self.lexical(number).decode(), None if group.kind is Kind.IRI else group.suffix)


def in_json(value: str, suffix: str | None) -> str:
    """A term as SPARQL 1.1 Query Results JSON (3.2.2) has it, spelled as the store spells it; what `suffix` is:
    Constant."""
    quoted = encode_basestring(value)
    if suffix is None:
        return f'{{"type":"uri","value":{quoted}}}'
    if suffix.startswith("@"):
        return f'{{"type":"literal","value":{quoted},"xml:lang":"{suffix[1:]}"}}'
    if suffix:
        return f'{{"type":"literal","value":{quoted},"datatype":"{suffix[3:-1]}"}}'
    return f'{{"type":"literal","value":{quoted}}}'


def mapped(path: Path) -> NDArray[Any]:
    """A column in a file, as a plain array over mapped memory: a numpy.memmap costs more at each step."""
    return np.asarray(np.load(path, mmap_mode="r").view(np.ndarray))


def group_from(table: dict[str, Any]) -> TermGroup:
    """A group as columns.json keeps it."""
    return TermGroup(Kind(table["kind"]), table["suffix"], table["start"], table["end"])

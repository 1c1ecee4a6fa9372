"""The identities of one municipality: which key a name has, what a key is called, what became what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from lod.identities.rows import (
    PERSON,
    PROGRAM,
    UNIT,
    Row,
    derived_key,
    fold_name,
    parse_rows,
    person_context,
    plain_name,
)
from lod.identities.spans import Spans, check, is_valid, spans


@dataclass(frozen=True, slots=True)
class Change:
    """A rename, merger or split on 1 April of `year`: keys and names before and after. A rename keeps its key."""

    kind: str
    originals: tuple[str, ...]
    results: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    year: int

    @property
    def is_rename(self) -> bool:
        return self.originals == self.results


@dataclass(frozen=True, slots=True)
class Names:
    """What a key is called: the latest name, the earlier ones, the reading of the latest ('' if not known)."""

    label: str
    earlier: tuple[str, ...] = ()
    reading: str = ""


@dataclass(frozen=True)
class Identities:
    """The rows of one municipality in the order of the file. Made by `parse`, which checks them."""

    rows: tuple[Row, ...] = ()

    @classmethod
    def parse(cls, text: str, place: str = "identities.csv") -> Identities:
        """Reads and checks rows. Raises UsageError I20 (row), I21, I22, I24 (keys), I25 (header or encoding)."""
        identities = cls(tuple(parse_rows(text, place)))
        check(identities.rows, identities._spans, place)
        return identities

    def unit_key(self, name: str, fy: int, within: str = "") -> str:
        """The key of a unit in a fiscal year. `within` is the key of the unit above, where that is known.

        Many departments have a section of one name (総務課): without a row that says otherwise they are different ones.
        """
        found = self._valid(UNIT, name, fy)
        placed = {row.key for row in found if row.context and row.context == within}
        open_ = {row.key for row in found if not row.context}
        anywhere = set() if within else {row.key for row in found}
        known = (min(keys) for keys in (placed, open_, anywhere) if len(keys) == 1)
        return next(known, derived_key(UNIT, name, within))

    def program_key(self, name: str, fy: int) -> str:
        """The key of a program in a fiscal year."""
        return next((row.key for row in self._valid(PROGRAM, name, fy)), derived_key(PROGRAM, name))

    def person_key(self, fy: int, unit: str, role: str, nth: int, name: str) -> str:
        """The key of the nth holder of a post. Without a row it comes from the post, never from the name."""
        context = person_context(fy, unit, role)
        for row in self._by_context.get(context, ()):
            if fold_name(row.name) == fold_name(name):
                return row.key
        key = context.replace("/", "-")
        return key if nth == 1 else f"{key}-{nth}"

    def names(self, kind: str, key: str, printed: str = "") -> Names:
        """What a unit or program is called; one without a row by the plain form of its printed name."""
        return self._names.get((kind, key)) or Names(plain_name(printed))

    def parent(self, unit: str) -> str:
        """The key of the unit above, as the latest row has it; '' if none says."""
        found = self._spans.get((UNIT, unit))
        return found[-1].context if found else ""

    def new_rows(self, used: Iterable[Row]) -> tuple[Row, ...]:
        """The rows to append so that every key that was used is kept: each once, in a fixed order."""
        known = {_kept_as(row) for row in self.rows}
        fresh: dict[tuple[str, ...], Row] = {}
        for row in sorted(used, key=Row.cells):
            if _kept_as(row) not in known:
                fresh.setdefault(_kept_as(row), row)
        return tuple(fresh.values())

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every rename, merger and split that the rows tell, by year and key."""
        found = [*self._renames(), *self._successions()]
        return tuple(sorted(found, key=lambda change: (change.year, change.kind, change.originals)))

    def _renames(self) -> Iterator[Change]:
        for (kind, key), rows in self._spans.items():
            for before, after in pairwise(rows):
                if fold_name(before.name) != fold_name(after.name) and after.valid_from:
                    yield Change(kind, (key,), (key,), (before.name,), (after.name,), after.valid_from)

    def _successions(self) -> Iterator[Change]:
        """Rows that become the same keys at the same time are one merger."""
        merged: dict[tuple[str, tuple[str, ...], int], list[Row]] = {}
        for (kind, _), rows in self._spans.items():
            for row in rows:
                if row.becomes and row.valid_to:
                    merged.setdefault((kind, row.becomes, row.valid_to + 1), []).append(row)
        for (kind, results, year), group in merged.items():
            ordered = sorted(group, key=lambda row: row.key)
            originals, before = tuple(row.key for row in ordered), tuple(row.name for row in ordered)
            after = tuple(self._name_in(kind, key, year) for key in results)
            yield Change(kind, originals, results, before, after, year)

    def _name_in(self, kind: str, key: str, fy: int) -> str:
        rows = self._spans[kind, key]
        return next((row.name for row in rows if is_valid(row, fy)), rows[-1].name)

    def _valid(self, kind: str, name: str, fy: int) -> list[Row]:
        return [row for row in self._by_name.get((kind, fold_name(name)), ()) if is_valid(row, fy)]

    @cached_property
    def _spans(self) -> Spans:
        return spans(self.rows)

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = {}
        for (kind, _), rows in self._spans.items():
            for row in rows:
                found.setdefault((kind, fold_name(row.name)), []).append(row)
        return found

    @cached_property
    def _by_context(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            if row.kind == PERSON:
                found.setdefault(row.context, []).append(row)
        return found

    @cached_property
    def _names(self) -> dict[tuple[str, str], Names]:
        return {place: _names_of(rows) for place, rows in self._spans.items()}


def _names_of(rows: tuple[Row, ...]) -> Names:
    label = rows[-1].name
    earlier = tuple(dict.fromkeys(row.name for row in rows if row.name != label))
    return Names(label, earlier, next((row.reading for row in reversed(rows) if row.name == label and row.reading), ""))


def _kept_as(row: Row) -> tuple[str, ...]:
    """What makes a row needless because another keeps it: a unit's or program's key, a person's key in a post."""
    return (row.kind, row.key, row.context if row.kind == PERSON else "")

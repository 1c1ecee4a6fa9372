"""What rows mean together: which name a key has when. And the rules that rows must keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations

from lod.errors import UsageError
from lod.identities.rows import PERSON, UNIT, Row, fold_name

_ALWAYS, _NEVER_ENDS = 0, 9999
_FILLABLE = ("reading", "valid_from", "valid_to", "becomes", "context")

Spans = dict[tuple[str, str], tuple[Row, ...]]


def spans(rows: Iterable[Row]) -> Spans:
    """(kind, key) → its names by year, persons aside.

    Rows are only ever added, so a later row completes an earlier one of the same name and first year (its end, what it
    becomes), and a row that says something else from a later year on closes the open end of the one before.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.kind != PERSON:
            groups.setdefault((row.kind, row.key), []).append(row)
    return {place: tuple(_closed(_completed(group))) for place, group in groups.items()}


def _completed(rows: Iterable[Row]) -> list[Row]:
    found: dict[tuple[str, int | None], Row] = {}
    for row in rows:
        place = (fold_name(row.name), row.valid_from)
        before = found.get(place)
        if before is not None:
            filled = {name: getattr(row, name) or getattr(before, name) for name in (*_FILLABLE, "note")}
            row = replace(before, **filled)
        found[place] = row
    return sorted(found.values(), key=lambda row: row.valid_from or _ALWAYS)


def _closed(ordered: list[Row]) -> list[Row]:
    closed = []
    for at, row in enumerate(ordered):
        later = (other.valid_from for other in ordered[at + 1 :] if _says(other) != _says(row))
        start = next((year for year in later if year and year > (row.valid_from or _ALWAYS)), None)
        closed.append(replace(row, valid_to=start - 1) if start and row.valid_to is None else row)
    return closed


def _says(row: Row) -> tuple[str, str]:
    return fold_name(row.name), row.context


def is_valid(row: Row, fy: int) -> bool:
    """Whether a row speaks of a fiscal year."""
    return (row.valid_from or _ALWAYS) <= fy <= (row.valid_to or _NEVER_ENDS)


def _overlap(one: Row, other: Row) -> bool:
    first = max(one.valid_from or _ALWAYS, other.valid_from or _ALWAYS)
    return first <= min(one.valid_to or _NEVER_ENDS, other.valid_to or _NEVER_ENDS)


# --- rules -----------------------------------------------------------------------------------------------------


def check(rows: Iterable[Row], by_key: Spans, place: str) -> None:
    """Raises UsageError I20 (a successor without a row), I22 (one key, two names) or I24 (one name, two keys)."""
    persons = [row for row in rows if row.kind == PERSON]
    _check_successors(by_key, place)
    for group in by_key.values():
        for one, other in combinations(group, 2):
            if fold_name(one.name) != fold_name(other.name) and _overlap(one, other):
                raise _two_names(one, other, place)
    _check_person_names(persons, place)
    _check_keys([row for group in by_key.values() for row in group], persons, place)


def _check_successors(by_key: Mapping[tuple[str, str], object], place: str) -> None:
    for kind, rows in ((kind, rows) for (kind, _), rows in by_key.items()):
        for row in rows if isinstance(rows, tuple) else ():
            for key in row.becomes:
                if (kind, key) not in by_key:
                    raise UsageError("I20", place=f"{place}:{row.line}", problem=f"becomes: {key}")


def _check_person_names(persons: list[Row], place: str) -> None:
    """Two names of one key in one year are two persons, unless both stand in one post (a corrected name)."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in persons:
        groups.setdefault((row.key, row.context[:4]), []).append(row)
    for group in groups.values():
        for one, other in combinations(group, 2):
            if one.context != other.context and fold_name(one.name) != fold_name(other.name):
                raise _two_names(one, other, place)


def _check_keys(things: list[Row], persons: list[Row], place: str) -> None:
    """One name, one key at a time; units below different units, and persons in different posts, may share a name."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in things:
        groups.setdefault((row.kind, fold_name(row.name), ""), []).append(row)
    for row in persons:
        groups.setdefault((row.kind, fold_name(row.name), row.context), []).append(row)
    for group in groups.values():
        for one, other in combinations(group, 2):
            apart = one.kind == UNIT and one.context and other.context and one.context != other.context
            if one.key != other.key and not apart and (one.kind == PERSON or _overlap(one, other)):
                keys = f"{one.key}, {other.key}"
                raise UsageError("I24", place=f"{place}:{other.line}", name=other.name, keys=keys)


def _two_names(one: Row, other: Row, place: str) -> UsageError:
    return UsageError("I22", place=f"{place}:{other.line}", key=one.key, names=f"{one.name}, {other.name}")


def check_append_only(old: Iterable[Row], new: Iterable[Row], place: str = "identities.csv") -> None:
    """Raises UsageError I23 if a row once kept is gone or says something else. Blanks may be filled, notes changed."""
    kept: dict[tuple[str, str], list[Row]] = {}
    for row in new:
        kept.setdefault((row.kind, row.key), []).append(row)
    for before in old:
        if not any(_still_says(before, after) for after in kept.get((before.kind, before.key), ())):
            raise UsageError("I23", place=place, key=before.key)


def _still_says(before: Row, after: Row) -> bool:
    filled = (not getattr(before, name) or getattr(before, name) == getattr(after, name) for name in _FILLABLE)
    return before.name == after.name and all(filled)

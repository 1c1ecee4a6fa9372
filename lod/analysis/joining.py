"""Solutions as columns of numbers, and how a pattern extends them.

A table's rows are solutions (a multiset, as SPARQL's algebra has it). A pattern that shares a variable with the table
is looked up for each row; rows are repeated as often as they match and dropped where they do not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lod.analysis.algebra import Closure, Constant, Node, Pattern, Variable
from lod.analysis.facts import Facts, Sorted
from lod.analysis.terms import Ids
from lod.analysis.tokens import BeyondError

Rows: TypeAlias = NDArray[np.int64]
MOST_ROWS = 20_000_000
"""Rows of a table; beyond, the store, which need not hold them all, takes the query."""
_FEW = 64


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` solutions; each variable that is bound has a column. No table made from it may have more than `most`."""

    rows: int
    columns: dict[str, Ids]
    most: int = MOST_ROWS

    def begun(self, columns: dict[str, Ids]) -> Table:
        """The first columns, in place of the one solution that binds nothing."""
        rows = len(next(iter(columns.values())))
        self.check(rows)
        return Table(rows, columns, self.most)

    def check(self, rows: int) -> None:
        if rows > self.most:
            raise BeyondError("too many rows to hold")

    def take(self, rows: Rows | NDArray[np.bool_], count: int) -> Table:
        """The solutions of some rows, in that order."""
        return Table(count, {name: column[rows] for name, column in self.columns.items()}, self.most)

    def where(self, mask: NDArray[np.bool_]) -> Table:
        count = int(np.count_nonzero(mask))
        return self if count == self.rows else self.take(mask, count)

    def with_column(self, name: str, column: Ids) -> Table:
        return Table(len(column), self.columns | {name: column}, self.most)


UNIT = Table(1, {})
"""The one solution that binds nothing."""


def extend(facts: Facts, table: Table, pattern: Pattern | Closure) -> Table:
    """The table joined with a pattern."""
    if isinstance(pattern, Closure):
        return _join_set(table, pattern.found.name, closure(facts, pattern))
    predicate = facts.predicates.get(pattern.predicate)
    subject, value = pattern.subject, pattern.object
    if predicate is None:
        return _empty(table, pattern.variables)
    if isinstance(subject, Constant):
        return _with_constant(facts, table, predicate.by_subject, subject, value)
    if isinstance(value, Constant):
        return _with_constant(facts, table, predicate.by_object, value, subject)
    if subject.name in table.columns:
        return _looked_up(table, predicate.by_subject, subject.name, value.name)
    if value.name in table.columns:
        return _looked_up(table, predicate.by_object, value.name, subject.name)
    if table.columns or table.rows != 1:
        raise BeyondError("patterns that share nothing")
    pairs = predicate.by_subject
    return table.begun({subject.name: np.asarray(pairs.keys), value.name: np.asarray(pairs.values)})


def _empty(table: Table, variables: frozenset[str]) -> Table:
    nothing = np.empty(0, dtype=np.int32)
    return Table(0, dict.fromkeys([*table.columns, *variables], nothing), table.most)


def values_of(pairs: Sorted, key: int) -> Ids:
    """The values of one key, sorted."""
    keys = pairs.keys.data
    low = bisect_left(keys, key)
    return np.asarray(pairs.values[low : bisect_right(keys, key, low)])


def _with_constant(facts: Facts, table: Table, pairs: Sorted, constant: Constant, other: Node) -> Table:
    number = facts.terms.number(constant)
    found = np.empty(0, dtype=np.int32) if number is None else values_of(pairs, number)
    if isinstance(other, Variable):
        return _join_set(table, other.name, found)
    wanted = facts.terms.number(other)
    at = int(np.searchsorted(found, wanted)) if wanted is not None else len(found)
    return table if at < len(found) and found[at] == wanted else _empty(table, frozenset())


def _join_set(table: Table, name: str, found: Ids) -> Table:
    """Joined with one variable's distinct, sorted values."""
    if name in table.columns:
        return table.where(is_in(table.columns[name], found))
    if not table.columns and table.rows == 1:
        return table.begun({name: found})
    table.check(table.rows * len(found))
    rows = np.repeat(np.arange(table.rows), len(found))
    return table.take(rows, len(rows)).with_column(name, np.tile(found, table.rows))


def is_in(column: Ids, found: Ids) -> NDArray[np.bool_]:
    """Which numbers are in a sorted set."""
    if not len(found):
        return np.zeros(len(column), dtype=np.bool_)
    low, high = int(found[0]), int(found[-1])
    if len(found) < 64 * len(column) and high - low < 16 * (len(column) + len(found)):
        marks = np.zeros(high - low + 1, dtype=np.bool_)
        marks[found - low] = True
        inside = (column >= low) & (column <= high)
        return inside & marks[np.where(inside, column - low, 0)]
    at = np.minimum(np.searchsorted(found, column), len(found) - 1)
    return np.asarray(found[at] == column)


def _looked_up(table: Table, pairs: Sorted, key: str, value: str) -> Table:
    column = table.columns[key]
    starts, counts = places(pairs, column)
    if pairs.single:
        mask = counts > 0
        kept = table.where(mask)
        found = pairs.values[starts if kept is table else starts[mask]]
    else:
        total = int(counts.sum())
        table.check(total)
        rows = np.repeat(np.arange(table.rows), counts)
        steps = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        kept = table.take(rows, total)
        found = pairs.values[np.repeat(starts, counts) + steps]
    if value in table.columns:
        return kept.where(kept.columns[value] == found)
    return kept.with_column(value, np.asarray(found))


def places(pairs: Sorted, column: Ids) -> tuple[Rows, Rows]:
    """For each key where its pairs begin and how many they are.

    Few keys are searched for. For many a table over the span of all keys is made: keys of one kind have numbers close
    together, since terms are sorted.
    """
    keys = pairs.keys
    if not len(keys):
        return np.zeros(len(column), dtype=np.int64), np.zeros(len(column), dtype=np.int64)
    low, high = int(keys[0]), int(keys[-1])
    if len(column) <= _FEW or high - low + len(keys) > 32 * len(column):
        starts = np.searchsorted(keys, column, "left")
        if pairs.single:
            inside = np.minimum(starts, len(keys) - 1)
            return inside, (keys[inside] == column).astype(np.int64)
        return starts, np.searchsorted(keys, column, "right") - starts
    inside = (column >= low) & (column <= high)
    at = np.where(inside, column - low, 0)
    if pairs.single:
        first = np.full(high - low + 1, -1, dtype=np.int32)
        first[keys - low] = np.arange(len(keys), dtype=np.int32)
        found = first[at]
        return np.maximum(found, 0).astype(np.int64), ((found >= 0) & inside).astype(np.int64)
    counts = np.bincount(keys - low, minlength=high - low + 1)
    ends = np.cumsum(counts)
    return (ends - counts)[at], np.where(inside, counts[at], 0)


def closure(facts: Facts, path: Closure) -> Ids:
    """The nodes that one step or more lead to, sorted."""
    start = facts.terms.number(path.start)
    if start is None:
        return np.empty(0, dtype=np.int32)
    found: Ids = np.empty(0, dtype=np.int32)
    fresh: Ids = np.array([start], dtype=np.int32)
    while len(fresh):
        reached = [_walked(facts, fresh, predicate, against) for predicate, against in path.steps]
        fresh = np.setdiff1d(np.concatenate(reached), found)
        found = np.union1d(found, fresh).astype(np.int32)
    return found


def _walked(facts: Facts, column: Ids, iri: str, against: bool) -> Ids:
    predicate = facts.predicates.get(iri)
    if predicate is None:
        return np.empty(0, dtype=np.int32)
    pairs = predicate.by_object if against else predicate.by_subject
    return _looked_up(Table(len(column), {"from": column}), pairs, "from", "to").columns["to"]

"""GROUP BY with aggregates, DISTINCT, ORDER BY, and the rows that are shown (SPARQL 1.1 Query 15, 18.5.1).

A column of a result holds numbers of terms, or plain whole numbers that a query computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lod.analysis.algebra import Aggregate, Select
from lod.analysis.facts import Facts
from lod.analysis.joining import Rows, Table
from lod.analysis.terms import UNBOUND, Ids, Kind, Terms
from lod.analysis.tokens import BeyondError

_EXACT = 2**53
"""Below this, sums of whole numbers are exact as floating-point numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """`values` are numbers of terms, or where `computed` whole numbers."""

    values: NDArray[Any]
    computed: bool = False


Columns = dict[str, Column]


def grouped(facts: Facts, query: Select, table: Table) -> tuple[int, Columns]:
    """One row for each group, with its aggregates; one in all where there is no GROUP BY."""
    if query.keys:
        first, inverse = _groups([table.columns[name] for name in query.keys], table.rows)
    else:
        first, inverse = np.zeros(1, dtype=np.int64), np.zeros(table.rows, dtype=np.int64)
    count = len(first)
    columns: Columns = {}
    for name, aggregate in query.columns:
        if aggregate is None:
            columns[name] = Column(table.columns[name][first])
        else:
            columns[name] = _aggregated(facts, aggregate, table, inverse, count)
    return count, columns


def _groups(keys: list[Ids], rows: int) -> tuple[Rows, Rows]:
    """(a row of each group, the group of each row)."""
    combined = np.zeros(rows, dtype=np.int64)
    size = 1
    for key in keys:
        if size > 1:
            _, combined = np.unique(combined, return_inverse=True)
            size = int(combined.max()) + 1 if rows else 1
        low = int(key.min()) if rows else 0
        span = int(key.max()) - low + 1 if rows else 1
        combined, size = combined * span + (key - low), size * span
    if size <= 4 * rows + 1024:
        return _dense_groups(combined, size)
    _, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
    return first.astype(np.int64), inverse.astype(np.int64)


def _dense_groups(combined: Rows, size: int) -> tuple[Rows, Rows]:
    """Without sorting, where keys lie close together."""
    row = np.full(size, -1, dtype=np.int64)
    row[combined] = np.arange(len(combined))
    used = np.flatnonzero(row >= 0)
    place = np.empty(size, dtype=np.int64)
    place[used] = np.arange(len(used))
    return row[used], place[combined]


def _aggregated(facts: Facts, aggregate: Aggregate, table: Table, inverse: Rows, count: int) -> Column:
    if aggregate.variable is None:
        return Column(np.bincount(inverse, minlength=count), computed=True)
    column = table.columns[aggregate.variable]
    if aggregate.kind == "COUNT":
        return Column(_counted(column, inverse, count, aggregate.distinct), computed=True)
    values = _integers(facts.terms, column)
    if aggregate.kind == "SUM":
        if len(values) and float(np.abs(values).sum(dtype=np.float64)) >= _EXACT:
            raise BeyondError("sums beyond exact numbers")
        sums = np.bincount(inverse, weights=values, minlength=count)
        return Column(sums.astype(np.int64), computed=True)
    if not len(values):
        raise BeyondError("MIN or MAX of nothing")
    chosen = np.full(count, np.iinfo(np.int32).max if aggregate.kind == "MIN" else -1, dtype=np.int32)
    (np.minimum if aggregate.kind == "MIN" else np.maximum).at(chosen, inverse, column)
    return Column(chosen)


def _counted(column: Ids, inverse: Rows, count: int, distinct: bool) -> NDArray[np.int64]:
    bound = column != UNBOUND
    groups = inverse[bound]
    if distinct:
        first, _ = _groups([groups.astype(np.int32), column[bound]], len(groups))
        groups = groups[first]
    return np.bincount(groups, minlength=count)


def _integers(terms: Terms, column: Ids) -> NDArray[np.int64]:
    """The values of a column of whole numbers. Anything else, or an unbound one, is for the store."""
    if not len(column):
        return np.empty(0, dtype=np.int64)
    if int(column.min()) == UNBOUND or [group.kind for group in terms.groups_in(column)] != [Kind.INTEGER]:
        raise BeyondError("not whole numbers only")
    return terms.integers(column)


def distinct_rows(columns: Columns, rows: int) -> Rows:
    """One row of each kind."""
    if not rows:
        return np.empty(0, dtype=np.int64)
    return _groups([column.values for column in columns.values()], rows)[0]


def ordered(facts: Facts, query: Select, columns: Columns, rows: Rows) -> Rows:
    """Rows in the order that the query asks for, cut to what it shows.

    Raises BeyondError where the cut falls between rows of the same order: which of them is shown would be chance.
    """
    keys = [
        -_rank(facts.terms, columns[name], rows) if down else _rank(facts.terms, columns[name], rows)
        for name, down in query.order
    ]
    start = min(query.offset, len(rows))
    end = len(rows) if query.limit is None else min(len(rows), start + query.limit)
    if keys:
        near = _near(keys[0], end)
        chosen = near[np.lexsort([key[near] for key in reversed(keys)])]
        for cut in (start, end):
            if 0 < cut < len(chosen) and all(key[chosen[cut - 1]] == key[chosen[cut]] for key in keys):
                raise BeyondError("a cut between equals")
        rows = rows[chosen]
    return rows[start:end]


def _near(key: NDArray[np.int64], end: int) -> Rows:
    """All rows that may be among the first `end`, and one more if there are more."""
    if end + 1 >= len(key):
        return np.arange(len(key))
    return np.flatnonzero(key <= np.partition(key, end)[end])


def _rank(terms: Terms, column: Column, rows: Rows) -> NDArray[np.int64]:
    """Numbers in the order of the values. The numbers of terms serve, where all are of one kind that has an order."""
    values = column.values[rows].astype(np.int64)
    if column.computed:
        return values
    bound = column.values[rows]
    bound = bound[bound != UNBOUND]
    if len(bound):
        found = terms.groups_in(bound)
        if len(found) > 1 or found[0].kind is Kind.OTHER:
            raise BeyondError("order of different kinds")
    return values

"""A query → its answer from columns, or None where the store must answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress
from json.encoder import encode_basestring

import numpy as np

from lod.analysis.algebra import Everything, Group, Lookup, Pattern, Select
from lod.analysis.facts import Facts
from lod.analysis.grouping import Column, Columns, distinct_rows, grouped, ordered
from lod.analysis.joining import MOST_ROWS, Rows, Table
from lod.analysis.matching import solutions
from lod.analysis.parsing import parse
from lod.analysis.terms import UNBOUND
from lod.analysis.tokens import BeyondError
from lod.vocab import XSD

_PIECE = 20_000
"""Rows that are written at a time."""


SMALL_ROWS = 4096
SMALL_PATTERNS = 16
_SEARCHES = {"contains", "regex"}
TAIL = b"]}}"


def answer_small(facts: Facts, query: Select) -> tuple[int, bytes] | None:
    """Rows and result of a query that is certain to be a matter of a millisecond; None for any other.

    No step of it has more than some thousand rows, nothing is searched for in texts or along paths: whoever asks,
    it can be answered on the spot.
    """
    if isinstance(query.where, Lookup) or (isinstance(query.where, Group) and not _is_small(query.where)):
        return None
    try:
        columns, rows = _evaluated(facts, query, SMALL_ROWS)
    except BeyondError:
        return None
    return len(rows), b"".join(_written(facts, columns, rows))


def _is_small(group: Group) -> bool:
    patterns = all(isinstance(pattern, Pattern) for pattern in group.patterns)
    searches = any(test.kind in _SEARCHES for test in group.tests)
    few = len(group.patterns) <= SMALL_PATTERNS and len(group.optionals) <= 2
    return patterns and few and not searches and all(map(_is_small, group.optionals))


def answer(facts: Facts, query: str, most: int | None = None) -> Iterator[bytes] | None:
    """The result in SPARQL 1.1 Query Results JSON, in pieces.

    None where columns cannot tell it for certain, or where it has more than `most` rows.
    """
    parsed = parse(query)
    if not isinstance(parsed, Select) or isinstance(parsed.where, Lookup):
        return None
    try:
        columns, rows = _evaluated(facts, parsed, MOST_ROWS)
    except (BeyondError, MemoryError):  # the store need not hold all solutions at once
        return None
    return None if most is not None and len(rows) > most else _written(facts, columns, rows)


def _evaluated(facts: Facts, query: Select, most: int) -> tuple[Columns, Rows]:
    if isinstance(query.where, Everything):
        ((name, _),) = query.columns
        return {name: Column(np.array([facts.count]), computed=True)}, np.zeros(1, dtype=np.int64)
    assert isinstance(query.where, Group)  # noqa: S101  look-ups are not for columns
    table = solutions(facts, query.where, Table(1, {}, most))
    if query.aggregates or query.keys:
        count, columns = grouped(facts, query, table)
    else:
        count, columns = table.rows, {name: Column(table.columns[name]) for name, _ in query.columns}
    rows = distinct_rows(columns, count) if query.distinct else np.arange(count)
    return columns, ordered(facts, query, columns, rows)


def _written(facts: Facts, columns: Columns, rows: Rows) -> Iterator[bytes]:
    yield head(columns)
    for start in range(0, len(rows), _PIECE):
        cells = [_cells(facts, name, column, rows[start : start + _PIECE]) for name, column in columns.items()]
        lines = ("{" + ",".join(compress(row, row)) + "}" for row in zip(*cells, strict=True))
        yield (("," if start else "") + ",".join(lines)).encode()
    yield TAIL


def head(names: Iterable[str]) -> bytes:
    """How a result begins; its rows come next, and then TAIL (SPARQL 1.1 Query Results JSON 3)."""
    quoted = ",".join(map(encode_basestring, names))
    return f'{{"head":{{"vars":[{quoted}]}},"results":{{"bindings":['.encode()


def _cells(facts: Facts, name: str, column: Column, rows: Rows) -> list[str]:
    """`"name":{…}` for each row, '' where it is unbound. A term that comes again is written once."""
    values = column.values[rows].tolist()
    key = encode_basestring(name)
    if column.computed:
        written = {
            value: f'{key}:{{"type":"literal","value":"{value}","datatype":"{XSD.integer.value}"}}'
            for value in set(values)
        }
    else:
        written = {value: f"{key}:{facts.terms.json(value)}" for value in set(values) if value != UNBOUND}
    return [written.get(value, "") for value in values]

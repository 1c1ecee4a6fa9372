"""Cells broken over lines, put together again: a tab table whose cell holds a line break prints as short rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from lod.extract.reading import Row, is_complete, is_sentence
from lod.model import Cell

_CLOSED = re.compile(r"[)）]\s*\Z")


@dataclass(frozen=True, slots=True)
class LogicalRow:
    """A table row as meant: each cell is the sequence of its printed pieces."""

    cells: tuple[tuple[Cell, ...], ...]
    gap: bool
    tabular: bool

    def text(self, index: int) -> str:
        return "".join(piece.text.strip() for piece in self.cells[index]) if index < len(self.cells) else ""


def join_rows(rows: Sequence[Row], is_label: Callable[[Cell], bool]) -> list[LogicalRow]:
    """Joins rows that are parts of one row, by width: n cells and m cells print one row of n + m - 1."""
    width = max((len(row.cells) for row in rows if row.kind == "table"), default=1)
    logical: list[LogicalRow] = []
    pending: tuple[Cell, ...] = ()
    last_line = 0
    for row, following in zip_longest(rows, rows[1:]):
        adjacent = bool(logical) and row.line == last_line + 1
        last_line = row.line
        first = row.cells[0]
        if adjacent and first.text.strip() and not is_label(first):
            if not pending and _continues(logical[-1], row, width, is_label):
                logical[-1] = _append(logical[-1], row)
                continue
            if len(row.cells) == 1 and row.kind == "table":
                pending = (*pending, first)
                continue
        if not pending and following and begins_cell(row, following, is_label):
            pending = (first,)
            continue
        cells: tuple[tuple[Cell, ...], ...] = tuple((cell,) for cell in row.cells)
        if pending:
            cells, pending = _with_pending(pending, cells, logical)
        logical.append(LogicalRow(cells, row.gap, row.kind == "table"))
    if pending:
        logical.append(LogicalRow((pending,), False, True))
    return logical


def _continues(before: LogicalRow, row: Row, width: int, is_label: Callable[[Cell], bool]) -> bool:
    """Whether a row's first cell is the rest of the last cell of the row before."""
    if not before.tabular or len(before.cells) + len(row.cells) - 1 > width:
        return False
    if len(row.cells) > 1 and _CLOSED.search(row.cells[0].text):
        return False
    text = before.text(len(before.cells) - 1)
    if not text or (is_complete(text) and not is_sentence(row.cells[0].text)):
        return False
    return not is_label(before.cells[-1][-1])


def begins_cell(row: Row, following: Row, is_label: Callable[[Cell], bool]) -> bool:
    """Whether a line without a tab is the beginning of the first cell of the table row right below it."""
    first = following.cells[0]
    return (
        row.kind == "line"
        and following.kind == "table"
        and following.line == row.line + 1
        and len(following.cells) > 1
        and bool(first.text.strip())
        and not is_complete(row.cells[0].text)
        and not is_label(row.cells[0])
        and not is_label(first)
    )


def _append(before: LogicalRow, row: Row) -> LogicalRow:
    joined = (*before.cells[-1], row.cells[0])
    rest = tuple((cell,) for cell in row.cells[1:])
    return LogicalRow((*before.cells[:-1], joined, *rest), before.gap, True)


def _with_pending(
    pending: tuple[Cell, ...], cells: tuple[tuple[Cell, ...], ...], logical: list[LogicalRow]
) -> tuple[tuple[tuple[Cell, ...], ...], tuple[Cell, ...]]:
    """Lines without a tab that ended nothing begin the first cell of the next row."""
    if cells[0][0].text.strip():
        return ((*pending, *cells[0]), *cells[1:]), ()
    return (pending, *cells[1:]), ()

"""All tables of one municipality as a workbook: for people who work in Excel.

Every cell is a text or a number, never a formula; codes are texts. Rows go to the disk as they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

from lod.distributions.definition import Column, Table, tables
from lod.distributions.row import Cell
from lod.distributions.words import words

MOST_ROWS = 1_048_576
"""Rows of a sheet, the heading included (Excel's limit). What is more goes on in a sheet of its own."""
MOST_CHARACTERS = 32_767
"""Characters of a cell (Excel's limit)."""
_EPOCH = datetime(1980, 1, 1)
_WIDE, _MIDDLE, _NARROW, _ADDRESS = 60, 22, 10, 16
_LONG = frozenset(("basic_policy", "goal", "plan", "result"))


class Workbook:
    """One file with a sheet to read first, a sheet for each table and one that explains the columns."""

    def __init__(self, path: Path, about: Sequence[str]) -> None:
        import xlsxwriter  # only here: a server that reads a release never needs it

        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
        self._book.set_properties({"created": _EPOCH, "author": "", "title": about[0]})
        self._book.use_zip64()
        self._formats = {
            "head": self._book.add_format({"bold": True, "bg_color": "#EAF0F7", "text_wrap": True, "valign": "top"}),
            "text": self._book.add_format({"text_wrap": True, "valign": "top"}),
            "plain": self._book.add_format({"valign": "top"}),
            "code": self._book.add_format({"valign": "top", "num_format": "@"}),
            "date": self._book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        }
        self._write_about(about)
        self._sheets = {table.name: _Sheet(self._book, table, self._formats) for table in tables()}
        self._write_dictionary()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sheet in self._sheets.values():
            sheet.close()
        self._book.close()

    def write(self, table: Table, cells: Sequence[Cell]) -> None:
        self._sheets[table.name].write(cells)

    def _write_about(self, lines: Sequence[str]) -> None:
        sheet = self._book.add_worksheet(words("xlsx-sheets.about", "ja"))
        sheet.set_column(0, 0, 100)
        for at, line in enumerate(lines):
            sheet.write_string(at, 0, line, self._formats["head" if at == 0 else "text"])

    def _write_dictionary(self) -> None:
        sheet = self._book.add_worksheet(words("xlsx-sheets.dictionary", "ja"))
        headings = [words(f"dictionary.{name}", "ja") for name in ("table", "label", "meaning", "type", "name", "en")]
        for at, (text, width) in enumerate(zip(headings, (14, 22, 70, 10, 22, 60), strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, text, self._formats["head"])
        sheet.freeze_panes(1, 0)
        rows = ((table, column) for table in tables() for column in table.columns)
        for at, (table, column) in enumerate(rows, start=1):
            for place, text in enumerate(_explained(table, column)):
                sheet.write_string(at, place, text, self._formats["text"])


def _explained(table: Table, column: Column) -> tuple[str, ...]:
    kind = words(f"types.{column.type}", "ja")
    return table.label["ja"], column.label["ja"], column.meaning["ja"], kind, column.name, column.meaning["en"]


class _Sheet:
    """The sheet of one table, and those in which it goes on."""

    def __init__(self, book: Any, table: Table, formats: Mapping[str, Any]) -> None:  # noqa: ANN401  untyped library
        self._book, self._table, self._formats = book, table, formats
        self._number, self._row = 0, 0
        self._next()

    def _next(self) -> None:
        """A new sheet, with the heading."""
        self._number += 1
        name = self._table.label["ja"] + (f" ({self._number})" if self._number > 1 else "")
        self._sheet = self._book.add_worksheet(name)
        for at, column in enumerate(self._table.columns):
            self._sheet.set_column(at, at, _width(column))
            self._sheet.write_string(0, at, column.label["ja"], self._formats["head"])
        self._sheet.freeze_panes(1, 0)
        self._row = 1

    def write(self, cells: Sequence[Cell]) -> None:
        if self._row >= MOST_ROWS:
            self.close()
            self._next()
        for at, (column, cell) in enumerate(zip(self._table.columns, cells, strict=True)):
            self._put(at, column, cell)
        self._row += 1

    def _put(self, at: int, column: Column, cell: Cell) -> None:
        row, sheet, formats = self._row, self._sheet, self._formats
        match cell:
            case None:
                return
            case str():
                kind = "text" if column.name in _LONG else "code"
                sheet.write_string(row, at, _bounded(cell), formats[kind])
            case bool():
                sheet.write_boolean(row, at, cell, formats["plain"])
            case date():
                sheet.write_datetime(row, at, cell, formats["date"])
            case int() | Decimal():
                sheet.write_number(row, at, cell, formats["plain"])

    def close(self) -> None:
        self._sheet.autofilter(0, 0, max(self._row - 1, 1), len(self._table.columns) - 1)


def _bounded(text: str) -> str:
    """What Excel can hold; a text that is longer says that it was cut."""
    if len(text) <= MOST_CHARACTERS:
        return text
    note = words("xlsx-sheets.cut", "ja")
    return text[: MOST_CHARACTERS - len(note)] + note


def _width(column: Column) -> int:
    if column.name in _LONG:
        return _WIDE
    if column.type == "iri":
        return _ADDRESS
    return _MIDDLE if column.type == "string" else _NARROW

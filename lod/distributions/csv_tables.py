"""The tables as CSV (RFC 4180): for programs as the values are, and for Excel with Japanese headings."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import date
from decimal import Decimal
from io import StringIO
from types import TracebackType
from typing import IO

from lod.distributions.definition import Table, tables
from lod.distributions.row import Cell
from lod.distributions.shelf import Label, Shelf
from lod.formats import excel_csv

_AT_ONCE = 1 << 16
"""Characters that are gathered before they are written."""


class CsvTables:
    """Two files for each table; rows go out as they come."""

    def __init__(self, shelf: Shelf) -> None:
        self._stack = ExitStack()
        self._plain: dict[str, _Rows] = {}
        self._excel: dict[str, _Rows] = {}
        for table in tables():
            name, params = table.name, {"table": table.label, "meaning": table.meaning}
            plain = Label("table", "csv", "csv", params, table=name)
            excel = Label("table", "csv-excel", excel_csv.SUFFIX, params, table=name)
            self._plain[name] = self._rows(shelf.open(f"tables/{name}.csv", plain))
            self._excel[name] = self._rows(shelf.open(f"tables/{name}-excel.csv", excel), excel_csv.BOM)
            self._plain[name].write(column.name for column in table.columns)
            self._excel[name].write(column.label["ja"] for column in table.columns)

    def _rows(self, opened: AbstractContextManager[IO[bytes]], mark: str = "") -> _Rows:
        return self._stack.enter_context(_Rows(self._stack.enter_context(opened), mark))

    def __enter__(self) -> CsvTables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def write(self, table: Table, cells: Sequence[Cell]) -> None:
        """One row; numbers and truth values are never guarded, as Excel takes no formula for them."""
        texts = [as_text(cell) for cell in cells]
        self._plain[table.name].write(texts)
        self._excel[table.name].write(excel_csv.guarded(text) for text in texts)


class _Rows:
    """A CSV file that is being written."""

    def __init__(self, output: IO[bytes], mark: str) -> None:
        self._output = output
        self._text = StringIO(newline="")
        self._text.write(mark)
        self._write = csv.writer(self._text).writerow

    def __enter__(self) -> _Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()

    def write(self, texts: Iterable[str]) -> None:
        self._write(texts)
        if self._text.tell() > _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._output.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()


def as_text(cell: Cell) -> str:
    """A value as CSV has it."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return format(cell, "f")
        case date():
            return cell.isoformat()
        case int():
            return str(cell)

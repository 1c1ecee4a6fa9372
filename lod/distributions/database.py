"""All tables as one SQLite file, with keys, a view of the latest editions for each table, and the dictionary inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType

from lod.distributions.definition import Column, Table, table, tables
from lod.distributions.row import Cell

_TYPES = {"integer": "INTEGER", "decimal": "NUMERIC", "boolean": "INTEGER"}
_AT_ONCE = 500
_VERSION = slice(96, 100)
"""Bytes of the header in which SQLite notes its own version (file format 1.3.16); no reader needs them."""


class Database:
    """One file, written from the first row to the last; readers need SQLite 3.8 or newer."""

    def __init__(self, path: Path, about: Sequence[tuple[str, str]]) -> None:
        self._path = path
        path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "encoding = 'UTF-8'"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN")
        for item in tables():
            self._connection.execute(ddl(item))
            if any(column.name == "latest" for column in item.columns):
                view = f'CREATE VIEW "{item.name}_latest" AS SELECT * FROM "{item.name}" WHERE latest = 1'  # noqa: S608
                self._connection.execute(view)
        self._write_dictionary(about)
        self._waiting: dict[str, list[tuple[object, ...]]] = {item.name: [] for item in tables()}

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            for item in tables():
                self._flush(item)
            self._connection.execute("COMMIT")
        self._connection.close()
        if error is None:
            with self._path.open("rb+") as file:
                file.seek(_VERSION.start)
                file.write(bytes(_VERSION.stop - _VERSION.start))

    def write(self, item: Table, cells: Sequence[Cell]) -> None:
        waiting = self._waiting[item.name]
        waiting.append(tuple(_value(cell) for cell in cells))
        if len(waiting) >= _AT_ONCE:
            self._flush(item)

    def _flush(self, item: Table) -> None:
        marks = ", ".join("?" * len(item.columns))
        self._connection.executemany(f'INSERT INTO "{item.name}" VALUES ({marks})', self._waiting[item.name])  # noqa: S608
        self._waiting[item.name].clear()

    def _write_dictionary(self, about: Sequence[tuple[str, str]]) -> None:
        columns = ("table", "column", "type", "label_ja", "label_en", "meaning_ja", "meaning_en", "example")
        names = ", ".join(f'"{name}" TEXT' for name in columns)
        self._connection.execute(f"CREATE TABLE data_dictionary ({names})")
        for item in tables():
            for column in item.columns:
                words = (*column.label.values(), *column.meaning.values(), column.example)
                row = (item.name, column.name, column.type, *words)
                self._connection.execute("INSERT INTO data_dictionary VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._connection.execute('CREATE TABLE about ("what" TEXT, "is" TEXT)')
        self._connection.executemany("INSERT INTO about VALUES (?, ?)", about)


def ddl(item: Table) -> str:
    """CREATE TABLE, with the Japanese heading of each column as a comment."""
    lines = [f'  "{column.name}" {_declared(column)}' for column in item.columns]
    comments = [column.label["ja"] for column in item.columns]
    keys = [f"  PRIMARY KEY ({_names(item.primary_key)})"] if item.primary_key else []
    keys += [_foreign(item, column) for column in item.columns if column.references]
    body = [*lines, *keys]
    comments += [""] * len(keys)
    ends = [","] * (len(body) - 1) + [""]
    text = "\n".join(
        line + end + (f"  -- {note}" if note else "") for line, end, note in zip(body, ends, comments, strict=True)
    )
    return f'CREATE TABLE "{item.name}" (  -- {item.label["ja"]}\n{text}\n)'


def _declared(column: Column) -> str:
    return _TYPES.get(column.type, "TEXT") + (" NOT NULL" if column.required else "")


def _foreign(item: Table, column: Column) -> str:
    """Rows of an edition refer to rows of the same edition."""
    target = table(column.references)
    own = tuple(column.name if name == target.key else name for name in target.primary_key)
    return f'  FOREIGN KEY ({_names(own)}) REFERENCES "{target.name}" ({_names(target.primary_key)})'


def _names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _value(cell: Cell) -> object:
    match cell:
        case Decimal():
            return int(cell) if cell == cell.to_integral_value() else float(cell)
        case date():
            return cell.isoformat()
        case _:
            return cell

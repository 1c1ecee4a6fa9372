"""The tables as Parquet, for pandas, R, DuckDB and the like. Needs the extra `[table]` (pyarrow)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from importlib.util import find_spec
from types import TracebackType
from typing import Any

from lod.distributions.definition import Column, Table, tables
from lod.distributions.row import Cell
from lod.distributions.shelf import Label, Shelf

_ROWS_OF_BATCH = 1_000
_BATCHES_OF_GROUP = 5
"""A batch of rows is held as Python values, a group of batches packed: some megabytes for each table."""


def available() -> bool:
    """Whether pyarrow is there."""
    return find_spec("pyarrow") is not None


class ParquetTables:
    """One file for each table."""

    def __init__(self, shelf: Shelf) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._pa = pa
        self._stack = ExitStack()
        self._schemas = {table.name: schema(table) for table in tables()}
        self._waiting: dict[str, list[Sequence[Cell]]] = {table.name: [] for table in tables()}
        self._batches: dict[str, list[Any]] = {table.name: [] for table in tables()}
        self._writers: dict[str, Any] = {}
        for table in tables():
            params = {"table": table.label, "meaning": table.meaning}
            label = Label("table", "parquet", "parquet", params, table=table.name)
            file = self._stack.enter_context(shelf.open(f"tables/{table.name}.parquet", label))
            writer = pq.ParquetWriter(
                pa.PythonFile(file, mode="w"), self._schemas[table.name], compression="zstd", version="2.6"
            )
            self._writers[table.name] = writer
            self._stack.callback(self._finish, table.name)

    def __enter__(self) -> ParquetTables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def write(self, table: Table, cells: Sequence[Cell]) -> None:
        waiting = self._waiting[table.name]
        waiting.append(cells)
        if len(waiting) >= _ROWS_OF_BATCH:
            self._pack(table.name)
            if len(self._batches[table.name]) >= _BATCHES_OF_GROUP:
                self._flush(table.name)

    def _pack(self, name: str) -> None:
        shape, waiting = self._schemas[name], self._waiting[name]
        arrays = [
            self._pa.array([float(cell) if isinstance(cell, Decimal) else cell for cell in column], field.type)
            for field, column in zip(shape, zip(*waiting, strict=True), strict=True)
        ]
        self._batches[name].append(self._pa.record_batch(arrays, schema=shape))
        waiting.clear()

    def _flush(self, name: str) -> None:
        batches = self._batches[name]
        self._writers[name].write_table(self._pa.Table.from_batches(batches))
        batches.clear()

    def _finish(self, name: str) -> None:
        if self._waiting[name]:
            self._pack(name)
        if self._batches[name]:
            self._flush(name)
        self._writers[name].close()


def schema(table: Table) -> Any:  # noqa: ANN401  pyarrow.Schema; the library may be absent
    """The table's schema; what each column means is in the metadata of its field."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "iri": pa.string(),
        "integer": pa.int64(),
        "decimal": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    return pa.schema([pa.field(c.name, types[c.type], not c.required, _metadata(c)) for c in table.columns])


def _metadata(column: Column) -> dict[str, str]:
    words = {"label": column.label, "meaning": column.meaning}
    return {f"{name}_{lang}": text for name, texts in words.items() for lang, text in texts.items()}

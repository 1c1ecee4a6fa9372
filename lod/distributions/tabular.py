"""Every table in every form, in one pass over the store: each row is made once and goes to all files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import Protocol

from lod.distributions import parquet
from lod.distributions.citation import lines
from lod.distributions.csv_tables import CsvTables
from lod.distributions.csvw import write_metadata
from lod.distributions.database import Database
from lod.distributions.definition import Table
from lod.distributions.editions import Edition
from lod.distributions.facts import Shared
from lod.distributions.row import Cell
from lod.distributions.rows import Origin, of_links, of_policies, of_programs
from lod.distributions.shelf import Label, Shelf
from lod.distributions.workbook import Workbook
from lod.iri import Mint
from lod.municipality import Municipality
from lod.stores.draft import ReleaseDraft


class Writer(Protocol):
    """Takes rows of all tables."""

    def write(self, table: Table, cells: Sequence[Cell]) -> None:
        """Writes one row."""


def write_tables(shelf: Shelf, draft: ReleaseDraft, mint: Mint, found: Sequence[Edition]) -> None:
    """CSV, CSV for Excel, Parquet where it can be had, SQLite, and a workbook for each municipality."""
    cities = sorted(draft.municipalities, key=lambda city: city.code)
    licences = {city.code: city.licence or "" for city in cities}
    origin = Origin(draft.store, mint, Shared(draft.store), draft.paper, licences)
    title = {lang: draft.settings.title[lang] for lang in ("ja", "en")}
    write_metadata(shelf, mint, title, sorted({licence for licence in licences.values() if licence}))
    by_city = {code: list(group) for code, group in groupby(found, lambda edition: edition.city)}
    database = "tables/tables.sqlite"
    with ExitStack() as stack:
        about = [("release", draft.identifier), *(("note", line) for line in lines(draft, cities, "ja"))]
        writers: list[Writer] = [
            stack.enter_context(CsvTables(shelf)),
            stack.enter_context(Database(shelf.place(database), about)),
        ]
        if parquet.available():
            writers.append(stack.enter_context(parquet.ParquetTables(shelf)))
        for city in cities:
            _write_city(shelf, draft, origin, city, by_city.get(city.code, []), writers)
    shelf.add(database, Label("tables", "sqlite", "sqlite"))


def _write_city(
    shelf: Shelf,
    draft: ReleaseDraft,
    origin: Origin,
    city: Municipality,
    found: list[Edition],
    writers: Sequence[Writer],
) -> None:
    path = f"tables/{city.code}.xlsx"
    with Workbook(shelf.place(path), lines(draft, [city], "ja")) as workbook:
        for rows in (of_policies(origin, found), of_programs(origin, city.code), of_links(origin, city.code)):
            for table, cells in rows:
                workbook.write(table, cells)
                for writer in writers:
                    writer.write(table, cells)
    names: Mapping[str, str] = {"ja": city.names["ja"], "en": city.names.get("en", city.names["ja"])}
    shelf.add(path, Label("tables", "xlsx", "xlsx", {"city": names}, city.code))

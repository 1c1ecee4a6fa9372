"""Each writer of tables at its limits, and the citation for every kind of licence."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from lod import config
from lod.distributions import parquet, workbook
from lod.distributions.citation import write_citation
from lod.distributions.csv_tables import CsvTables
from lod.distributions.database import Database
from lod.distributions.definition import Table, tables
from lod.distributions.row import Cell
from lod.distributions.shelf import Label, Shelf, StoppedError
from lod.distributions.words import _table as all_words
from lod.municipality import Municipality, load
from lod.stores.draft import ReleaseDraft
from tests.conftest import ROOT

GOALS = next(table for table in tables() if table.name == "goals")
BY = "https://creativecommons.org/licenses/by/4.0/"
PDL = "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0"


def _row(table: Table, **given: Cell) -> list[Cell]:
    """A row with what is given, and something where something must be."""
    known: dict[str, Cell] = {"status": "printed", "latest": True, "goal_iri": "https://example.org/1", **given}
    return [known.get(column.name) for column in table.columns]


def test_a_table_longer_than_a_sheet_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with workbook.Workbook(tmp_path / "x.xlsx", ["title"]) as book:
        for number in range(5):
            book.write(GOALS, _row(GOALS, goal_number=number))
    read = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True)
    at = [column.name for column in GOALS.columns].index("goal_number")
    sheets = [name for name in read.sheetnames if name.startswith("目標")]
    assert sheets == ["目標", "目標 (2)", "目標 (3)"]
    numbers = [row[at] for name in sheets for row in list(read[name].iter_rows(values_only=True))[1:]]
    assert numbers == [0, 1, 2, 3, 4]
    read.close()


def test_a_text_longer_than_a_cell_says_that_it_was_cut(tmp_path: Path) -> None:
    with workbook.Workbook(tmp_path / "x.xlsx", ["title"]) as book:
        book.write(GOALS, _row(GOALS, goal="あ" * 40_000))
    read = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True)
    at = [column.name for column in GOALS.columns].index("goal")
    text = list(read["目標"].iter_rows(values_only=True))[1][at]
    assert isinstance(text, str)
    assert len(text) == workbook.MOST_CHARACTERS
    assert text.endswith("全文はCSVに）")
    read.close()


@pytest.mark.parametrize("text", ["=1+1", "+81x", "-x", "@SUM(A1)", "＝１＋１", "\t=1", "  =1", "=cmd|' /C calc'!A0"])
def test_only_the_files_for_excel_guard_formulas(tmp_path: Path, text: str) -> None:
    with CsvTables(Shelf(tmp_path)) as files:
        files.write(GOALS, _row(GOALS, goal=text, goal_number=-3))
    plain, excel = ((tmp_path / "dumps" / "tables" / f"goals{end}.csv").read_bytes().decode() for end in ("", "-excel"))
    assert text in plain
    assert "'" + text not in plain
    assert "'" + text in excel
    assert ",-3," in excel, "a number is a number"
    with workbook.Workbook(tmp_path / "x.xlsx", ["title"]) as book:
        book.write(GOALS, _row(GOALS, goal=text))
    read = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [cell for row in read["目標"].iter_rows(min_row=2) for cell in row if cell.value == text]
    assert [cell.data_type for cell in cells] == ["s"]
    read.close()


def test_parquet_in_many_groups_is_the_same_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(folder: str) -> Path:
        with parquet.ParquetTables(Shelf(tmp_path / folder)) as files:
            for number in range(7):
                files.write(GOALS, _row(GOALS, goal_number=number))
        return tmp_path / folder / "dumps" / "tables" / "goals.parquet"

    one = written("one")
    monkeypatch.setattr(parquet, "_ROWS_OF_BATCH", 2)
    monkeypatch.setattr(parquet, "_BATCHES_OF_GROUP", 2)
    many = written("many")
    assert pq.ParquetFile(many).num_row_groups == 2
    assert pq.read_table(one).equals(pq.read_table(many))
    assert pq.read_schema(many).field("goal").metadata[b"label_ja"] == "目標".encode()


def test_the_database_names_no_version_and_a_failed_one_leaves_no_rows(tmp_path: Path) -> None:
    with Database(tmp_path / "a.sqlite", [("release", "r1")]) as database:
        database.write(GOALS, _row(GOALS))
    data = (tmp_path / "a.sqlite").read_bytes()
    assert data[96:100] == bytes(4)
    with sqlite3.connect(tmp_path / "a.sqlite") as connection:
        assert connection.execute("SELECT goal_iri, latest FROM goals_latest").fetchall() == [
            ("https://example.org/1", 1)
        ]
    with pytest.raises(sqlite3.IntegrityError), Database(tmp_path / "b.sqlite", []) as database:
        database.write(GOALS, _row(GOALS, status=None))


def test_every_word_is_there_in_both_languages() -> None:
    for section, entries in all_words().items():
        for name, words in entries.items():
            assert set(words) == {"ja", "en"}, f"{section}.{name}"
            assert all(words.values()), f"{section}.{name}"
            holes = [set(re.findall(r"\{(\w+)\}", words[lang])) for lang in ("ja", "en")]
            assert holes[0] == holes[1], f"{section}.{name}"


def _cited(folder: Path, cities: Sequence[Municipality]) -> dict[str, str]:
    settings = replace(config.load({}, ROOT), title={"ja": "政策 & データ 100%", "en": "Policy {data}"})
    no_store: Any = None
    draft = ReleaseDraft("r0123", folder, settings, cities, no_store, 1, 1)
    write_citation(Shelf(folder), draft)
    return {path.name: path.read_text(encoding="utf-8") for path in (folder / "dumps").iterdir()}


def _read_cff(text: str) -> dict[str, Any]:
    """The subset of YAML that the file uses: keys with JSON values, then the list of authors."""
    head, _, authors = text.partition("authors:\n")
    found = {key: json.loads(value) for key, _, value in (line.partition(": ") for line in head.splitlines())}
    names = [line.removeprefix("  - name: ") for line in authors.splitlines()]
    return found | {"authors": [json.loads(name) for name in names]}


@pytest.mark.parametrize(
    ("licences", "said", "absent"),
    [
        ((None,), {}, "license"),
        ((BY,), {"license": "CC-BY-4.0"}, "license-url"),
        ((PDL,), {"license-url": PDL}, "license"),
        ((BY, PDL), {}, "license"),
        ((BY, None), {}, "license"),
    ],
)
def test_the_citation_says_the_licence_or_that_it_is_not_known(
    tmp_path: Path, licences: Sequence[str | None], said: dict[str, str], absent: str
) -> None:
    city = load(ROOT / "data" / "hiratsuka")
    cities = [replace(city, code=str(at), licence=licence, licence_label="") for at, licence in enumerate(licences)]
    files = _cited(tmp_path, cities)
    cff = _read_cff(files["CITATION.cff"])
    assert (cff["cff-version"], cff["type"], cff["version"]) == ("1.2.0", "dataset", "r0123")
    assert cff["title"] == "政策 & データ 100%"
    assert cff["authors"] == ["平塚市"] * len(cities)
    assert {key: cff.get(key) for key in said} == said
    assert absent not in cff
    if None in licences:
        assert "未確認" in files["citation.txt"]
        assert "not confirmed" in cff["abstract"]
        assert "not confirmed" in files["citation.bib"]
    assert "政策 \\& データ 100\\%" in files["citation.bib"]
    assert files["citation.bib"].count("{") == files["citation.bib"].count("}")
    assert "https://lod.example.org/releases/r0123" in files["citation.txt"]


def test_what_is_given_up_stops_writing_and_is_listed_nowhere(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    def write() -> None:
        with shelf.open("x.txt", Label("citation", "citation-txt", "txt"), packed=True) as file:
            file.write(b"one")
            shelf.stop()
            file.write(b"two")

    with pytest.raises(StoppedError):
        write()
    assert shelf.items == []

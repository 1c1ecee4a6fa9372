"""The tables of a release: complete, true to the graph, the same in every form, readable by the tools they are for."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import warnings
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
from csvw import CSVW

from lod import municipality, release
from lod.cli.running import run
from lod.config import Settings
from lod.distributions.definition import Column, tables
from lod.vocab import MPOL
from tests import csv_to_rdf
from tests.integration.conftest import build_sample

NAMES = tuple(table.name for table in tables())
KEYS = {
    "papers": "mpol:SourceDocument",
    "headcounts": "mpol:HeadcountObservation",
    "goals": "mpol:Goal",
    "programs": "mpol:Program",
    "initiatives": "mpol:Initiative",
    "outcomes": "mpol:Outcome",
    "quantities": "mpol:OutcomeMeasure",
    "heads": "org:Membership",
}


@pytest.fixture(scope="module")
def folder(invented_site: Settings) -> Path:
    return _live(invented_site).path / "dumps" / "tables"


def _live(site: Settings) -> release.Release:
    live = release.current(site.var)
    assert live
    return live


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize("name", KEYS)
def test_every_thing_of_a_class_has_its_rows(invented_site: Settings, folder: Path, name: str) -> None:
    """As many as there are, each once among the latest editions."""
    table = next(item for item in tables() if item.name == name)
    prefix, _, local = KEYS[name].partition(":")
    space = {"mpol": "https://w3id.org/mupol/def#", "org": "http://www.w3.org/ns/org#"}[prefix]
    store = _live(invented_site).open()
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    things = {str(t.subject.value) for t in store.triples(None, kind, ox.NamedNode(space + local))}  # type: ignore[union-attr]
    rows = [row for row in _rows(folder, name) if row[table.key]]
    assert {row[table.key] for row in rows} == things
    assert things
    if "latest" in rows[0]:
        assert Counter(row[table.key] for row in rows if row["latest"] == "true") == Counter(things)


def test_the_tables_say_as_rdf_what_the_release_says(invented_site: Settings, folder: Path) -> None:
    """Nothing invented; and every statement of a plain kind is there."""
    store = _live(invented_site).open()
    stated = {quad.triple for quad in store.in_graphs(store.triples())} | set(store.triples())
    said = set(csv_to_rdf.triples(folder / "csv-metadata.json"))
    provenance = {triple for _, triple in said if "/id/place/" in str(triple) or "/id/correction/" in str(triple)}
    for file, triple in said - {pair for pair in said if pair[1] in provenance}:
        assert _as_stated(triple) & stated, f"{file}: {triple}"
    assert len(provenance) > 1000
    for triple in provenance:
        assert list(store.in_graphs([triple])), triple
    for term in (MPOL.plannedAction, MPOL.resultText, MPOL.headcount, MPOL.goalNumber, MPOL.basicPolicy, MPOL.hasGoal):
        ours = {triple for _, triple in said if triple.predicate == term}
        assert ours >= {triple for triple in stated if triple.predicate == term}, term


def _as_stated(triple: ox.Triple) -> set[ox.Triple]:
    """A whole number may be typed as integer in the graph and as decimal by its column."""
    value = triple.object
    if isinstance(value, ox.Literal) and value.datatype.value.endswith("#decimal"):
        typed = ox.Literal(value.value, datatype=ox.NamedNode(csv_to_rdf.XSD + "integer"))
        return {triple, ox.Triple(triple.subject, triple.predicate, typed)}
    return {triple}


def _copied(folder: Path, target: Path, **changed: str) -> Path:
    """The CSV files with metadata in which some texts are replaced."""
    shutil.copytree(folder, target)
    path = target / "csv-metadata.json"
    text = path.read_text(encoding="utf-8")
    for old, new in changed.items():
        assert f'"{old}"' in text
        text = text.replace(f'"{old}"', f'"{new}"')
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csvw_library_finds_the_csv_files_valid(folder: Path, tmp_path: Path) -> None:
    """Twice: csvw 4.1.1 fails on foreign keys of several IRIs (it compares a parsed IRI with None), so keys go as texts
    and IRIs without keys."""
    for name, changed in (("keys", {"anyURI": "string"}), ("iris", {"foreignKeys": "rdfs:comment"})):
        path = _copied(folder, tmp_path / name, **changed)
        checked = CSVW(str(path), validate=True)
        assert checked.is_valid, [str(warning.message) for warning in checked.warnings]
        assert not checked.warnings


def test_the_csvw_library_would_find_a_broken_cell(folder: Path, tmp_path: Path) -> None:
    path = _copied(folder, tmp_path / "broken")
    broken = path.parent / "headcounts.csv"
    broken.write_text(broken.read_text(encoding="utf-8").replace("2017-04-01", "4月1日", 1), encoding="utf-8")
    checked = CSVW(str(_copied(path.parent, tmp_path / "keys", anyURI="string")), validate=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # the library warns, and raises where keys are concerned
        with pytest.raises(ValueError, match="4月1日"):
            assert checked.is_valid


def _same(column: Column, text: str, value: object) -> bool:
    if value is None:
        return text == ""
    match column.type:
        case "boolean":
            return text == ("true" if value else "false")
        case "decimal":
            return Decimal(text) == Decimal(str(value))
        case "date":
            return text == str(value)[:10]
        case "integer":
            return int(text) == value
        case _:
            return text == value


@pytest.mark.parametrize("name", NAMES)
def test_sqlite_and_parquet_hold_the_same_as_csv(folder: Path, name: str) -> None:
    table = next(item for item in tables() if item.name == name)
    rows = _rows(folder, name)
    assert rows or name == "links"  # the invented cities have no homepage
    parquet = pq.read_table(folder / f"{name}.parquet").to_pylist()
    with sqlite3.connect(f"file:{folder / 'tables.sqlite'}?mode=ro", uri=True) as connection:
        kept = connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()
    assert len(rows) == len(parquet) == len(kept)
    for row, packed, stored in zip(rows, parquet, kept, strict=True):
        for column, value in zip(table.columns, stored, strict=True):
            assert _same(column, row[column.name], value), (column.name, row)
            assert _same(column, row[column.name], packed[column.name]), (column.name, row)


def test_the_database_is_sound_and_its_keys_hold(folder: Path) -> None:
    with sqlite3.connect(f"file:{folder / 'tables.sqlite'}?mode=ro", uri=True) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        goals = connection.execute("SELECT count(*), count(DISTINCT goal_iri) FROM goals_latest").fetchone()
        assert goals[0] == goals[1]
        explained = connection.execute('SELECT count(*) FROM data_dictionary WHERE "table" = ?', ["goals"]).fetchone()
        assert explained == (len(next(item for item in tables() if item.name == "goals").columns),)


def _sheets(path: Path) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        yield sheet.title, list(sheet.iter_rows(values_only=True))
    book.close()


def test_the_workbook_of_a_city_holds_its_rows_and_no_formula(folder: Path) -> None:
    sheets = dict(_sheets(folder / "991015.xlsx"))
    assert list(sheets) == ["はじめに", *(table.label["ja"] for table in tables()), "項目の説明"]
    for table in tables():
        heading, *rows = sheets[table.label["ja"]]
        assert heading == tuple(column.label["ja"] for column in table.columns)
        ours = [row for row in _rows(folder, table.name) if row["municipality_code"] == "991015"]
        assert len(rows) == len(ours)
        for row, expected in zip(rows, ours, strict=True):
            for column, value in zip(table.columns, row, strict=True):
                assert _same(column, expected[column.name], value), (column.name, expected)
            assert row[0] == "991015", "a code is a text"
    assert len(sheets["項目の説明"]) == 1 + sum(len(table.columns) for table in tables())


def test_csv_for_excel_has_the_mark_and_japanese_headings(folder: Path) -> None:
    for table in tables():
        data = (folder / f"{table.name}-excel.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        heading = next(csv.reader([data.decode("utf-8-sig").split("\r\n")[0]]))
        assert heading == [column.label["ja"] for column in table.columns]
        assert not (folder / f"{table.name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_repaired_place_and_a_latest_edition_are_said(folder: Path) -> None:
    statuses = Counter(row["status"] for name in ("heads", "initiatives") for row in _rows(folder, name))
    assert statuses["printed"]
    corrected = [
        row for row in _rows(folder, "goals") if "早い段階から" in row["goal"] and row["fiscal_year"] == "2018"
    ]
    assert {(row["stage"], row["latest"], "丁寧に" in row["goal"]) for row in corrected} == {
        ("interim", "false", False),
        ("final", "true", True),
    }


def test_every_row_leads_to_its_place_in_its_paper(invented_site: Settings, folder: Path) -> None:
    """The line that a row names holds what the row says."""
    sources = _live(invented_site).path / "sources"
    for row in _rows(folder, "goals"):
        lines = (sources / row["municipality_code"] / row["paper"]).read_text(encoding="utf-8").split("\n")
        assert row["goal"] in lines[int(row["line"]) - 1][int(row["col"]) - 1 :]


@pytest.mark.parametrize("table", tables(), ids=NAMES)
def test_every_column_is_explained_in_both_languages(table: object) -> None:
    assert isinstance(table, type(tables()[0]))
    for words in (table.label, table.meaning, *(text for c in table.columns for text in (c.label, c.meaning))):
        assert set(words) == {"ja", "en"}
        assert all(words.values())
    assert len({column.label["ja"] for column in table.columns}) == len(table.columns)


def test_metadata_names_every_column_by_its_heading(folder: Path) -> None:
    group = json.loads((folder / "csv-metadata.json").read_text(encoding="utf-8"))
    for described in group["tables"]:
        with (folder / described["url"]).open(encoding="utf-8", newline="") as file:
            heading = next(csv.reader(file))
        columns = [column for column in described["tableSchema"]["columns"] if not column.get("virtual")]
        assert [column["name"] for column in columns] == heading
        assert [column["titles"]["en"][0] for column in columns] == heading


def test_names_that_are_withheld_leave_rows_that_say_so(tmp_path: Path, root: Path) -> None:
    """Four heads: no name, no reading and no person anywhere, and the place of each."""
    folder = _live(build_sample(tmp_path, root, names='"withhold"')).path / "dumps" / "tables"
    rows = _rows(folder, "heads")
    assert [(row["status"], row["person"], row["person_iri"], row["tenure_iri"]) for row in rows] == [
        ("withheld", "", "", "")
    ] * 4
    assert [row["line"] for row in rows] == ["9", "10", "11", "11"]
    assert all(row["department"] == "産業振興部" and row["latest"] == "true" for row in rows)
    for path in folder.iterdir():
        data = path.read_bytes()
        assert "今井".encode() not in data, path.name
    for _, sheet in _sheets(folder / "142034.xlsx"):
        assert not [cell for row in sheet for cell in row if "今井" in str(cell)]


@pytest.mark.parametrize(
    "things",
    [
        ("id/org/142034/shogyo-kanko-ka", "id/program/142034/kigyo-ricchi-to-sokushin", "id/person/142034/p0001"),
        ("id/outcome/142034/2016/toshi-nogyo-sokushin/final", "id/goal/142034/2016/sangyo-shinko-bu/2"),
        ("id/org/142034/sangyo-shinko-bu",),
    ],
)
def test_a_withdrawal_leaves_sound_tables(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, things: tuple[str, ...]
) -> None:
    """Whatever goes, what stays refers to rows that are there, and no address of what is gone is in any cell."""
    settings = build_sample(tmp_path, root)
    monkeypatch.chdir(tmp_path)
    for thing in things:
        assert run(["withdraw", settings.base + thing, "--reason", "x"]) == 0
    built = release.build(settings, [municipality.load(folder) for folder in settings.data])
    assert built.path, built.findings
    folder = built.path / "dumps" / "tables"
    with sqlite3.connect(f"file:{folder / 'tables.sqlite'}?mode=ro", uri=True) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    gone = {settings.base + thing for thing in things}
    for name in NAMES:
        for row in _rows(folder, name):
            assert not gone & set(row.values()), (name, row)


def test_the_sql_of_the_how_to_works(root: Path, folder: Path) -> None:
    page = (root / "docs" / "how-to" / "use-the-tables.md").read_text(encoding="utf-8")
    query = page.partition("## SQLite")[2].partition("```sql\n")[2].partition("```")[0]
    with sqlite3.connect(f"file:{folder / 'tables.sqlite'}?mode=ro", uri=True) as connection:
        rows = connection.execute(query).fetchall()
    assert ("こども支援課", 2019, 12, "長谷部 明") in rows


_CORRECTION = """[[correction]]
paper = "sources/2016/sangyo-shinko-2016.txt"
line = 32
printed = "助成金15件"
corrected = "助成金16件"
by = "産業振興課"
decided = 2026-11-24
reason = "原本と照合"
"""


def test_a_corrected_value_stands_beside_what_is_printed(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    (settings.data[0] / "corrections.toml").write_text(_CORRECTION, encoding="utf-8")
    built = release.build(settings, [municipality.load(folder) for folder in settings.data])
    assert built.path, built.findings
    folder = built.path / "dumps" / "tables"
    [row] = [row for row in _rows(folder, "quantities") if row["status"] == "corrected"]
    assert (row["value"], row["printed"], row["line"]) == ("16", "助成金15件", "32")
    assert row["correction_iri"].startswith(f"{settings.base}id/correction/142034/2016/sangyo-shinko-bu/final/")
    store = _live(settings).open()
    for _, triple in csv_to_rdf.triples(folder / "csv-metadata.json"):
        if "/id/correction/" in str(triple):
            assert list(store.in_graphs([triple])), triple

"""corrections.toml: a paper is read as a person corrected it, and what is printed stays with the value."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lod import municipality, release
from lod.config import Settings, load
from lod.corrections import Entry
from lod.errors import UsageError
from lod.extract import extract_corrected
from lod.model import Cell, Extraction, Finding, Origin, Status, Value
from lod.readers import read
from tests.conftest import ROOT

CITY = municipality.load(ROOT / "data" / "hiratsuka")
PAPER = "sources/2016/sangyo-shinko-2016.txt"
SEED = (CITY.folder / PAPER).read_text(encoding="utf-8")
LINES = SEED.split("\n")
GARBLED = (9, "とりい 替 ^い 鳥居 替 ^い", "とりい さとる 鳥居 悟")
COUNT = (32, "助成金15件", "助成金116件")
PLACE = "https://lod.example.org/id/place/142034/2016/sangyo-shinko-bu/final"


def entry(line: int, printed: str, corrected: str, paper: str = PAPER) -> Entry:
    return Entry(
        paper=paper, line=line, printed=printed, corrected=corrected, by="産業振興課", decided=date(2026, 11, 24),
        reason="原本と照合",
    )  # fmt: skip


def corrected(*entries: Entry) -> Extraction:
    return extract_corrected(read(SEED.encode(), "seed"), CITY.forms, CITY.code, 2016, entries)


def everything(thing: object, kind: type) -> list[object]:
    """All that a value of the model holds of one kind."""
    if isinstance(thing, kind):
        return [thing]
    if isinstance(thing, tuple):
        return [part for item in thing for part in everything(item, kind)]
    if is_dataclass(thing):
        return [part for field in fields(thing) for part in everything(getattr(thing, field.name), kind)]
    return []


def test_a_correction_reaches_all_that_follows_from_it() -> None:
    found = corrected(entry(*GARBLED), entry(*COUNT))
    assert found.record is not None
    [head] = found.record.sections[0].heads
    assert head.name is not None
    assert head.reading is not None
    assert (head.name.value, head.reading.value, head.name.status) == ("鳥居 悟", "とりい さとる", Status.CORRECTED)
    assert head.name.raw == head.reading.raw == GARBLED[1]
    [report] = found.record.programs[1].reports
    first, second, *_ = report.quantities
    assert (first.value, first.evidence.raw, first.evidence.status) == (116, "施設整備助成金15件", Status.CORRECTED)
    assert (second.value, second.evidence.raw, second.evidence.status) == (2, "新規雇用助成金2件を交付", Status.PRINTED)
    assert "助成金116件" in report.text.value
    assert "助成金15件" in report.text.raw
    assert [item.code for item in found.findings].count("E05") == 2
    assert "N01" not in {item.code for item in found.findings}
    assert found.accounting.total == sum(not char.isspace() for char in SEED)


def test_a_passage_can_be_taken_out() -> None:
    found = corrected(entry(32, "、新規雇用助成金2件", ""))
    assert found.record is not None
    [report] = found.record.programs[1].reports
    assert [quantity.value for quantity in report.quantities] == [15, 4, 1]
    assert report.text.status is Status.CORRECTED
    assert "新規雇用助成金2件" in report.text.raw


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_places_are_always_those_of_the_printed_paper(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from([at for at, text in enumerate(LINES, 1) if text.strip()]))
    text = LINES[line - 1]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 12)))
    printed, new = text[start:end], data.draw(st.text("①課件15 。あ", max_size=8))
    assume("\t" not in printed and text.count(printed) == 1)
    found = corrected(entry(line, printed, new))
    assert all(isinstance(o, Origin) and 0 <= o.start <= o.end <= len(SEED) for o in everything(found, Origin))
    for cell in everything(found.accounting, Cell):
        assert isinstance(cell, Cell)
        assert SEED[cell.origin.start : cell.origin.end] == cell.text
    for value in everything(found.record, Value):
        assert isinstance(value, Value)
        if value.status is Status.CORRECTED:
            assert value.raw == "\n".join(SEED[o.start : o.end] for o in value.origins)
    for item in (*everything(found.record, Origin), *everything(found.findings, Origin)):
        assert isinstance(item, Origin)
        assert SEED.count("\n", 0, item.start) == item.line - 1 or item.start == 0


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ((entry(9, "鳥井", "鳥居"),), "E03"),
        ((entry(32, "助成", "支援"),), "E03"),
        ((entry(9999, "鳥居", "鳥井"),), "E03"),
        ((entry(32, "施設整備助成金15件", "x"), entry(32, "助成金15", "y")), "E04"),
    ],
)
def test_a_correction_that_fits_nothing_is_a_violation(entries: tuple[Entry, ...], code: str) -> None:
    found = corrected(*entries)
    (told,) = [item for item in found.findings if item.code == code]
    assert isinstance(told, Finding)
    assert told.severity == "Violation"


# --- published -------------------------------------------------------------------------------------------------

CORRECTIONS = "".join(
    f'[[correction]]\npaper = "{PAPER}"\nline = {line}\nprinted = "{printed}"\ncorrected = "{new}"\n'
    f'by = "産業振興課"\ndecided = 2026-11-24\nreason = "原本と照合"\n'
    for line, printed, new in (GARBLED, COUNT)
)


def site(folder: Path, text: str) -> Settings:
    shutil.copytree(CITY.folder, folder / "data" / "hiratsuka")
    (folder / "data" / "hiratsuka" / "corrections.toml").write_text(text, encoding="utf-8")
    return load({"jobs": 1}, folder)


def rows(config: Settings, query: str) -> list[dict[str, str]]:
    live = release.current(config.var)
    assert live is not None
    from pyoxigraph import QueryResultsFormat, QuerySolutions

    answer = live.open().query("PREFIX mpol: <https://w3id.org/mupol/def#>\n" + query)
    assert isinstance(answer, QuerySolutions)
    table = json.loads(answer.serialize(format=QueryResultsFormat.JSON) or b"")
    return [{name: cell["value"] for name, cell in row.items()} for row in table["results"]["bindings"]]


def test_published_with_what_is_printed_and_who_decided(tmp_path: Path) -> None:
    config = site(tmp_path, CORRECTIONS)
    built = release.build(config, [municipality.load(tmp_path / "data" / "hiratsuka")])
    assert built.id
    found = rows(
        config,
        """SELECT * { GRAPH ?g {
        ?place mpol:correctedBy ?correction ; mpol:valueStatus ?status ; mpol:statesProperty ?of .
        ?correction mpol:printedText ?printed ; mpol:correctedText ?new ; mpol:decidedBy ?by } }""",
    )
    assert {row["of"].rpartition("/")[2].rpartition("#")[2] for row in found} >= {"name", "nameReading", "value"}
    assert {row["status"] for row in found} == {"https://w3id.org/mupol/code/status-corrected"}
    assert {(row["printed"], row["new"]) for row in found} == {GARBLED[1:], COUNT[1:]}
    (person,) = rows(
        config,
        'SELECT ?status { ?p <http://xmlns.com/foaf/0.1/name> "鳥居 悟"@ja ; mpol:reviewStatus ?status }',
    )
    assert person["status"].endswith("review-corrected")


def test_what_is_withdrawn_stands_in_no_correction(tmp_path: Path) -> None:
    config = site(tmp_path, CORRECTIONS)
    folder = tmp_path / "data" / "hiratsuka"
    release.build(config, [municipality.load(folder)])
    (person,) = rows(config, 'SELECT ?p { ?p <http://xmlns.com/foaf/0.1/name> "鳥居 悟"@ja }')
    cities = [municipality.load(folder)]
    release.withdraw(config.var, config.base, cities, person["p"], "本人の申し出", date(2026, 11, 25))
    release.build(config, [municipality.load(folder)])
    kept = rows(config, "SELECT ?new { GRAPH ?g { ?c mpol:correctedText ?new } }")
    assert [row["new"] for row in kept] == [COUNT[2]]


def test_a_correction_gone_wrong_leaves_the_live_release(tmp_path: Path) -> None:
    config = site(tmp_path, CORRECTIONS)
    folder = tmp_path / "data" / "hiratsuka"
    first = release.build(config, [municipality.load(folder)])
    (folder / "corrections.toml").write_text(CORRECTIONS.replace("line = 9", "line = 10"), encoding="utf-8")
    second = release.build(config, [municipality.load(folder)])
    assert second.id is None
    assert "E03" in {item.code for item in second.findings}
    live = release.current(config.var)
    assert live is not None
    assert live.id == first.id


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("line = 9", 'line = "9"', "E01", "correction.1.line"),
        ("decided = 2026-11-24", 'decided = "soon"', "E01", "correction.1.decided"),
        ("[[correction]]", "[[correction", "E01", "corrections.toml"),
        (PAPER, "sources/2016/other.txt", "E02", "correction.1.paper"),
        ('reason = "原本と照合"\n', "", "E01", "correction.1.reason"),
        ('corrected = "とりい', 'because = "x"\ncorrected = "とりい', "E01", "correction.1.because"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, old: str, new: str, code: str, place: str) -> None:
    config = site(tmp_path, CORRECTIONS.replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        municipality.load(config.data[0])
    assert caught.value.code == code
    assert place in caught.value.place

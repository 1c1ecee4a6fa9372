"""Releases: same inputs, same bytes; Violations stop; nothing half-made is ever live; going back."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lod import release
from lod.assets import sample_dir
from lod.config import Settings, load
from lod.errors import StoreError, UsageError
from lod.model import Severity
from lod.municipality import load as load_municipality

FIVE = """PREFIX mpol: <https://w3id.org/mupol/def#> PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?program ?section ?label ?value ?unit WHERE {
  ?i mpol:forFiscalYear/skos:prefLabel "平成28年度"@ja ; mpol:program/skos:prefLabel ?program ;
    mpol:responsibleUnit/skos:prefLabel ?section ; mpol:hasOutcome ?o .
  ?o mpol:stage <https://w3id.org/mupol/code/stage-final> ; mpol:hasMeasure ?m .
  ?m rdfs:label ?label ; schema:value ?value ; schema:unitText ?unit }"""


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A site of its own with a copy of the sample."""
    shutil.copytree(sample_dir() / "hiratsuka", tmp_path / "data" / "hiratsuka")
    return load({"jobs": 1}, tmp_path)


def _build(site: Settings, publish: bool = True) -> release.Build:
    return release.build(site, [load_municipality(folder) for folder in site.data], publish=publish)


def _seed(site: Settings) -> Path:
    return site.data[0] / "sources" / "2016" / "sangyo-shinko-2016.txt"


def test_the_sample_is_published_with_its_five_quantities(site: Settings) -> None:
    built = _build(site)
    assert (built.changed, built.papers, built.counts) == (True, 1, {"Warning": 4})
    live = release.current(site.var)
    assert live is not None
    rows = [[term.value for term in row] for row in live.open().query(FIVE)]  # type: ignore[union-attr]
    assert sorted(rows) == [
        ["企業立地等促進事業", "産業振興課", "市内発注奨励助成の承認（新規）", "1", "件"],
        ["企業立地等促進事業", "産業振興課", "新規雇用助成金の交付", "2", "件"],
        ["企業立地等促進事業", "産業振興課", "施設整備助成の承認（新規）", "4", "件"],
        ["企業立地等促進事業", "産業振興課", "施設整備助成金の交付", "15", "件"],
        ["都市農業促進事業", "農水産課", "「軽トラ・ファーマーズ」の開催", "7", "回"],
    ]


def test_a_second_build_changes_nothing(site: Settings) -> None:
    first = _build(site)
    before = {path: path.stat().st_mtime_ns for path in site.var.rglob("*") if path.name != ".lock"}
    second = _build(site)
    assert (second.id, second.changed) == (first.id, False)
    assert {path: path.stat().st_mtime_ns for path in site.var.rglob("*") if path.name != ".lock"} == before


def test_the_same_inputs_give_the_same_bytes(site: Settings, tmp_path: Path) -> None:
    one = _build(site)
    other = _build(replace(site, var=tmp_path / "elsewhere", jobs=2))
    assert one.id == other.id
    assert one.path is not None
    assert other.path is not None
    ours, theirs = (json.loads((path / "manifest.json").read_text("utf-8")) for path in (one.path, other.path))
    assert ours["files"] == theirs["files"]
    assert {key: value for key, value in ours.items() if key not in ("built_at", "derived")} == {
        key: value for key, value in theirs.items() if key not in ("built_at", "derived")
    }


def test_nothing_of_the_garbled_name_is_published(site: Settings) -> None:
    built = _build(site)
    assert built.path is not None
    dump = gzip.decompress((built.path / "dumps" / "all.nq.gz").read_bytes()).decode()
    assert "鳥居" in dump
    assert "^い" not in dump
    assert "替" not in dump


def test_no_blank_nodes_are_published(site: Settings) -> None:
    built = _build(site)
    assert built.path is not None
    dump = gzip.decompress((built.path / "dumps" / "all.nq.gz").read_bytes()).decode()
    assert not [line for line in dump.splitlines() if line.startswith("_:") or " _:" in line.split('"')[0]]


def test_a_violation_stops_the_release_and_leaves_the_live_one(site: Settings) -> None:
    first = _build(site)
    text = _seed(site).read_text(encoding="utf-8")
    _seed(site).write_text(text.replace("観光事業 (商業観光課)", "観光事業 (税務課)"), encoding="utf-8")
    second = _build(site)
    assert second.id is None
    assert {item.code for item in second.findings if item.severity is Severity.VIOLATION} == {"P10"}
    [finding] = [item for item in second.findings if item.code == "P10"]
    assert finding.origin is not None
    assert finding.origin.line == 42
    live = release.current(site.var)
    assert live is not None
    assert (live.id, release.verify(live)) == (first.id, [])
    assert not list((site.var / "releases").glob(".building-*"))


def test_an_unreadable_paper_stops_the_release_and_is_named(site: Settings) -> None:
    (_seed(site).parent / "broken.txt").write_bytes(b"%PDF-1.7")
    built = _build(site)
    assert built.id is None
    assert [(item.code, item.source) for item in built.findings if item.severity is Severity.VIOLATION] == [
        ("D02", "hiratsuka/sources/2016/broken.txt")
    ]


def test_two_papers_of_one_edition_are_refused(site: Settings) -> None:
    shutil.copyfile(_seed(site), _seed(site).with_name("copy.txt"))
    built = _build(site)
    assert built.id is None
    assert "B01" in {item.code for item in built.findings}


def test_only_a_changed_paper_is_made_anew(site: Settings) -> None:
    _build(site)
    text = _seed(site).read_text(encoding="utf-8")
    year = _seed(site).parents[1] / "2017"
    year.mkdir()
    (year / "next.txt").write_text(text.replace("平成28年", "平成29年"), encoding="utf-8")
    built = _build(site)
    assert (built.papers, built.reused, built.changed) == (2, 1, True)


def test_minted_keys_are_kept_and_may_not_change(site: Settings) -> None:
    text = _seed(site).read_text(encoding="utf-8")
    _seed(site).write_text(text.replace("観光事業", "観光振興事業"), encoding="utf-8")
    identities = site.data[0] / "identities.csv"
    before = identities.read_text(encoding="utf-8")
    first = _build(site)
    after = identities.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert "観光振興事業" in after
    assert _build(site).id == first.id
    identities.write_text(before.replace("sangyo-shinko-ka,", "sangyo-ka,"), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        _build(site)
    assert caught.value.code == "I23"


def test_going_back_and_damage(site: Settings) -> None:
    first = _build(site)
    text = _seed(site).read_text(encoding="utf-8")
    _seed(site).write_text(text.replace("助成します", "助成いたします"), encoding="utf-8")
    _seed(site).write_text(text.replace("七夕や湘南平など", "七夕、湘南平など"), encoding="utf-8")
    second = _build(site)
    assert first.id != second.id
    assert first.id is not None
    assert release.rollback(site.var, first.id).id == first.id
    live = release.current(site.var)
    assert live is not None
    assert live.id == first.id
    assert len(release.releases(site.var)) == 2
    with pytest.raises(UsageError):
        release.rollback(site.var, "r000000000000")
    assert second.path is not None
    assert second.id is not None
    (second.path / "report.txt").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        release.rollback(site.var, second.id)
    assert caught.value.code == "B06"


def test_checking_alone_publishes_nothing(site: Settings) -> None:
    built = _build(site, publish=False)
    assert built.id is not None
    assert release.current(site.var) is None


def test_a_second_builder_is_turned_away(site: Settings) -> None:
    from filelock import FileLock

    site.var.mkdir()
    with FileLock(site.var / ".lock"), pytest.raises(UsageError) as caught:
        _build(site)
    assert caught.value.code == "B03"


def test_two_editions_of_a_year_live_together_and_a_changed_text_is_said(site: Settings) -> None:
    lines = _seed(site).read_text(encoding="utf-8").split("\n")
    reports = {at for at, line in enumerate(lines) if line == "\t最終報告"}
    plan = [line for at, line in enumerate(lines) if at not in reports and at - 1 not in reports]
    text = "\n".join(plan).replace("市内への誘客を促進します", "市内への誘客に努めます")
    _seed(site).with_name("plan.txt").write_text(text, encoding="utf-8")
    built = _build(site)
    assert built.id is not None
    assert [item.subject.rpartition("/")[2] for item in built.findings if item.code == "T01"] == ["kanko"]
    live = release.current(site.var)
    assert live is not None
    editions = live.open().query("SELECT ?s { ?s a <https://w3id.org/mupol/def#SourceDocument> }")
    assert sorted(row["s"].value.rpartition("/")[2] for row in editions) == ["final", "plan"]  # type: ignore[union-attr]

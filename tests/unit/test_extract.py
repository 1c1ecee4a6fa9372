"""The seed comes through whole, its faults met; variations of it are read as well."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lod.errors import FormChoiceError, SourceError
from lod.extract import choose, extract
from lod.form import Form, parse
from lod.model import Extraction, Record, Status
from lod.readers import read

ROOT = Path(__file__).parents[2]
SEED = (ROOT / "data/hiratsuka/sources/2016/sangyo-shinko-2016.txt").read_text(encoding="utf-8")
FORM = parse((ROOT / "data/hiratsuka/forms/bucho-kihon-hoshin.toml").read_text(encoding="utf-8"), "form")


def _read(text: str, hint: int | None = 2016) -> Extraction:
    document = read(text.encode(), "paper.txt")
    return extract(document, choose(document, [FORM], hint), "142034", hint)


def _record(text: str, hint: int | None = 2016) -> Record:
    record = _read(text, hint).record
    assert record is not None
    return record


def test_the_seed_whole() -> None:
    record = _record(SEED)
    assert record.department.value == "産業振興部"
    assert (record.fiscal_year.value, record.stage) == (2016, "final")
    assert record.as_of is not None
    assert record.as_of.value == date(2016, 4, 1)
    [head] = record.heads
    assert head.name is not None
    assert head.reading is not None
    assert (head.post, head.name.value, head.reading.value) == ("部長", "今井 宏明", "いまい ひろあき")
    sections = [
        (s.name.value, s.heads[0].name and s.heads[0].name.value, s.headcount and s.headcount.value)
        for s in record.sections
    ]
    assert sections == [("産業振興課", "鳥居", 11), ("農水産課", "田中 信行", 23), ("商業観光課", "戸塚 清", 11)]
    assert record.basic_policy is not None
    assert len(record.basic_policy.value) == 173
    assert [(goal.number, goal.mark) for goal in record.goals] == list(enumerate("①②③④⑤", start=1))
    assert [(p.name.value, p.sections[0].value) for p in record.programs] == [
        ("産業間連携促進事業", "産業振興課"),
        ("企業立地等促進事業", "産業振興課"),
        ("都市農業促進事業", "農水産課"),
        ("商店街にぎわい創出事業", "商業観光課"),
        ("観光事業", "商業観光課"),
    ]
    assert all(program.plan and len(program.reports) == 1 for program in record.programs)


def test_the_five_quantities_of_the_seed() -> None:
    quantities = [q for p in _record(SEED).programs for r in p.reports for q in r.quantities]
    assert [
        (q.label, q.value, q.unit, q.status_code, q.evidence.value, q.evidence.origins[0].start) for q in quantities
    ] == [
        ("施設整備助成金の交付", 15, "件", "measure-granted", "施設整備助成金15件", 1176),
        ("新規雇用助成金の交付", 2, "件", "measure-granted", "新規雇用助成金2件を交付", 1187),
        ("施設整備助成の承認（新規）", 4, "件", "measure-approved", "4件の施設整備助成", 1209),
        ("市内発注奨励助成の承認（新規）", 1, "件", "measure-approved", "1件の市内発注奨励助成を承認", 1219),
        ("「軽トラ・ファーマーズ」の開催", 7, "回", "measure-held", "「軽トラ・ファーマーズ」を7回開催", 1460),
    ]


def test_the_faults_of_the_seed_are_reported() -> None:
    extraction = _read(SEED)
    assert [(f.code, f.origin and f.origin.line) for f in extraction.findings] == [
        ("N01", 9),
        ("N03", 10),
        ("N03", 11),
        ("L01", 35),
    ]
    record = extraction.record
    assert record is not None
    garbled = record.sections[0].heads[0]
    assert garbled.name is not None
    assert garbled.name.status is Status.UNCERTAIN
    assert [s.heads[0].reading and s.heads[0].reading.status for s in record.sections[1:]] == [Status.UNCERTAIN] * 2
    assert record.programs[2].plan is not None
    assert record.programs[2].plan.status is Status.REPAIRED


def test_every_character_of_the_seed_is_accounted_for() -> None:
    accounting = _read(SEED).accounting
    assert accounting.unplaced == ()
    assert accounting.mapped + accounting.boilerplate + accounting.withheld == accounting.total
    assert accounting.total == sum(not char.isspace() for char in SEED)


def _same(text: str) -> None:
    """The text says the same as the seed, whatever it looks like."""
    ours, seed = _record(text), _record(SEED)
    assert [p.name.value for p in ours.programs] == [p.name.value for p in seed.programs]
    assert [[r.text.value for r in p.reports] for p in ours.programs] == [
        [r.text.value for r in p.reports] for p in seed.programs
    ]
    assert [p.plan and p.plan.value for p in ours.programs] == [p.plan and p.plan.value for p in seed.programs]
    assert [g.text.value for g in ours.goals] == [g.text.value for g in seed.goals]
    assert ours.basic_policy is not None
    assert seed.basic_policy is not None
    assert ours.basic_policy.value == seed.basic_policy.value
    assert [s.name.value for s in ours.sections] == [s.name.value for s in seed.sections]
    assert [s.headcount and s.headcount.value for s in ours.sections] == [11, 23, 11]
    assert [(h.name and h.name.value) for h in ours.heads] == ["今井 宏明"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("部局名\t", "部 局 名\t"),
        ("課名\t課長名\t職員数", "課　名\t課　長　名\t職　員　数"),
        ("- 平成28年度の目標**", "## 平成２８年度の目標"),
        ("- 平成28年度の目標**", "**平成 28 年度の目標**"),
        ("- 平成28年度の目標**\n", ""),
        ("\n基本方針\n", "\n"),
        ("\n基本方針\n", "\n■基本方針\n"),
        ("部長名\t", "\t"),
        ("部局名\t", "\t"),
        ("課名\t課長名\t職員数", "課名\t\t職員数"),
        ("課名\t課長名\t職員数", "\t課長名\t職員数"),
        ("課名\t課長名\t職員数", "課名\t課長名\t"),
        ("主な事業\t\n都市", "都市"),
        ("\n\n主な事業\t\n都市", "\n\n- 1 -\n\n主な事業\t\n都市"),
        ("観光事業 (商業観光課)\t", "観光事業（商業観光課）\t"),
        ("観光事業 (商業観光課)\t", "観光事業\n（商業観光課）\t"),
        ("観光事業 (商業観光課)\t平成28年度の取組\n", "観光事業\t平成28年度の取組\n（商業観光課）"),
        ("商店街にぎわい創出事業", "商店街にぎ\nわい創出事業"),
        ("平塚市産業振興計画を推進", "平塚市産業\n振興計画を推進"),
        ("新たに4件の", "新たに\n4件の"),
        ("新たに4件の", "新たに\n\t4件の"),
        ("\t最終報告\n\t七夕", "\t七夕"),
        ("\t最終報告\n\t七夕", "\t最終報告：七夕"),
        ("\t最終報告\n\t七夕", "\t最終報告\t\n\n主な事業\t\n\t七夕"),
        (" - ③ ", " - "),
        ("\t23\n", "\t２３人\n"),
        ("\t\t\n", "\n"),
    ],
)
def test_the_same_paper_in_other_dress(old: str, new: str) -> None:
    assert old in SEED
    _same(SEED.replace(old, new))


def test_decomposed_kana_reads_the_same() -> None:
    _same(unicodedata.normalize("NFD", SEED))


def test_full_width_digits_in_reports() -> None:
    wide = SEED.replace("15件", "１５件").replace("7回", "７回")
    quantities = [q.value for p in _record(wide).programs for r in p.reports for q in r.quantities]
    assert quantities == [15, 2, 4, 1, 7]


@pytest.mark.parametrize(
    ("label", "year"), [("令和元年度", 2019), ("平成31年度", 2019), ("2016年度", 2016), ("R7年度", 2025)]
)
def test_years(label: str, year: int) -> None:
    assert _record(SEED.replace("平成28年度", label), None).fiscal_year.value == year


def test_years_that_disagree_are_said() -> None:
    extraction = _read(SEED.replace("平成28年度の目標", "平成27年度の目標"))
    assert "F05" in {finding.code for finding in extraction.findings}


def test_no_year_at_all_gives_no_record_without_a_folder_year() -> None:
    text = SEED.replace("平成28年度", "")
    assert _read(text, None).record is None
    assert _record(text, 2016).fiscal_year.status is Status.METADATA


def test_headcounts_without_a_date_are_reported() -> None:
    extraction = _read(SEED.replace("(職員数は平成28年4月1日現在)", ""))
    assert "H11" in {finding.code for finding in extraction.findings}


def test_text_that_belongs_nowhere_is_listed() -> None:
    extraction = _read(SEED + "\n\n\n【お問い合わせ】電話 0463-00-0000\n")
    assert [cell.text for cell in extraction.accounting.unplaced] == ["【お問い合わせ】電話 0463-00-0000"]


def test_a_foreign_paper_is_a_question() -> None:
    document = read("吾輩は猫である。名前はまだ無い。".encode(), "novel.txt")
    with pytest.raises(FormChoiceError) as caught:
        choose(document, [FORM])
    assert caught.value.code == "F01"


def test_two_forms_that_fit_are_a_question() -> None:
    twin = Form.model_validate(FORM.model_dump() | {"id": "twin"})
    with pytest.raises(FormChoiceError) as caught:
        choose(read(SEED.encode(), "seed"), [FORM, twin], 2016)
    assert caught.value.code == "F02"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutilated_papers_never_fail_and_lose_nothing(data: st.DataObject) -> None:
    """Lines dropped, doubled, swapped or cut: reading ends, and every character is accounted for."""
    lines = SEED.split("\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "double", "cut", "tab", "swap"])):
            case "drop":
                lines[at] = ""
            case "double":
                lines.insert(at, lines[at])
            case "cut":
                middle = len(lines[at]) // 2
                lines[at : at + 1] = [lines[at][:middle], lines[at][middle:]]
            case "tab":
                lines[at] = lines[at].replace("\t", " ")
            case _:
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
    text = "\n".join(lines)
    try:
        extraction = _read(text)
    except (FormChoiceError, SourceError):
        return
    accounting = extraction.accounting
    assert accounting.total == len(re.sub(r"\s", "", text))
    placed = accounting.mapped + accounting.boilerplate + accounting.withheld
    assert placed + accounting.unplaced_count == accounting.total

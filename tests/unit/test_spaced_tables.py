"""A table whose tabs became spaces, or whose cells stand below each other, is read as the table that it was."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lod.model import Record
from lod.readers.cells import cells_of
from tests.papers import generate
from tests.unit.test_extract import SEED, _read, _record


def _values(thing: object) -> object:
    """A record without its places: what is read, not where it stands."""
    match thing:
        case dict():
            return {k: _values(v) for k, v in thing.items() if k not in {"origins", "origin", "source", "raw"}}
        case list() | tuple():
            return [_values(item) for item in thing]
    return thing


def values(record: Record) -> object:
    return _values(asdict(record))


def columns(text: str, gap: int = 3) -> str:
    """Tabs replaced by as many spaces as bring each cell to its column, full-width characters counting two."""

    def width(cell: str) -> int:
        return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in cell)

    blocks = []
    for block in re.split(r"(\n\s*?\n)", text):
        rows = [line.split("\t") for line in block.split("\n")]
        wide = [0] * max(map(len, rows))
        for row in rows:
            for at, cell in enumerate(row[:-1]):
                wide[at] = max(wide[at], width(cell))
        blocks.append(
            "\n".join(
                "".join(cell + " " * (wide[at] - width(cell) + gap) for at, cell in enumerate(row[:-1])) + row[-1]
                for row in rows
            )
        )
    return "".join(blocks)


@pytest.mark.parametrize("spaces", [4, 8])
def test_the_seed_with_spaces_for_tabs(spaces: int) -> None:
    assert values(_record(SEED.replace("\t", " " * spaces))) == values(_record(SEED))


def test_the_seed_in_columns() -> None:
    found = _read(columns(SEED))
    assert found.record is not None
    assert values(found.record) == values(_record(SEED))
    assert found.accounting.unplaced == ()


@pytest.mark.parametrize("seed", range(12))
def test_invented_papers_with_spaces_for_tabs(seed: int) -> None:
    text = generate(seed, blank_lines="seed", margins="none", page_break="none", broken="nothing").text
    if "\t" in text:
        assert values(_record(text.replace("\t", "    "), None)) == values(_record(text, None))


@given(st.lists(st.text(alphabet="ab 　①(1)・\t", max_size=30), max_size=8))
def test_cells_keep_every_character(lines: list[str]) -> None:
    found = cells_of(lines)
    assert len(found) == len(lines)
    for line, spans in zip(lines, found, strict=True):
        inside = set().union(*(range(*span) for span in spans))
        assert all(first[1] <= second[0] for first, second in pairwise(spans))
        assert all(line[at].isspace() for at in range(len(line)) if at not in inside)


VERTICAL = """都市整備部の基本方針
平成31年度

部局名\t都市整備部\t部局内の執行体制
部長名\t高橋 誠\t課名\t課長名\t職員数
\t\tまちづくり政策課\t伊藤 学\t15人

基本方針
コンパクトなまちを目指します。

目標
(1) 駅前広場を整備します。

主な事業
駅前広場整備事業〔まちづくり政策課〕
平成31年度の取組
駅前広場の実施設計を
行います。
最終報告
実施設計を完了し、用地2,300㎡を取得しました。
バス路線維持事業［まちづくり政策課］
平成31年度の取組
5路線の運行を支援します。
最終報告
約12万人が利用しました。
"""


def test_cells_below_each_other() -> None:
    record = _record(VERTICAL, None)
    programs = [
        (
            program.name.value,
            [section.value for section in program.sections],
            program.plan and program.plan.value,
            [(report.stage, report.text.value) for report in program.reports],
        )
        for program in record.programs
    ]
    assert programs == [
        (
            "駅前広場整備事業",
            ["まちづくり政策課"],
            "駅前広場の実施設計を行います。",
            [("final", "実施設計を完了し、用地2,300㎡を取得しました。")],
        ),
        (
            "バス路線維持事業",
            ["まちづくり政策課"],
            "5路線の運行を支援します。",
            [("final", "約12万人が利用しました。")],
        ),
    ]

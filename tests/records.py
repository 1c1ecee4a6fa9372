"""The seed paper as the Record that reading it should give, made by hand: places are found by search in its text."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import TypeVar

from lod.model import (
    Goal,
    Origin,
    PostHolder,
    ProgramEntry,
    Quantity,
    Record,
    Report,
    Section,
    Source,
    Status,
    Value,
)

T = TypeVar("T")

NAME = "sangyo-shinko-2016.txt"
SEED = Path(__file__).parents[1] / "data/hiratsuka/sources/2016" / NAME
BYTES = SEED.read_bytes()
TEXT = BYTES.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
LINES = TEXT.split("\n")


def origin(line: int, words: str) -> Origin:
    """Where words stand first in a line (from 1)."""
    at = LINES[line - 1].index(words)
    start = sum(len(text) + 1 for text in LINES[: line - 1]) + at
    return Origin(line, at + 1, start, start + len(words), page=1)


def value(line: int, words: str, status: Status = Status.PRINTED) -> Value[str]:
    """Words as printed in a line."""
    return Value(words, words, (origin(line, words),), status)


def read_as(result: T, line: int, words: str) -> Value[T]:
    """A value that is not a text, with the words that print it."""
    return Value(result, words, (origin(line, words),))


def last_cell(line: int, status: Status = Status.PRINTED) -> Value[str]:
    """The text behind a line's last tab."""
    return value(line, LINES[line - 1].split("\t")[-1].strip(), status)


def holder(
    line: int, title: str, role: str, name: str, reading: str, name_status: Status, reading_status: Status
) -> PostHolder:
    """A head as extraction gives it: `raw` is the whole cell, residue included; the place is that of the name alone."""
    cell = next(cell for cell in LINES[line - 1].split("\t") if name in cell)
    return PostHolder(
        title,
        role,
        Value(name, cell, (origin(line, name),), name_status),
        Value(reading, cell, (origin(line, reading),), reading_status),
    )


def section(line: int, name: str, head: PostHolder, count: int) -> Section:
    at = LINES[line - 1].rindex(str(count))
    start = sum(len(text) + 1 for text in LINES[: line - 1]) + at
    place = Origin(line, at + 1, start, start + len(str(count)), page=1)
    return Section(value(line, name), (head,), Value(count, str(count), (place,)))


def goal(number: int, line: int) -> Goal:
    mark = "①②③④⑤"[number - 1]
    return Goal(number, mark, value(line, LINES[line - 1].split(mark)[1].strip()))


def quantity(line: int, quote: str, item: str, label: str, count: int, unit: str, status: str) -> Quantity:
    return Quantity(item, label, count, unit, status, value(line, quote))


def program(
    line: int, name: str, section_name: str, quantities: tuple[Quantity, ...] = (), *, label_lost: bool = False
) -> ProgramEntry:
    """A program of the table; where 平成28年度の取組 is lost, the plan stands in the program's own line."""
    plan = last_cell(line, Status.REPAIRED) if label_lost else last_cell(line + 1)
    report = last_cell(line + (2 if label_lost else 3))
    return ProgramEntry(value(line, name), (value(line, section_name),), plan, (Report("final", report, quantities),))


def seed_record() -> Record:
    """産業振興部 平成28年度."""
    printed, doubtful = Status.PRINTED, Status.UNCERTAIN
    bucho = holder(11, "部長", "role-bucho", "今井 宏明", "いまい ひろあき", printed, printed)
    kacho = ("課長", "role-kacho")
    grants = (
        quantity(32, "施設整備助成金15件", "施設整備助成金", "施設整備助成金の交付", 15, "件", "measure-granted"),
        quantity(32, "新規雇用助成金2件を交付", "新規雇用助成金", "新規雇用助成金の交付", 2, "件", "measure-granted"),
        quantity(32, "4件の施設整備助成", "施設整備助成", "施設整備助成の承認（新規）", 4, "件", "measure-approved"),
        quantity(
            32, "1件の市内発注奨励助成を承認", "市内発注奨励助成", "市内発注奨励助成の承認（新規）", 1, "件",
            "measure-approved",
        ),
    )  # fmt: skip
    market = "「軽トラ・ファーマーズ」"
    held = (quantity(37, f"{market}を7回開催", market, f"{market}の開催", 7, "回", "measure-held"),)
    return Record(
        municipality="142034",
        form="bucho-kihon-hoshin",
        document_type="doctype-bucho-kihon-hoshin",
        source=Source(NAME, hashlib.sha256(BYTES).hexdigest()),
        title=value(3, "産業振興部の基本方針"),
        department=value(7, "産業振興部"),
        fiscal_year=read_as(2016, 17, "平成28年度の目標**"),
        stage="final",
        heads=(bucho,),
        sections=(
            section(9, "産業振興課", holder(9, *kacho, "鳥居", "とりい", doubtful, doubtful), 11),
            section(10, "農水産課", holder(10, *kacho, "田中 信行", "たなか のぶき", printed, doubtful), 23),
            section(11, "商業観光課", holder(11, *kacho, "戸塚 清", "とづか きよ", printed, doubtful), 11),
        ),
        basic_policy=value(15, LINES[14]),
        goals=tuple(goal(number, 17 + number) for number in range(1, 6)),
        programs=(
            program(25, "産業間連携促進事業", "産業振興課"),
            program(29, "企業立地等促進事業", "産業振興課", grants),
            program(35, "都市農業促進事業", "農水産課", held, label_lost=True),
            program(38, "商店街にぎわい創出事業", "商業観光課"),
            program(42, "観光事業", "商業観光課"),
        ),
        as_of=read_as(date(2016, 4, 1), 5, "平成28年4月1日"),
    )

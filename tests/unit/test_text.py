"""Pure functions on Japanese text: eras, numbers, width, names, local-government codes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lod.text import era, furigana, local_government, numerals, width


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("平成28", 2016),
        ("平成２８", 2016),
        ("平成二十八", 2016),
        ("令和元", 2019),
        ("平成31", 2019),
        ("H28", 2016),
        ("R7", 2025),
        ("2016", 2016),
        ("昭和63", 1988),
        ("平成", None),
        ("abc", None),
    ],
)
def test_western_year(text: str, year: int | None) -> None:
    assert era.western_year(text) == year


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("平成28年度の目標", [2016]),
        ("令和元年度／平成31年度", [2019, 2019]),
        ("２０１６ 年 度", [2016]),
        ("平成28年4月1日", []),
        ("六次産業化", []),
    ],
)
def test_fiscal_years_in_text(text: str, years: list[int]) -> None:
    assert [year for year, _, _ in era.find_fiscal_years(text)] == years


@given(st.integers(min_value=1927, max_value=2100))
def test_era_labels_read_back(year: int) -> None:
    """Every label that we write for a fiscal year is read as that year."""
    for label in (*era.fiscal_year_labels(year), era.western_label(year)):
        assert [found for found, _, _ in era.find_fiscal_years(label)] == [year]


def test_the_year_of_two_eras_has_both_labels() -> None:
    assert era.fiscal_year_labels(2019) == ("令和元年度", "平成31年度")


@given(st.dates(min_value=date(1989, 1, 8), max_value=date(2099, 12, 31)))
def test_dates_are_found_where_they_stand(day: date) -> None:
    text = f"（職員数は{day.year}年{day.month}月{day.day}日現在）"
    [(found, start, end)] = era.find_dates(text)
    assert found == day
    assert text[start:end] == f"{day.year}年{day.month}月{day.day}日"


def test_an_impossible_date_is_none() -> None:
    assert era.find_dates("平成28年2月31日") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("15", 15),
        ("１，２００", 1200),
        ("1億2,000万", 120_000_000),
        ("3万5千", 35_000),
        ("1.2", Decimal("1.2")),
        ("12万", 120_000),
        ("", None),
        ("x", None),
    ],
)
def test_numbers(text: str, number: int | Decimal | None) -> None:
    assert numerals.parse_number(text) == number


@given(st.integers(min_value=0, max_value=10**12))
def test_numbers_with_separators_read_back(number: int) -> None:
    assert numerals.parse_number(f"{number:,}") == number


@given(st.text())
def test_composing_kana_keeps_other_characters(text: str) -> None:
    """Composition joins kana only: ideographs of names stay as printed (NFC would change U+FA19)."""
    composed = width.compose_kana(text)
    assert (
        [c for c in composed if not "\u3041" <= c <= "\u30ff"]
        == [c for c in text if not "\u3041" <= c <= "\u30ff" and c not in "\u3099\u309a"]
        or "\u3099" in composed + text
        or "\u309a" in composed + text
    )
    assert width.compose_kana("神\ufa19か\u3099") == "神\ufa19が"


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("いまい ひろあき 今井 宏明", [("今井 宏明", "いまい ひろあき", True)]),
        ("とりい 替 ^い 鳥居 替 ^い", [("鳥居", "とりい", False)]),
        ("さとう みどり 佐藤 みどり", [("佐藤 みどり", "さとう みどり", True)]),
        ("いまいひろあき今井宏明", [("今井宏明", "いまいひろあき", True)]),
        ("今井　宏明（いまい　ひろあき）", [("今井 宏明", "いまい ひろあき", True)]),
        ("イマイ ヒロアキ 今井 宏明", [("今井 宏明", "イマイ ヒロアキ", True)]),
        ("今井 宏明", [("今井 宏明", None, True)]),
        (
            "いまい ひろあき 今井 宏明 やまだ たろう 山田 太郎",
            [("今井 宏明", "いまい ひろあき", True), ("山田 太郎", "やまだ たろう", True)],
        ),
        ("今井 宏明、山田 太郎", [("今井 宏明", None, True), ("山田 太郎", None, True)]),
        ("#|1*", [(None, None, False)]),
    ],
)
def test_people(cell: str, people: list[tuple[str | None, str | None, bool]]) -> None:
    assert [(name.name, name.reading, name.clean) for name in furigana.parse_people(cell)] == people


@given(st.text(max_size=40))
def test_people_never_fail_and_invent_nothing(cell: str) -> None:
    """Whatever is printed, each published part stands in the cell."""
    printed = width.compose_kana(cell)
    for person in furigana.parse_people(cell):
        for part in f"{person.name or ''} {person.reading or ''}".split():
            assert part in printed


@pytest.mark.parametrize(
    ("name", "reading", "known"),
    [
        ("田中 信行", "たなか のぶき", ("のぶゆき",)),
        ("戸塚 清", "とづか きよ", ("きよし",)),
        ("今井 宏明", "いまい ひろあき", ()),
        ("戸塚 明", "とづか あき", ()),
        ("今井", "いまい ひろあき", ()),
    ],
)
def test_lost_letters(name: str, reading: str, known: tuple[str, ...]) -> None:
    assert furigana.lost_letters(name, reading) == known


@pytest.mark.parametrize(
    ("code", "valid"), [("142034", True), ("142035", False), ("14203", False), ("１４２０３４", False)]
)
def test_local_government_codes(code: str, valid: bool) -> None:
    assert local_government.is_code(code) is valid

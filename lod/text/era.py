"""Eras and fiscal years. A fiscal year runs from 1 April to 31 March (地方自治法 208条1項).

Dates are stored in the western calendar; eras are for reading and showing (GIF DS-441).
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from lod.text.numerals import parse_integer
from lod.text.width import half_width

# Name, letter, first day (the day after the previous era's last day).
_ERAS = (
    ("令和", "R", date(2019, 5, 1)),
    ("平成", "H", date(1989, 1, 8)),
    ("昭和", "S", date(1926, 12, 25)),
)
ERA_LETTERS = {name: letter for name, letter, _ in _ERAS}
"""令和 → R."""
_BASE = {name: first.year - 1 for name, _, first in _ERAS} | {letter: first.year - 1 for _, letter, first in _ERAS}
_NUMBER = r"(?:元|[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})"
_ERA = r"(?:令和|平成|昭和|㍻|[RHSＲＨＳ](?=[.．]?\s*[0-9０-９元]))"
ERA_YEAR = rf"(?:{_ERA}[.．]?\s*{_NUMBER}|[12１２][0-9０-９]{{3}})"
"""Regular expression of a year, in an era or western: 平成28, 令和元, H28, 2016."""
FISCAL_YEAR = rf"{ERA_YEAR}\s*年\s*度"
"""Regular expression of a fiscal year: 平成28年度, 令和 元 年度, 2016年度."""
_FISCAL = re.compile(rf"({ERA_YEAR})(?:\s*年\s*度|\s*年?\s*[（(][^()（）]{{1,8}}[)）]\s*年?度)")
_DATE = re.compile(rf"({ERA_YEAR})\s*年\s*([0-9０-９]{{1,2}})\s*月\s*([0-9０-９]{{1,2}})\s*日")


def western_year(text: str) -> int | None:
    """平成28 → 2016, 令和元 → 2019, 2016 → 2016; None if it is no year."""
    plain = re.sub(r"[\s.]", "", half_width(text)).replace("㍻", "平成")
    if plain.isascii() and plain.isdigit():
        return int(plain)
    for era, base in _BASE.items():
        if plain.startswith(era):
            number = parse_integer(plain[len(era) :])
            return base + number if number else None
    return None


def find_fiscal_years(text: str) -> list[tuple[int, int, int]]:
    """Each fiscal year named in a text: (western start year, start, end of the match)."""
    found = []
    for match in _FISCAL.finditer(text):
        year = western_year(match.group(1))
        if year is not None:
            found.append((year, match.start(), match.end()))
    return found


def find_dates(text: str) -> list[tuple[date, int, int]]:
    """Each full date in a text: (date, start, end). An impossible date (4月31日) is not returned."""
    found = []
    for match in _DATE.finditer(text):
        year = western_year(match.group(1))
        month, day = parse_integer(match.group(2)), parse_integer(match.group(3))
        if year is None or month is None or day is None:
            continue
        try:
            found.append((date(year, month, day), match.start(), match.end()))
        except ValueError:
            continue
    return found


@cache
def fiscal_year_labels(year: int) -> tuple[str, ...]:
    """The era labels of a fiscal year, the usual one first; FY2019 is both 令和元年度 and 平成31年度."""
    first, last = date(year, 4, 1), date(year + 1, 3, 31)
    labels = []
    for index, (name, _, start) in enumerate(_ERAS):
        end = _ERAS[index - 1][2] if index else date.max
        if start <= last and first < end:
            number = year - start.year + 1
            if number >= 1:
                labels.append(f"{name}{'元' if number == 1 else number}年度")
    return tuple(labels) or (f"{year}年度",)


def western_label(year: int) -> str:
    """2016 → 2016年度."""
    return f"{year}年度"

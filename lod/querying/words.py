"""What somebody searches for: words, phrases in quotation marks, and years in any of their spellings.

観光 融資            both words, in any order
"商店街 にぎわい"     one phrase; spaces do not count
平成28年度 H28 2016   the year, however a text writes it
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lod.text.era import ERA_LETTERS, fiscal_year_labels, western_year
from lod.text.folding import search_key

MOST_CHARACTERS = 200
MOST_WORDS = 8
PIECE = re.compile(r'["“”„‟＂〝〟]([^"“”„‟＂〝〟]*)["“”„‟＂〝〟]|([^\s"“”„‟＂〝〟]+)')
YEAR = re.compile(
    r"(?P<year>(?:令和|平成|昭和|[rhs])(?:元|[0-9]{1,2}|[一二三四五六七八九十]{1,3})|(?:fy)?[12][0-9]{3})(?P<unit>年度?)?"
)
YEARS = range(1926, 2101)
"""The years that a search knows by their other names."""


class WordsError(Exception):
    """A search that is longer than allowed: `name` is `characters` or `words`."""

    def __init__(self, name: str, limit: int, used: int) -> None:
        super().__init__(name, limit, used)
        self.name = name
        self.limit = limit
        self.used = used


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to find. A text has it if its key contains any of `keys`; `year` is set where it names one."""

    text: str
    keys: tuple[str, ...]
    year: int | None = None

    def is_in(self, key: str) -> bool:
        return any(wanted in key for wanted in self.keys)


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a search, each once. Empty where there is nothing to search for. Raises WordsError."""
    if len(text) > MOST_CHARACTERS:
        raise WordsError("characters", MOST_CHARACTERS, len(text))
    found: dict[str, Word] = {}
    for piece in PIECE.finditer(text):
        phrase, word = piece.groups()
        key = search_key(phrase if word is None else word)
        if key:
            found.setdefault(key, _word(phrase if word is None else word, key, is_phrase=word is None))
    if len(found) > MOST_WORDS:
        raise WordsError("words", MOST_WORDS, len(found))
    return tuple(found.values())


def _word(text: str, key: str, *, is_phrase: bool) -> Word:
    named = None if is_phrase else YEAR.fullmatch(key)
    if named is None:
        return Word(text, (key,))
    year = western_year(named["year"].removeprefix("fy").upper())
    if year is None or year not in YEARS:
        return Word(text, (key,))
    return Word(text, tuple(dict.fromkeys((key, *spellings(year, named["unit"] or "年")))), year)


def spellings(year: int, unit: str) -> Iterator[str]:
    """Keys that contain every usual way to write a year. With its unit, so that 平成2 is not found in 平成28."""
    yield f"{year}{unit}"
    for label in fiscal_year_labels(year):
        era, number = label[:2], label[2:].removesuffix("年度")
        if era not in ERA_LETTERS:
            continue
        numbers = ("元", "1") if number == "元" else (number,)
        letter = ERA_LETTERS[era].lower()
        for written in numbers:
            yield search_key(f"{era}{written}{unit}")
            yield f"{letter}{written}{unit}"
            if len(written) == 2:
                yield f"{letter}{written}"

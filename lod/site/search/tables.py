"""The tables by which a text becomes its key, and what is typed becomes words: those of lod/text and lod/querying.

The script in the page has no tables of its own. Where browser and Python know different versions of Unicode, Python's
counts: characters that it does not know are left as they are.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from itertools import product

from lod.querying import words
from lod.text import folding
from lod.text.era import ERA_LETTERS, western_year
from lod.text.numerals import parse_integer

_SPACES = "".join(f"\\u{code:04x}" for code in range(0x3001) if chr(code).isspace())
"""White space as Python knows it, in a pattern of JavaScript."""


def tables() -> dict[str, object]:
    """Everything of that kind, as JSON can hold it."""
    return {
        "before": dict(folding.BEFORE),
        "after": dict(folding.AFTER),
        "following": folding.FOLLOWING.pattern,
        "case": _case(),
        "unknown": _unknown(),
        "spaces": _SPACES,
        "pieces": _in_javascript(words.PIECE.pattern),
        "year": _in_javascript(words.YEAR.pattern),
        "years": {year: [key.replace("年度", "U") for key in words.spellings(year, "年度")] for year in words.YEARS},
        "eras": {era: western_year(f"{era.upper()}1") for era in (*ERA_LETTERS, *map(str.lower, ERA_LETTERS.values()))},
        "numbers": {written: parse_integer(written) for written in _numbers()},
        "mostCharacters": words.MOST_CHARACTERS,
        "mostWords": words.MOST_WORDS,
    }


def _case() -> dict[str, str]:
    """What casefold changes, of the characters that NFKC leaves alone: it is applied to its result (UAX 15, UTS 18)."""
    found = {}
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        folded = letter.casefold()
        if folded != letter and unicodedata.normalize("NFKC", letter) == letter:
            found[letter] = folded
    return found


def _unknown() -> list[int]:
    """The code points that this version of Unicode does not assign: first, last, first, last, …"""
    found: list[int] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Cn":
            if found and found[-1] == code - 1:
                found[-1] = code
            else:
                found += [code, code]
    return found


def _in_javascript(pattern: str) -> str:
    """A pattern of Python as JavaScript writes it, with Python's white space (ECMA-262, 22.2.1)."""
    return pattern.replace("(?P<", "(?<").replace(r"[^\s", f"[^{_SPACES}")


def _numbers() -> Iterator[str]:
    """Every number of a year in an era that is not written with digits (lod/querying/words.py)."""
    yield "元"
    for length in (1, 2, 3):
        yield from map("".join, product("一二三四五六七八九十", repeat=length))

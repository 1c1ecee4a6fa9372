"""Numbers as Japanese papers print them: 15, １５, 1,200, 1.2, 3万5千, 二十, 元."""

from __future__ import annotations

import re
from decimal import Decimal

from lod.text.width import half_width

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"元": 1}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_ARABIC = r"[0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+)?"
NUMBER = rf"(?:{_ARABIC}(?:[十百千万億兆]+(?:{_ARABIC}[千百]?万?)?)*)"
"""Regular expression of a number in Arabic digits, with Japanese unit characters between or after."""

KANJI_NUMBER = r"[〇一二三四五六七八九十百千]+"


def parse_kanji(text: str) -> int | None:
    """元 → 1, 二十八 → 28, 三〇 → 30; None if it is no such number."""
    if not text:
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SMALL:
            total, digit = total + (digit or 1) * _SMALL[char], 0
        else:
            return None
    return total + digit


def parse_integer(text: str) -> int | None:
    """A whole number in Arabic (any width) or kanji digits; None if it is none."""
    plain = half_width(text).replace(",", "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() else parse_kanji(plain)


def parse_number(text: str) -> int | Decimal | None:
    """A number in Arabic digits with unit characters: 1億2,000万 → 120000000, 3万5千 → 35000, 1.2 → 1.2."""
    total, section, current = Decimal(0), Decimal(0), Decimal(0)
    plain = half_width(text).replace(",", "")
    tokens: list[str] = re.findall(r"[0-9]+(?:\.[0-9]+)?|[十百千万億兆]", plain)
    if "".join(tokens) != plain or not tokens:
        return None
    for token in tokens:
        if token in _SMALL:
            section, current = section + (current or 1) * _SMALL[token], Decimal(0)
        elif token in _LARGE:
            total, section, current = total + (section + current or 1) * _LARGE[token], Decimal(0), Decimal(0)
        else:
            current = Decimal(token)
    number = total + section + current
    return int(number) if number == number.to_integral_value() else number

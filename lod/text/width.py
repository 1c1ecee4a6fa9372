"""Derived keys for matching: width, kana composition, radicals, spacing. Printed text itself is never normalised."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Kangxi radicals and CJK radicals stand for ordinary ideographs in text copied from PDF files.
_RADICALS = re.compile(r"[\u2e80-\u2fdf]")
_COMPOSABLE_KANA = re.compile("[\u3041-\u30ff][\u3099\u309a]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_BRACKETS = _FULL_WIDTH | str.maketrans("〔〕［］[]【】", "()()()()")
_SPACE = re.compile(r"\s+")


def compose_kana(text: str) -> str:
    """Joins decomposed voicing marks with their kana (か + ゙ → が).

    Not NFC: that would also replace ideographs of names (U+FA19 → U+795E).
    """
    return _COMPOSABLE_KANA.sub(lambda match: unicodedata.normalize("NFC", match.group()), text)


def half_width(text: str) -> str:
    """Full-width ASCII (digits, letters, brackets, space) as half-width; the length stays the same."""
    return text.translate(_FULL_WIDTH)


def round_brackets(text: str) -> str:
    """`half_width`, and every bracket that papers put around a unit as a round one: 〔課〕, [課], 【課】."""
    return text.translate(_BRACKETS)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The key under which labels are compared: composed, half-width, radicals folded, no white space."""
    folded = half_width(compose_kana(text))
    folded = _RADICALS.sub(lambda match: unicodedata.normalize("NFKC", match.group()), folded)
    return _SPACE.sub("", folded)

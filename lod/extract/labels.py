"""Finds a form's labels in printed text, whatever the width, spacing, decoration or kana composition."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from lod.form import Form
from lod.text.era import ERA_YEAR, FISCAL_YEAR, find_fiscal_years

_DECORATION = r"[\s\-*+#_|■□●○◎◆◇▼▽▲△▶▷►•・【】〔〕\[\]＜＞<>《》〈〉「」『』:：＊－―]*"
_SEPARATOR = r"(?:\s*[】〕\]》〉』:：\n]\s*|[\u3000\t]+|\*\*\s*| {1,})"
# What may follow a label in brackets: 最終報告（3月末現在）, 職員数（人）.
_NOTE = r"(?:\s*[（(][^()（）。、]{1,16}[)）])?"
_YEAR_MARK = "{年度}"
# Kangxi radicals that look like an ideograph, by that ideograph.
_RADICALS = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0x2F00, 0x2FD6)}


@dataclass(frozen=True, slots=True)
class Label:
    """A label found in a text: its key, the fiscal year it names (None if none) and where the label ends."""

    key: str
    year: int | None
    end: int
    text: str


def _char(char: str) -> str:
    """A regular expression for every way in which a character of a label may be printed."""
    ways = {char, _RADICALS.get(char, char)}
    if "!" <= char <= "~":
        ways.add(chr(ord(char) + 0xFEE0))
    decomposed = unicodedata.normalize("NFD", char)
    if len(decomposed) > 1:
        return f"(?:{'|'.join(re.escape(way) for way in (*sorted(ways), decomposed))})"
    return f"[{''.join(re.escape(way) for way in sorted(ways))}]"


@cache
def label_pattern(text: str) -> str:
    """A label's text as a regular expression that matches it as printed."""
    parts = [_spaced_year() if part == _YEAR_MARK else r"\s*".join(map(_char, part)) for part in _split_year(text)]
    return r"\s*".join(part for part in parts if part)


def _split_year(text: str) -> list[str]:
    return re.split(f"({re.escape(_YEAR_MARK)})", text)


def _spaced_year() -> str:
    """A fiscal year, or one named twice: 令和元年度（平成31年度）, 平成31（令和元）年度."""
    twice = rf"{FISCAL_YEAR}\s*[（(・／/]\s*{FISCAL_YEAR}\s*[)）]?"
    inside = rf"{ERA_YEAR}\s*年?\s*[（(]\s*{ERA_YEAR}\s*年?\s*[)）]\s*年?度"
    return f"(?:{twice}|{inside}|{FISCAL_YEAR})"


class Labels:
    """The labels of one form, compiled once. Department posts have keys `department_post:0`, sections alike."""

    def __init__(self, form: Form) -> None:
        texts = dict(form.labels)
        texts |= {f"department_post:{at}": post.labels for at, post in enumerate(form.department_posts)}
        texts |= {f"section_post:{at}": post.labels for at, post in enumerate(form.section_posts)}
        alternatives = {
            key: "|".join(label_pattern(text) for text in sorted(variants, key=len, reverse=True))
            for key, variants in texts.items()
        }
        self._exact = {
            key: re.compile(rf"{_DECORATION}(?P<label>{pattern}){_NOTE}{_DECORATION}\Z")
            for key, pattern in alternatives.items()
        }
        self._prefix = {
            key: re.compile(rf"{_DECORATION}(?P<label>{pattern}){_NOTE}{_SEPARATOR}(?=\S)")
            for key, pattern in alternatives.items()
        }
        self.find = lru_cache(maxsize=4096)(self._find)
        self.prefix = lru_cache(maxsize=4096)(self._find_prefix)

    def _find(self, text: str) -> Label | None:
        """The label that a cell consists of, decoration aside."""
        if len(text) > 60 or not text.strip():
            return None
        return self._first(self._exact, text, tuple(self._exact))

    def _find_prefix(self, text: str, keys: tuple[str, ...]) -> Label | None:
        """A label at the start of a cell that goes on with its value after a separator."""
        return self._first(self._prefix, text, keys)

    @staticmethod
    def _first(patterns: dict[str, re.Pattern[str]], text: str, keys: tuple[str, ...]) -> Label | None:
        for key in keys:
            if match := patterns[key].match(text):
                years = find_fiscal_years(match.group("label"))
                return Label(key, years[0][0] if years else None, match.end(), match.group("label"))
        return None


_COMPILED: dict[int, tuple[Form, Labels]] = {}


def compiled(form: Form) -> Labels:
    """The compiled labels of a form object, kept while the process lives."""
    entry = _COMPILED.get(id(form))
    if entry is None or entry[0] is not form:
        entry = (form, Labels(form))
        _COMPILED[id(form)] = entry
    return entry[1]

"""The catalogue of findings: each permanent code with severity and words in Japanese and English.

The words are data (`findings.toml`); the pages under docs/reference/findings/ are made from them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lod.errors import LodError
from lod.model import Finding, Origin, Severity

LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says in one language: title, what was expected and what to do next."""

    title: str
    expected: str
    todo: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the catalogue."""

    code: str
    severity: Severity
    ja: Words
    en: Words

    def words(self, lang: str) -> Words:
        return self.en if lang == "en" else self.ja


@cache
def catalogue() -> dict[str, Kind]:
    """Every kind of finding by code."""
    table = tomllib.loads(resources.files("lod").joinpath("findings.toml").read_text(encoding="utf-8"))
    return {
        code: Kind(code, Severity(entry["severity"]), Words(**entry["ja"]), Words(**entry["en"]))
        for code, entry in table.items()
    }


def finding(code: str, source: str, origin: Origin | None = None, seen: str = "", **params: object) -> Finding:
    """Makes a Finding of a known code; its severity is the catalogue's."""
    given = tuple((key, str(value)) for key, value in params.items())
    return Finding(code, catalogue()[code].severity, source, origin, seen, given)


class _Params(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def explain(item: Finding | LodError, lang: str = "ja") -> Words:
    """The catalogue's words for a finding or an error, filled in."""
    words = catalogue()[item.code].words(lang)
    params = _Params({key: str(value) for key, value in dict(item.params).items()})
    return Words(*(text.format_map(params) for text in (words.title, words.expected, words.todo)))

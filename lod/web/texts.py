"""The words of the pages: `texts.toml`, complete in Japanese and English (a test says so)."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources

from lod.text.era import fiscal_year_labels

LANGUAGES = ("ja", "en")


@cache
def table() -> dict[str, dict[str, str]]:
    """Every text by its key (`section.name`), then by language."""
    sections = tomllib.loads(resources.files("lod.web").joinpath("texts.toml").read_text(encoding="utf-8"))
    return {f"{section}.{name}": words for section, entries in sections.items() for name, words in entries.items()}


def text(key: str, lang: str, **params: object) -> str:
    """One text, filled in. An unknown key raises KeyError."""
    words = table()[key][lang]
    return words.format_map({name: str(value) for name, value in params.items()}) if params else words


def day(iso: str, lang: str) -> str:
    """2016-04-01 → 平成28年4月1日 (2016-04-01); what is no date stays as it is."""
    try:
        given = date.fromisoformat(iso)
    except ValueError:
        return iso
    # Eras change within a fiscal year, so the label is asked of the year that starts in January, not in April.
    label = _era_year(given)
    return f"{label}{given.month}月{given.day}日（{iso}）" if lang == "ja" and label else iso


def _era_year(given: date) -> str:
    """平成28年 for a day of 2016, by the labels of the fiscal year around it."""
    labels = fiscal_year_labels(given.year)
    before_may = (given.month, given.day) < (5, 1)
    return labels[-1 if len(labels) > 1 and before_may else 0].removesuffix("度") if labels else ""

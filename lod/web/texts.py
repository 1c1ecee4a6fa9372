"""The words of the pages: gettext catalogues in `translations/`, complete in Japanese and English (a test says so).

`messages.pot` has every word in Japanese under the key that code and templates name (its context); `en/…/messages.po`
says each in English, so a Japanese word that changes leaves its translation behind until somebody looks at it. Babel
reads them as they are; there is nothing to compile.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib import resources

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from lod.text.era import fiscal_year_labels

LANGUAGES = ("ja", "en")
_HOLE = re.compile(r"%(?:\((\w+)\)s|(%))")


@cache
def table() -> dict[str, dict[str, str]]:
    """Every text by its key (`section.name`), then by language; `{name}` is filled in."""
    english = catalogue("en", "LC_MESSAGES", "messages.po")
    found: dict[str, dict[str, str]] = {}
    for message in catalogue("messages.pot"):
        if message.context and isinstance(message.id, str):
            translated = english.get(message.id, message.context)
            words = str(translated.string) if translated and translated.string else message.id
            found[message.context] = {"ja": _filled(message.id), "en": _filled(words)}
    return found


def catalogue(*path: str) -> Catalog:
    """A file of `translations/`."""
    with resources.files("lod.web").joinpath("translations", *path).open("rb") as file:
        return read_po(file, abort_invalid=True)


def _filled(text: str) -> str:
    """`%(name)s`, which tools for catalogues know and check, as `{name}`."""
    return _HOLE.sub(lambda found: found[2] or f"{{{found[1]}}}", text)


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

"""The words of the catalogue: `words.toml`, complete in Japanese and English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

Texts = dict[str, str]
"""A text by language."""

_NOT_IN_TAGS = re.compile(r"[^\w \-.]+")


@cache
def table() -> dict[str, dict[str, Texts]]:
    return tomllib.loads(resources.files("lod.catalog").joinpath("words.toml").read_text(encoding="utf-8"))


def texts(key: str, **params: object) -> Texts:
    """One text (`section.name`) in both languages. A parameter that is a mapping gives its text of the language."""
    section, _, name = key.rpartition(".")
    filled = {}
    for language, text in table()[section][name].items():
        known = {
            key: value.get(language, value.get("ja", "")) if isinstance(value, Mapping) else value
            for key, value in params.items()
        }
        filled[language] = text.format_map(known)
    return filled


def tag(text: str) -> str:
    """A text as catalogues take keywords: letters, digits, blanks, `-_.`, 2 to 100 characters; '' if none is left."""
    plain = " ".join(_NOT_IN_TAGS.sub(" ", text.replace("'", "")).split())[:100].strip()
    return plain if len(plain) > 1 else ""

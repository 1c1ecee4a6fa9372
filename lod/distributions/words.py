"""The words of the files for download: `words.toml`, complete in Japanese and English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES = ("ja", "en")


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(resources.files("lod.distributions").joinpath("words.toml").read_text(encoding="utf-8"))


def words(key: str, lang: str, params: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """One text (`section.name`), filled in with the parameters' words of the same language."""
    section, _, name = key.rpartition(".")
    text = _table()[section][name][lang]
    return text.format_map({param: known[lang] for param, known in params.items()}) if params else text


def in_both(key: str, params: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """One text in both languages."""
    return {lang: words(key, lang, params) for lang in LANGUAGES}

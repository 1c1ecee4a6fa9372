"""What the command says, in Japanese and English: texts.toml, and the findings catalogue for errors."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from lod.errors import LodError

LANGUAGES = ("ja", "en")


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every text by key and language."""
    table: dict[str, dict[str, str]] = tomllib.loads(
        resources.files("lod.cli").joinpath("texts.toml").read_text(encoding="utf-8")
    )
    return table


class Words:
    """Texts in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **params: object) -> str:
        return texts()[key][self.lang].format(**params)

    def error(self, error: LodError) -> str:
        """An error as a person wants it: code, place, what, what was expected, what to do."""
        from lod.findings import explain

        words = explain(error, self.lang)
        head = f"{self('error')} {error.code}" + (f"  {error.place}" if error.place else "")
        return f"{head}\n  {words.title}\n  {self('expected')}: {words.expected}\n  {self('todo')}: {words.todo}"


def language(args: Sequence[str]) -> str:
    """--lang > LOD_LANG > lod.toml > the locale if it is English > Japanese."""
    for candidate in (_flag(args), os.environ.get("LOD_LANG", ""), _configured()):
        if candidate in LANGUAGES:
            return candidate
    places = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "en" if next((place for place in places if place), "").startswith("en") else "ja"


def _flag(args: Sequence[str]) -> str:
    for at, arg in enumerate(args):
        if arg.startswith("--lang="):
            return arg.partition("=")[2]
        if arg == "--lang" and at + 1 < len(args):
            return args[at + 1]
    return ""


def _configured() -> str:
    """The language of lod.toml; a broken file is reported by the command that needs it."""
    try:
        return str(tomllib.loads(Path("lod.toml").read_text(encoding="utf-8-sig")).get("lang", ""))
    except (OSError, ValueError):
        return ""

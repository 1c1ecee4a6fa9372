"""The catalogue of findings: each permanent code with severity and words in Japanese and English.

The words are data: `findings.toml` for what the program itself says, the shapes for what SHACL says. The pages under
docs/reference/findings/ are made from them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import pyoxigraph as ox

from lod.assets import shapes_dir
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
def _own() -> dict[str, Kind]:
    """The kinds of findings.toml."""
    table = tomllib.loads(resources.files("lod").joinpath("findings.toml").read_text(encoding="utf-8"))
    return {
        code: Kind(code, Severity(entry["severity"]), Words(**entry["ja"]), Words(**entry["en"]))
        for code, entry in table.items()
    }


@cache
def catalogue() -> dict[str, Kind]:
    """Every kind of finding by code, those of the shapes included."""
    kinds = dict(_own())
    for path in sorted(shapes_dir().glob("*.ttl")):
        for kind in _shape_kinds(path):
            if kind.code in kinds:
                raise ValueError(f"code {kind.code} of {path.name} is taken already")
            kinds[kind.code] = kind
    return kinds


def _shape_kinds(path: Path) -> list[Kind]:
    """The rules of a shapes file: every node with a severity and words in both languages."""
    words: dict[str, dict[tuple[str, str], str]] = {}
    severities: dict[str, Severity] = {}
    for triple in ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE):
        if not isinstance(triple.subject, ox.NamedNode):
            continue
        code = triple.subject.value.rpartition("#")[2]
        name = triple.predicate.value.rpartition("#")[2]
        if name == "severity" and isinstance(triple.object, ox.NamedNode):
            severities[code] = Severity(triple.object.value.rpartition("#")[2])
        elif isinstance(triple.object, ox.Literal) and triple.object.language:
            words.setdefault(code, {})[name, triple.object.language] = triple.object.value
    return [
        Kind(code, severity, *(_words(words[code], lang) for lang in LANGUAGES))
        for code, severity in severities.items()
    ]


def _words(words: dict[tuple[str, str], str], lang: str) -> Words:
    return Words(*(words[name, lang] for name in ("message", "description", "hint")))


def finding(code: str, source: str, origin: Origin | None = None, seen: str = "", **params: object) -> Finding:
    """Makes a Finding of a known code; its severity is the catalogue's."""
    given = tuple((key, str(value)) for key, value in params.items())
    return Finding(code, _own()[code].severity, source, origin, seen, given)


class _Params(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def explain(item: Finding | LodError, lang: str = "ja") -> Words:
    """The catalogue's words for a finding or an error, filled in."""
    kind = _own().get(item.code) or catalogue()[item.code]
    words = kind.words(lang)
    params = _Params({key: str(value) for key, value in dict(item.params).items()})
    if isinstance(item, Finding):
        params.setdefault("seen", item.seen)
    return Words(*(text.format_map(params) for text in (words.title, words.expected, words.todo)))

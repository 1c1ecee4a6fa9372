"""What is probably wrong with a query that the parser refuses, and where: its own message is about grammar rules.

The parser names the furthest place it reached, which is often behind the mistake. These are the mistakes that people
make, found in the tokens themselves: a prefix nobody declared, a bracket without its partner, a character typed with a
Japanese keyboard, an operator of another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lod.stores.screening import TOKEN
from lod.vocab import PREFIXES

_OPEN = {"(": ")", "{": "}", "[": "]"}
_LOOKALIKE = {
    **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)},
    **dict.fromkeys("“”„「」『』〝〟″", '"'),
    **dict.fromkeys("‘’′", "'"),
    "\u3000": " ",
    "、": ",",
    "。": ".",
    "・": ".",
    "−": "-",
    "〈": "<",
    "〉": ">",
}
_POSITION = re.compile(r"error at ([0-9]+):([0-9]+): (.*)", re.DOTALL)
_EXPECTED = re.compile(r"expected (?:one of )?")
_MOST_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Line and column count from 1. `hint` is the key of the words that explain, with what fills them in."""

    line: int
    column: int
    message: str
    hint: str = ""
    params: dict[str, str] = field(default_factory=dict)


def diagnose(query: str, message: str) -> Diagnosis:
    """From the parser's message, better where a usual mistake is found."""
    found = _POSITION.match(message)
    line, column, text = (int(found[1]), int(found[2]), found[3]) if found else (1, 1, message)
    reached = _offset(query, line, column)
    for at, hint, params in _mistakes(query):
        if at <= reached + 1:
            return Diagnosis(*place(query, at), _short(text), hint, params)
    if "unbound" in text:
        return Diagnosis(line, column, _short(text), "grouping")
    return Diagnosis(line, column, _short(text))


def _short(text: str) -> str:
    plain = " ".join(_EXPECTED.sub("", text).replace("[_]", "").split())
    return plain if len(plain) <= _MOST_MESSAGE else plain[:_MOST_MESSAGE] + " …"


def _mistakes(query: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    """(offset, hint, words) of what is certainly no SPARQL, in the order in which it stands."""
    declared = {name.lower() for name in re.findall(r"\bPREFIX\s+([\w.\-]*):", query, re.IGNORECASE)}
    found = [*_lookalikes(query), *_undeclared(query, declared), *_brackets(query), *_operators(query)]
    return iter(sorted(found, key=lambda item: item[0]))


def _lookalikes(query: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    for match in TOKEN.finditer(query):
        text = match.group()
        if match.lastgroup == "word" or len(text) == 1:
            for step, char in enumerate(text):
                if char in _LOOKALIKE:
                    yield match.start() + step, "lookalike", {"char": char, "wanted": _LOOKALIKE[char]}


def _undeclared(query: str, declared: set[str]) -> Iterator[tuple[int, str, dict[str, str]]]:
    after_prefix = False
    for match in TOKEN.finditer(query):
        text = match.group()
        if match.lastgroup == "name" and not after_prefix:
            prefix = match.group("name").rstrip(":")
            if prefix.lower() not in declared and not prefix.startswith("_"):
                known = f"PREFIX {prefix}: <{PREFIXES[prefix]}>" if prefix in PREFIXES else ""
                yield match.start(), "prefix_known" if known else "prefix", {"prefix": prefix, "line": known}
        if text.strip() and not text.startswith("#"):
            after_prefix = text.upper() == "PREFIX"


def _brackets(query: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    waiting: list[tuple[int, str]] = []
    for match in TOKEN.finditer(query):
        if match.lastgroup == "open":
            waiting.append((match.start(), match.group()))
        elif match.lastgroup == "close":
            if not waiting or _OPEN[waiting[-1][1]] != match.group():
                yield match.start(), "bracket_extra", {"bracket": match.group()}
                return
            waiting.pop()
    if waiting:
        at, bracket = waiting[-1]
        yield at, "bracket_open", {"bracket": bracket, "wanted": _OPEN[bracket]}


def _operators(query: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    previous, at = "", 0
    for match in TOKEN.finditer(query):
        text = match.group()
        if previous == "=" and text == "=" and match.start() == at + 1:
            yield at, "operator", {"found": "==", "wanted": "="}
        if text in {'"', "'"}:
            yield match.start(), "quote", {"quote": text}
            return
        previous, at = text, match.start()


def _offset(query: str, line: int, column: int) -> int:
    lines = query.split("\n")
    return sum(len(text) + 1 for text in lines[: line - 1]) + column - 1


def place(query: str, offset: int) -> tuple[int, int]:
    """Line and column of a character, both from 1."""
    before = query[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def excerpt(query: str, line: int, column: int) -> str:
    """The line with a mark below the column, cut to a window around it. Wide characters take two columns."""
    lines = query.split("\n")
    text = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    start = max(0, column - 1 - 60)
    before = text[start : column - 1]
    width = sum(2 if ord(char) >= 0x1100 else 1 for char in before)
    return f"{text[start : start + 120]}\n{' ' * width}^"

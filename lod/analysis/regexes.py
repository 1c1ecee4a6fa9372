"""Regular expressions that are looked for in texts of strangers' choice: only harmless ones."""

from __future__ import annotations

from lod.analysis.tokens import BeyondError

_UNSAFE = frozenset("\\()|{}*+?[]^$")


def check_regex(text: str) -> None:
    """Only what means the same in every dialect and cannot run away: characters, `.`, classes of characters, each
    repeated at most in three places. Raises BeyondError."""
    repeats = 0
    at = 0
    while at < len(text):
        char = text[at]
        if char == "[":
            end = text.find("]", at + 1)
            inside = text[at + 1 : end] if end > at + 1 else ""
            if not inside or not inside.replace("-", "").isalnum() or inside.startswith("-") or inside.endswith("-"):
                raise BeyondError("class")
            if any(left >= right for left, right in _ranges(inside)):
                raise BeyondError("range")
            at = end
        elif char in _UNSAFE or ord(char) < 0x20:
            raise BeyondError(char)
        at += 1
        mark, at = _repeat(text, at)
        repeats += bool(mark)
    if repeats > 3 or not text:
        raise BeyondError("repeats")


def _ranges(inside: str) -> list[tuple[str, str]]:
    found = [(inside[at - 1], inside[at + 1]) for at in range(1, len(inside) - 1) if inside[at] == "-"]
    if len(found) < inside.count("-") or "--" in inside:
        raise BeyondError("range")
    return found


def _repeat(text: str, at: int) -> tuple[str, int]:
    """The quantifier at a place: `*`, `+`, `?` or `{n}`."""
    if at < len(text) and text[at] in "*+?":
        return text[at], at + 1
    if at < len(text) and text[at] == "{":
        end = text.find("}", at)
        if end > at and text[at + 1 : end].isascii() and text[at + 1 : end].isdigit() and int(text[at + 1 : end]) < 100:
            return text[at : end + 1], end + 1
        raise BeyondError("{")
    return "", at

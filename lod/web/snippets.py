"""A text with the places marked where the words of a search stand, cut to a window around them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TypeAlias

from lod.querying.words import Word
from lod.text.folding import folded_pieces, search_key

Piece: TypeAlias = tuple[str, bool]
"""A part of a text, and whether it is what was searched for."""
WINDOW = 110
"""Characters that a snippet shows."""
BEFORE = 30
STOPS = "。！？\n"


def hits(text: str, words: Sequence[Word]) -> int:
    """How many of the words a text has."""
    key = search_key(text)
    return sum(word.is_in(key) for word in words)


def marked(text: str, words: Sequence[Word]) -> list[Piece]:
    """The whole text in parts, marked or not; joined they are the text."""
    return _parts(text, _flags(text, words), 0, len(text))


def snippet(text: str, words: Sequence[Word], most: int = WINDOW) -> list[Piece]:
    """The text around its first hit, with … where something is left out."""
    flags = _flags(text, words)
    if len(text) <= most + 20:
        return _parts(text, flags, 0, len(text))
    first = flags.index(True) if True in flags else 0
    start = _start(text, first)
    end = min(len(text), start + most)
    start = max(0, min(start, end - most))
    parts = _parts(text, flags, start, end)
    return [*([("…", False)] if start else []), *parts, *([("…", False)] if end < len(text) else [])]


def _start(text: str, first: int) -> int:
    """Where the sentence with the first hit begins, if that is near; else a little before the hit."""
    if first <= BEFORE:
        return 0
    for at in range(first, max(first - 2 * BEFORE, 0), -1):
        if text[at - 1] in STOPS:
            return at
    return first - BEFORE


def _flags(text: str, words: Sequence[Word]) -> list[bool]:
    """For each character, whether it belongs to a hit. Nothing is marked where the key cannot be taken apart."""
    flags = [False] * len(text)
    origins: list[int] = []
    whole, at = "", 0
    for piece, key in folded_pieces(text):
        origins += [at] * len(key)
        whole += key
        at += len(piece)
    if whole != search_key(text):
        return flags
    origins.append(len(text))
    for wanted in {key for word in words for key in word.keys}:
        place = whole.find(wanted)
        while place >= 0:
            first, last = origins[place], origins[place + len(wanted) - 1]
            end = next(origin for origin in origins[place + len(wanted) :] if origin > last)
            flags[first:end] = [True] * (end - first)
            place = whole.find(wanted, place + 1)
    return flags


def _parts(text: str, flags: Sequence[bool], start: int, end: int) -> list[Piece]:
    groups = groupby(range(start, end), key=flags.__getitem__)
    return [("".join(text[at] for at in places), flag) for flag, places in groups]

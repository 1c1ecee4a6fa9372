"""Names for what somebody has begun to type, and names near a word that nothing has."""

from __future__ import annotations

from difflib import SequenceMatcher

from lod.querying.index import Index
from lod.querying.words import Word
from lod.text.folding import search_key

LOOKED_AT = 200
"""Names that are looked at to make a few suggestions."""
_LIKENESS = 0.5
_SHORTEST_NEAR = 3


def suggestions(index: Index, text: str, seconds: float) -> list[int]:
    """Things with a name, reading or code that begins with a text, then those that contain it elsewhere.

    Both in order of rank.
    """
    key = search_key(text)
    if not key:
        return []
    with index.reading(seconds) as reading:
        found = dict.fromkeys(sorted(reading.first_named_from(key, LOOKED_AT)))
        found |= dict.fromkeys(sorted(reading.first_named_with(key, LOOKED_AT)))
    return list(found)


def near(index: Index, word: Word, seconds: float) -> list[int]:
    """Things whose name shares pairs of characters with a word, the likest first."""
    key = word.keys[0]
    if len(key) < _SHORTEST_NEAR:
        return []
    with index.reading(seconds) as reading:
        named = reading.names_sharing([key[at : at + 2] for at in range(len(key) - 1)], LOOKED_AT)
    ranked = [(-SequenceMatcher(None, key, name).ratio(), name, thing) for thing, name in named]
    return [thing for likeness, _, thing in sorted(ranked) if -likeness >= _LIKENESS]

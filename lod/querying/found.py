"""Reads the search index of a release: what has the words asked for, in order of rank, counted by facet.

A thing is found if each word stands in one of its own texts or in the name of what it belongs to (municipality, year,
department, section, program), and at least one word in its own. Names found as a whole come first, then names that
begin so, then names with all words, then the rest; among equals by the number of the thing (lod/search/building.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lod.querying.index import Index, Reading
from lod.querying.words import Word
from lod.search.layout import CONTEXTS

FACETS = ("kind", "city", "year", "department", "section")


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of things in order of rank, and for each facet (value, how many things of this result have it).

    The counts of a facet leave its own choice aside, so that another one can be made.
    """

    things: Sequence[int]
    facets: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)


def find(index: Index, words: Sequence[Word], chosen: Mapping[str, int], seconds: float) -> Found:
    """What is found. `chosen` are values of facets: a number of KINDS, else of a thing. Raises TooSlowError."""
    if not words:
        return Found(())
    with index.reading(seconds) as reading:
        own = [reading.things(word) for word in words]
        universe = set[int]().union(*(found.all for found in own))
        for word, found in zip(words, own, strict=True):
            if len(words) > 1:
                universe &= found.all | _belonging(index, universe, reading, word, found.named)
        whole = "".join(word.keys[0] for word in words)
        tiers = (
            reading.named(whole) | _years(reading, words),
            reading.named_from(whole),
            set.intersection(*(found.named for found in own)),
            universe,
        )
    return _chosen(index, _ranked(universe, tiers), chosen)


def _years(reading: Reading, words: Sequence[Word]) -> set[int]:
    """A year that is asked for by any of its names is found as a whole."""
    return _year(reading, words[0]) if len(words) == 1 else set()


def _year(reading: Reading, word: Word) -> set[int]:
    """The year that a word names, where the release has it."""
    return {reading.year(word.year)} - {-1} if word.year else set()


def _belonging(index: Index, things: Collection[int], reading: Reading, word: Word, named: Collection[int]) -> set[int]:
    """Those of some things that belong to one which the word names."""
    names = set(named) | _year(reading, word)
    found: set[int] = set()
    ordered = list(things)
    for context in CONTEXTS:
        found.update(index.having(ordered, context, names))
    return found


def _ranked(universe: set[int], tiers: Sequence[set[int]]) -> list[int]:
    """All things found, those of an earlier tier first."""
    ordered: list[int] = []
    rest = universe
    for tier in tiers:
        here = rest & tier
        ordered += sorted(here)
        rest = rest - here
    return ordered


def _chosen(index: Index, things: list[int], chosen: Mapping[str, int]) -> Found:
    """The things that all chosen values hold of, and the counts of each facet without its own choice."""
    passing = {name: set(index.having(things, name, {value})) for name, value in chosen.items()}
    result = [thing for thing in things if all(thing in passed for passed in passing.values())] if chosen else things
    facets = {}
    for name in FACETS:
        others = [passed for other, passed in passing.items() if other != name]
        counted = result if name not in chosen else [t for t in things if all(t in passed for passed in others)]
        facets[name] = index.counts(counted, name)
    return Found(result, facets)

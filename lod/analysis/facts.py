"""The merged facts of a release as sorted columns of numbers, mapped into memory: shared by all processes that read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyoxigraph as ox

from lod.analysis.terms import Ids, Term, Terms, group_from, mapped
from lod.stores.oxigraph import LABEL_TERMS, LABELS_KEPT

FOLDER = "columns"
FILE = "columns.json"
VERSION = 2
"""Of the files' layout. Columns of another layout are not read; the store answers then."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The pairs of one predicate, sorted by `keys`, then by `values`. `distinct` counts the keys."""

    keys: Ids
    values: Ids
    distinct: int

    @property
    def single(self) -> bool:
        """Whether each key has one value."""
        return self.distinct == len(self.keys)


@dataclass(frozen=True, slots=True)
class Predicate:
    """The triples of one predicate, by subject and by object."""

    by_subject: Sorted
    by_object: Sorted

    def __len__(self) -> int:
        return len(self.by_subject.keys)


class Around:
    """For each term the triples at one end of which it stands, in the order of the store: what the other end is, and by
    which predicate, as its place in the list of all."""

    def __init__(self, folder: Path, name: str) -> None:
        self._starts, self._predicates, self._others = (
            mapped(folder / f"{name}_{part}.npy").data for part in ("starts", "predicates", "others")
        )

    def count(self, number: int) -> int:
        return int(self._starts[number + 1] - self._starts[number])

    def pairs(self, number: int, first: int = 0, most: int | None = None) -> Iterator[tuple[int, int]]:
        """(predicate, other end) of the triples of a term; at most so many, from one on."""
        low, high = self._starts[number] + first, self._starts[number + 1]
        span = slice(low, high if most is None else min(high, low + most))
        return zip(self._predicates[span].tolist(), self._others[span].tolist(), strict=True)

    def others(self, number: int, predicate: int) -> Ids:
        """What stands at the other end of the triples of a term with a predicate."""
        span = slice(self._starts[number], self._starts[number + 1])
        return cast("Ids", np.asarray(self._others[span])[np.asarray(self._predicates[span]) == predicate])


class Facts:
    """All triples of the default graph. Raises OSError, ValueError where the files are not whole."""

    def __init__(self, folder: Path) -> None:
        table: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if table["version"] != VERSION:
            raise ValueError(table["version"])
        self.terms = Terms(folder, [group_from(item) for item in table["groups"]])
        columns = {
            name: mapped(folder / f"{name}.npy") for name in ("subjects", "objects", "objects_first", "subjects_second")
        }
        self.predicates: dict[str, Predicate] = {}
        for entry in table["predicates"]:
            span = slice(entry["start"], entry["end"])
            self.predicates[entry["iri"]] = Predicate(
                Sorted(columns["subjects"][span], columns["objects"][span], entry["subjects"]),
                Sorted(columns["objects_first"][span], columns["subjects_second"][span], entry["objects"]),
            )
        self.count = len(columns["subjects"])
        self._names = [ox.NamedNode(iri) for iri in self.predicates]
        self._places = {iri: place for place, iri in enumerate(self.predicates)}
        self._of, self._to = Around(folder, "of"), Around(folder, "to")
        self._label_places = [self._places[iri] for iri in LABEL_TERMS if iri in self._places]
        self.labels = lru_cache(maxsize=LABELS_KEPT)(self._labels)

    # What is said of a thing, as the store gives it and in its order

    def states(self, iri: str) -> bool:
        """Whether anything is said of a thing."""
        number = self.terms.iri_number(iri)
        return number is not None and self._of.count(number) > 0

    def about(self, iri: str) -> list[ox.Triple]:
        """What is said of a thing."""
        number = self.terms.iri_number(iri)
        if number is None:
            return []
        subject, names, term = cast("ox.NamedNode", self.terms.term(number)), self._names, self.terms.term
        return [ox.Triple(subject, names[place], term(value)) for place, value in self._of.pairs(number)]

    def count_about(self, iri: str) -> int:
        """How many triples say something of a thing."""
        number = self.terms.iri_number(iri)
        return 0 if number is None else self._of.count(number)

    def _labels(self, iri: str) -> tuple[ox.Triple, ...]:
        """The names of a thing, one property after the other."""
        number = self.terms.iri_number(iri)
        if number is None:
            return ()
        subject, term = cast("ox.NamedNode", self.terms.term(number)), self.terms.term
        return tuple(
            ox.Triple(subject, self._names[place], term(value))
            for place in self._label_places
            for value in self._of.others(number, place).tolist()
        )

    def pointing_to(self, iri: str, most: int, first: int = 0) -> list[ox.Triple]:
        """What points to a thing: at most so many, from one on."""
        number = self.terms.iri_number(iri)
        if number is None:
            return []
        value, names, term = self.terms.term(number), self._names, self.terms.term
        return [
            ox.Triple(cast("ox.NamedNode", term(subject)), names[place], value)
            for place, subject in self._to.pairs(number, first, most)
        ]

    def count_pointing_to(self, iri: str) -> int:
        """How many triples point to a thing."""
        number = self.terms.iri_number(iri)
        return 0 if number is None else self._to.count(number)

    def subjects(self, predicate: str, value: str, most: int) -> list[Term]:
        """The things whose property has an IRI as its value: at most so many."""
        number, place = self.terms.iri_number(value), self._places.get(predicate)
        if number is None or place is None:
            return []
        return [self.terms.term(subject) for subject in self._to.others(number, place)[:most].tolist()]


@lru_cache(maxsize=4)
def shared(release: Path) -> Facts | None:
    """The columns of a release, opened once in a process for all who read them there."""
    return opened(release)


def opened(release: Path) -> Facts | None:
    """The columns of a release; None where it has none that can be read: the store answers everything."""
    try:
        return Facts(release / FOLDER)
    except (OSError, ValueError, KeyError):
        return None

"""The merged facts of a release as sorted columns of numbers, mapped into memory: shared by all processes that read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lod.analysis.terms import Ids, Terms, group_from, mapped

FOLDER = "columns"
FILE = "columns.json"
VERSION = 1
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


def opened(release: Path) -> Facts | None:
    """The columns of a release; None where it has none that can be read: the store answers everything."""
    try:
        return Facts(release / FOLDER)
    except (OSError, ValueError, KeyError):
        return None

"""The editions that a store holds, in the order in which files are written: by city, year, department and stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode

from lod.iri import Mint
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import MPOL, RDF

STAGES = ("plan", "interim", "final", "year-end")
"""In the order of the year; the last of them that a policy has says most."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One paper edition."""

    city: str
    year: int
    unit: str
    stage: str

    @property
    def key(self) -> tuple[str, int, str, str]:
        return self.city, self.year, self.unit, self.stage


def editions(store: ReleaseStore, mint: Mint) -> list[Edition]:
    """Every edition of the release. About 200 bytes of memory each: all else is read one policy at a time."""
    found = []
    for triple in store.triples(None, RDF.type, MPOL.SourceDocument):
        key = mint.edition(triple.subject.value) if isinstance(triple.subject, NamedNode) else None
        if key:
            found.append(Edition(*key))
    return sorted(found, key=lambda item: (item.city, item.year, item.unit, rank(item.stage)))


def rank(stage: str) -> tuple[int, str]:
    """Where a stage stands in the year; one that is not known comes last."""
    return (STAGES.index(stage), "") if stage in STAGES else (len(STAGES), stage)


def by_year(found: list[Edition]) -> Iterator[tuple[str, int, list[Edition]]]:
    """(city, year, editions) for each city and fiscal year."""
    for (city, year), group in groupby(found, lambda item: (item.city, item.year)):
        yield city, year, list(group)


def by_policy(found: list[Edition]) -> Iterator[list[Edition]]:
    """The editions of each policy: plan, interim report, final report of one department and year."""
    for _, group in groupby(found, lambda item: (item.city, item.year, item.unit)):
        yield list(group)

"""What each thing belongs to (municipality, years, departments, sections, programs), in runs of things alike.

Things are numbered by kind, year and address, so that those of one paper stand together: a column is few runs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lod.querying.found import FACETS
from lod.querying.index import Index
from lod.search.layout import CONTEXTS
from lod.site.search.numbers import encoded, numbers

BLOCK = 4096
"""Things of one entry."""
COLUMNS = tuple(name for name in FACETS if name in CONTEXTS)
"""What results are counted by: in one entry. Programs, which only some searches need, stand apart."""
PROGRAM = next(name for name in CONTEXTS if name not in FACETS)


def blocks(index: Index, name: str) -> Iterator[tuple[int, str]]:
    """(first thing, runs) of one column: of each run its length, how many members, and these.

    The first member is told by its distance from that of the run before (n as 2n, -n as 2n - 1), the others by their
    distance from the member before.
    """
    column = numbers(index.column(name))
    for first in range(0, len(column), BLOCK):
        yield first, _runs(index, name, first, column[first : first + BLOCK])


def _runs(index: Index, name: str, first: int, values: np.ndarray[tuple[int], np.dtype[np.int64]]) -> str:
    starts = np.concatenate(([0], np.flatnonzero(np.diff(values)) + 1, [len(values)]))
    found: list[int] = []
    before = 0
    for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        members = index.contexts(first + start, name)
        found += [end - start, len(members)]
        if members:
            distance = members[0] - before
            found.append(2 * distance if distance >= 0 else -2 * distance - 1)
            found += np.diff(members).tolist()
            before = members[0]
    return encoded(numbers(found))


def holders(index: Index) -> list[int]:
    """The things that others belong to, those that results are counted by."""
    found: set[int] = set()
    for name in COLUMNS:
        column = index.column(name)
        singles = np.unique(numbers(column))
        found.update(singles[singles >= 0].tolist())
        found.update(index.column(f"{name}.members"))
    return sorted(found)

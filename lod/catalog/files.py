"""The files for download that belong to each data set."""

from __future__ import annotations

from collections.abc import Iterable

from lod.iri import SERIES
from lod.stores.distribution import Distribution

ALL = "all"
_DATA = ("quads", "graph", "table", "tables")
"""The kinds that hold data; checksums, citation and metadata tell of the others."""


def identifier(code: str = "", year: int | None = None) -> str:
    """The key of a data set: 142034-dept-policy-2016; `all` for that of everything."""
    return f"{code}-{SERIES}-{year}" if code else ALL


def of_data(items: Iterable[Distribution]) -> dict[str, list[Distribution]]:
    """The files with data, by the identifier of their data set. A file of a city's every year belongs to all."""
    found: dict[str, list[Distribution]] = {}
    for item in items:
        if item.kind in _DATA:
            whole = not item.city or item.year is None
            found.setdefault(ALL if whole else identifier(item.city, item.year), []).append(item)
    return found

"""What is made of a checked release before it is sealed. A new product is one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from lod import analysis, distributions, places
from lod.catalog.contents import count_contents
from lod.findings import finding
from lod.history import list_things
from lod.model import Finding
from lod.search import search_index
from lod.stores.draft import ReleaseDraft

Product: TypeAlias = Callable[[ReleaseDraft], None]

PRODUCTS: tuple[Product, ...] = (
    distributions.write,
    count_contents,
    search_index,
    analysis.write,
    places.write,
    list_things,
)
"""In this order: a later one may read what an earlier one wrote. The same release gives the same bytes."""


def left_out() -> list[Finding]:
    """What this machine cannot make, for want of an optional package. It belongs to what a release is made of."""
    return [] if distributions.makes_parquet() else [finding("B09", "dumps/tables")]

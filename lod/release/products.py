"""What is made of a checked release before it is sealed. A new product is one line here."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import TypeAlias

from lod.stores.draft import ReleaseDraft

Product: TypeAlias = Callable[[ReleaseDraft], None]


def all_quads(draft: ReleaseDraft) -> None:
    """Every quad in one file."""
    path = draft.folder / "dumps" / "all.nq.gz"
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        draft.store.dump(packed)


PRODUCTS: tuple[Product, ...] = (all_quads,)
"""In this order: a later one may read what an earlier one wrote. The same release gives the same bytes."""

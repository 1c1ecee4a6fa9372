"""A release that is being made: what its products (dumps, tables, indexes, catalogue) are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lod.config import Settings
from lod.municipality import Municipality
from lod.stores.oxigraph import ReleaseStore


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """A checked release before its manifest is written. Products write below `folder` and nowhere else.

    `store` is open for reading; `papers` and `quads` count what it holds.
    """

    identifier: str
    folder: Path
    settings: Settings
    municipalities: Sequence[Municipality]
    store: ReleaseStore
    papers: int
    quads: int

"""A release that is being made: what its products (dumps, tables, indexes, catalogue) are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lod.config import Settings
from lod.municipality import Municipality
from lod.stores.oxigraph import ReleaseStore


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """A checked release before its manifest is written. Products write below `folder` and nowhere else.

    `store` is open for reading; `papers` and `quads` count what it holds. `files` are the papers' files within each
    municipality's folder, by SHA-256; two years may have the same file.
    """

    identifier: str
    folder: Path
    settings: Settings
    municipalities: Sequence[Municipality]
    store: ReleaseStore
    papers: int
    quads: int
    files: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    def paper(self, city: str, year: int, digest: str) -> str:
        """The file of a paper, '' if it is not known; of several with the same bytes the one in its year's folder."""
        known = self.files.get(city, {}).get(digest, ())
        return next((path for path in known if path.startswith(f"sources/{year}/")), known[0] if known else "")

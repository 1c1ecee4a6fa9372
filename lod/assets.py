"""Finds the packaged data: ontology/, shapes/ and data/ of the repository, or their copies inside the wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _root() -> Path:
    """The folder that holds the three: `lod/_data` in an installed wheel, the repository in an editable install."""
    packaged = _PACKAGE / "_data"
    return packaged if packaged.is_dir() else _PACKAGE.parent


def ontology_dir() -> Path:
    """mupol.ttl, alignments.ttl, context.jsonld, codes/, examples/."""
    return _root() / "ontology"


def shapes_dir() -> Path:
    """The SHACL shapes, one Turtle file per family."""
    return _root() / "shapes"


def sample_dir() -> Path:
    """The municipalities published as a sample, one folder each."""
    return _root() / "data"


def read_text(*parts: str) -> str:
    """The text of one packaged file: `read_text("ontology", "mupol.ttl")`. Raises OSError if there is none."""
    return _root().joinpath(*parts).read_text(encoding="utf-8")

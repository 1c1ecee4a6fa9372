"""corrections.toml of a municipality: passages of papers that a person has corrected.

    [[correction]]
    paper = "sources/2016/sangyo-shinko-2016.txt"
    line = 9
    printed = "とりい 替 ^い 鳥居 替 ^い"       # stands once in that line, exactly as printed
    corrected = "とりい さとる 鳥居 悟"
    by = "産業振興課"                          # who decided
    decided = 2026-11-24
    reason = "原本と照合"

The paper itself is never changed. It is read as corrected, and what is printed is kept with the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lod.errors import UsageError
from lod.written import checked

FILE = "corrections.toml"
MAX_TEXT = 5000
_Passage = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=r"^[^\n\r\t]*$")]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Entry(BaseModel):
    """One correction. `line` counts from 1; an empty `corrected` takes the passage out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    paper: str
    line: Annotated[int, Field(ge=1)]
    printed: Annotated[_Passage, StringConstraints(min_length=1)]
    corrected: _Passage
    by: _Words
    decided: date
    reason: _Words


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    correction: list[Entry] = []


def parse(text: str, place: str, papers: Iterable[str]) -> tuple[Entry, ...]:
    """The entries of a file. Raises UsageError E01 for what is none, E02 for a paper that is not among `papers`."""
    entries = checked(_File, text, place, "E01").correction
    known = set(papers)
    for number, entry in enumerate(entries, 1):
        if entry.paper not in known:
            raise UsageError("E02", place=f"{place}: correction.{number}.paper", paper=entry.paper)
    return tuple(entries)

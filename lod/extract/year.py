"""Fiscal year and as-of date: from labels first, then the title, then what the folder says; never the first seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from lod.extract.reading import Reading, Row, part
from lod.model import Cell, Status, Value
from lod.text.era import find_dates

_SOURCES = ("goals", "plan", "interim", "final", "basic_policy", "programs", "title")


def read_fiscal_year(reading: Reading, hint: int | None, as_of: date | None) -> Value[int] | None:
    """The year that most labels name; a tie goes to the goals' label. Disagreement is a finding (F05)."""
    votes = Counter(year for year, _, _ in reading.years)
    if not votes:
        return _unprinted(reading, hint, as_of)
    ranked = sorted(votes, key=lambda year: (-votes[year], _rank(reading, year)))
    year = ranked[0]
    evidence = [(source, cell) for named, source, cell in reading.years if named == year]
    cell = min(evidence, key=lambda pair: _SOURCES.index(pair[0]))[1]
    if len(votes) > 1:
        others = [other for named, _, other in reading.years if named != year]
        reading.note("F05", others[0], chosen=year, other=", ".join(str(other) for other in ranked[1:]))
    if hint is not None and hint != year:
        reading.note("F06", cell, printed=year, folder=hint)
    reading.mapped(cell)
    return Value(year, cell.text, (cell.origin,), Status.PRINTED)


def _rank(reading: Reading, year: int) -> int:
    return min(_SOURCES.index(source) for named, source, _ in reading.years if named == year)


def _unprinted(reading: Reading, hint: int | None, as_of: date | None) -> Value[int] | None:
    """No label names a year: the folder's; without one there is none (a date of staff is no year of a policy)."""
    if hint is None:
        reading.note("F07", as_of=as_of or "")
        return None
    reading.note("F08", folder=hint)
    return Value(hint, "", (), Status.METADATA)


def read_as_of(reading: Reading, rows: Sequence[Row]) -> Value[date] | None:
    """The date of which the numbers of staff are, from the form's sentence: 職員数は平成28年4月1日現在."""
    for row in rows:
        for cell in row.filled:
            for found, start, end in find_dates(cell.text):
                if any(_says(pattern, cell.text, start, end) for pattern in reading.form.as_of):
                    reading.boilerplate(_statement(cell, start, end))
                    reading.mapped(part(cell, start, end))
                    origin = part(cell, start, end)
                    return Value(found, origin.text, (origin.origin,))
    return None


def _says(pattern: str, text: str, start: int, end: int) -> bool:
    before, _, after = pattern.partition("{日付}")
    plain_before = re.sub(r"\s", "", text[:start])
    plain_after = re.sub(r"\s", "", text[end:])
    return re.search(f"{before}\\Z", plain_before) is not None and re.match(after, plain_after) is not None


def _statement(cell: Cell, start: int, end: int) -> Cell:
    """The sentence around the date: the whole cell if it is short, else up to the punctuation around it."""
    if len(cell.text) <= 60:
        return cell
    left = max(cell.text.rfind(mark, 0, start) for mark in "。(（※\n")
    right = min((at for mark in "。)）" if (at := cell.text.find(mark, end)) >= 0), default=len(cell.text) - 1)
    return part(cell, max(left, 0), right + 1)

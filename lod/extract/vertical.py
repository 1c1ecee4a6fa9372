"""A table of programs whose cells stand below each other, one to a line, as copied from a page or read from a picture.

Such lines are given the columns that they had: names left, labels and texts right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from lod.extract.reading import Reading, Row, is_sentence, part
from lod.text.width import round_brackets

_IN_BRACKETS = re.compile(r"\(([^()]*)\)\s*\Z")
_STAGES = ("plan", "interim", "final")


def is_vertical(rows: Sequence[Row]) -> bool:
    """Whether no line has a second cell."""
    return bool(rows) and all(len(row.filled) == 1 and row.cells[0].text.strip() for row in rows)


def as_table(reading: Reading, rows: Sequence[Row]) -> list[Row]:
    """The rows with a left and a right column. A line names a program if it ends with units in brackets, or if it is no
    sentence and the label of a plan follows."""
    keys = [label.key if (label := reading.labels.find(row.cells[0].text)) else None for row in rows]
    if not any(key in _STAGES for key in keys):
        return list(rows)
    found = []
    for row, key, following in zip_longest(rows, keys, keys[1:]):
        named = key is None and (_names_units(reading, row) or (following == "plan" and _is_short(row)))
        found.append(row if named or key == "programs" else _moved(row))
    return found


def _names_units(reading: Reading, row: Row) -> bool:
    match = _IN_BRACKETS.search(round_brackets(row.cells[0].text))
    joiners = "|".join(map(re.escape, reading.form.section_joiners))
    return match is not None and all(
        name.strip().endswith(reading.form.unit_suffixes) for name in re.split(joiners, match.group(1))
    )


def _is_short(row: Row) -> bool:
    return not is_sentence(row.cells[0].text)


def _moved(row: Row) -> Row:
    """The line with an empty cell before it."""
    return replace(row, cells=(part(row.cells[0], 0, 0), *row.cells), kind="table")

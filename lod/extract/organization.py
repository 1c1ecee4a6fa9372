"""The table of the department: its name, its heads, its sections with their heads and number of staff.

The table is two tables printed as one (merged cells): labels with their values on the left, sections on the right.
So a row says nothing of what belongs together: the left columns are read by label, the right ones by header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lod.extract.columns import find_columns
from lod.extract.department import read_department
from lod.extract.joining import join_rows
from lod.extract.reading import Reading, Row
from lod.extract.sections import read_sections
from lod.model import PostHolder, Section, Value


@dataclass(slots=True)
class Organization:
    """What the table says."""

    department: Value[str] | None = None
    heads: list[PostHolder] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


def read_organization(reading: Reading, rows: Sequence[Row]) -> Organization:
    """Reads the rows of the table (and stray lines among them, which stay unplaced)."""
    logical = join_rows(rows, lambda cell: reading.labels.find(cell.text) is not None)
    tabular = [row for row in logical if row.tabular]
    if not tabular:
        return Organization()
    columns = find_columns(reading, tabular)
    department, heads = read_department(reading, tabular, columns)
    return Organization(department, heads, read_sections(reading, tabular, columns))

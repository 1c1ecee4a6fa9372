"""The right columns of the table of the department: sections with their heads and number of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lod.extract.columns import Columns, is_unit, parse_count
from lod.extract.joining import LogicalRow
from lod.extract.people import read_holders
from lod.extract.reading import Reading, stripped
from lod.form import Post
from lod.model import Cell, Section, Value
from lod.text.width import fold


@dataclass(slots=True)
class _Draft:
    name: list[Cell] = field(default_factory=list)
    head: list[Cell] = field(default_factory=list)
    count: list[Cell] = field(default_factory=list)


def read_sections(reading: Reading, rows: Sequence[LogicalRow], columns: Columns) -> list[Section]:
    """The sections in the order printed; a row of totals is none of them."""
    drafts: list[_Draft] = []
    sections: list[Section] = []
    for row in rows:
        name, head, count = (_value_cell(reading, row, at) for at in (columns.section, columns.head, columns.headcount))
        if not (name or head or count):
            continue
        if drafts and _continues(reading, drafts[-1], name, head, count):
            draft = drafts[-1]
        else:
            draft = _Draft()
            drafts.append(draft)
        draft.name += name
        draft.head += head
        draft.count += count
    totals = [draft for draft in drafts if fold("".join(cell.text for cell in draft.name)) in reading.form.total_words]
    drafts = [draft for draft in drafts if draft not in totals]
    for draft in drafts:
        if draft.name:
            sections.append(_section(reading, draft, columns.post))
        else:
            reading.note("L02", stripped((draft.head or draft.count)[0]))
    _check_totals(reading, totals, sections)
    return sections


def _check_totals(reading: Reading, totals: list[_Draft], sections: list[Section]) -> None:
    """A row of totals is no section: its number is compared with the sum of the sections."""
    summed = sum(section.headcount.value for section in sections if section.headcount)
    for draft in totals:
        for cell in (*draft.name, *draft.head, *draft.count):
            reading.boilerplate(cell)
        printed = parse_count(reading, "".join(cell.text for cell in draft.count))
        if printed is not None and printed != summed:
            reading.note("H12", stripped(draft.count[0]), printed=printed, summed=summed)


def _value_cell(reading: Reading, row: LogicalRow, index: int | None) -> list[Cell]:
    if index is None or index >= len(row.cells) or not row.text(index) or reading.labels.find(row.text(index)):
        return []
    return [piece for piece in row.cells[index] if piece.text.strip()]


def _continues(reading: Reading, draft: _Draft, name: list[Cell], head: list[Cell], count: list[Cell]) -> bool:
    """Whether a row goes on with the section above: no name of its own, or the rest of a name broken in two."""
    if not name:
        return not (draft.count and count)
    whole = is_unit(reading, tuple(draft.name))
    together = is_unit(reading, (*draft.name, *name))
    return not whole and together and not (draft.count and count) and not (draft.head and head)


def _section(reading: Reading, draft: _Draft, post: Post) -> Section:
    heads = read_holders(reading, draft.head, post)
    return Section(reading.text(draft.name), tuple(heads), _headcount(reading, draft.count))


def _headcount(reading: Reading, pieces: list[Cell]) -> Value[int] | None:
    text = "".join(piece.text.strip() for piece in pieces)
    if not pieces or text in reading.form.vacant:
        for piece in pieces:
            reading.boilerplate(piece)
        return None
    number = parse_count(reading, text)
    if number is None:
        for piece in pieces:
            reading.withheld(piece)
        reading.note("H10", stripped(pieces[0]))
        return None
    value = reading.text(pieces)
    return Value(number, value.raw, value.origins)

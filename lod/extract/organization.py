"""The table of the department: its name, its heads, its sections with their heads and number of staff.

The table is two tables printed as one (merged cells): labels with their values on the left, sections on the right.
So a row says nothing of what belongs together: the left columns are read by label, the right ones by header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lod.extract.joining import LogicalRow, join_rows
from lod.extract.people import read_holders
from lod.extract.reading import Reading, Row, part, stripped
from lod.form import Post
from lod.model import Cell, PostHolder, Section, Status, Value
from lod.text.furigana import is_kana
from lod.text.numerals import parse_integer
from lod.text.width import compose_kana, fold, half_width

Pieces = tuple[Cell, ...]
_UNKNOWN_POST = "unknown_post"


@dataclass(slots=True)
class Organization:
    """What the table says."""

    department: Value[str] | None = None
    heads: list[PostHolder] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Columns:
    section: int
    head: int
    headcount: int | None
    post: Post


def read_organization(reading: Reading, rows: Sequence[Row]) -> Organization:
    """Reads the rows of the table (and stray lines among them, which stay unplaced)."""
    logical = join_rows(rows, lambda cell: reading.labels.find(cell.text) is not None)
    tabular = [row for row in logical if row.tabular]
    organization = Organization()
    if not tabular:
        return organization
    columns = _columns(reading, tabular)
    _read_left(reading, tabular, columns, organization)
    _read_sections(reading, tabular, columns, organization)
    return organization


# --- columns ---------------------------------------------------------------------------------------------------


def _columns(reading: Reading, rows: Sequence[LogicalRow]) -> _Columns:
    """Where sections, their heads and headcounts stand: by the header's labels, else by position."""
    places: dict[str, int] = {}
    post = reading.form.section_posts[0]
    header: LogicalRow | None = None
    for row in rows:
        for index, cell in enumerate(row.cells):
            label = reading.labels.find(row.text(index)) if row.text(index) else None
            if label is None:
                continue
            key, _, at = label.key.partition(":")
            if key == "section_post":
                post = reading.form.section_posts[int(at)]
            if key in ("section", "section_post", "headcount"):
                places.setdefault(key, index)
                header = header or row
            if key in ("section", "section_post", "headcount", "structure"):
                for piece in cell:
                    reading.boilerplate(piece)
    return _complete_columns(reading, rows, places, post, header)


def _complete_columns(
    reading: Reading, rows: Sequence[LogicalRow], places: dict[str, int], post: Post, header: LogicalRow | None
) -> _Columns:
    section = places.get("section")
    head = places.get("section_post")
    count = places.get("headcount")
    if section is None:
        section = head - 1 if head is not None else _section_column(reading, rows)
        _label_lost(reading, header or rows[0], reading.form.labels["section"][0])
    if head is None:
        head = section + 1
        _label_lost(reading, header or rows[0], reading.form.section_posts[0].labels[0])
    if count is None:
        numeric = [row.cells[head + 1][0] for row in rows if _is_count(reading, row.text(head + 1))]
        if numeric:
            count = head + 1
            reading.note("L01", stripped(numeric[0]), label=reading.form.labels["headcount"][0])
    return _Columns(section, head, count, post)


def _section_column(reading: Reading, rows: Sequence[LogicalRow]) -> int:
    """The column, right of the first, in which most cells end as a unit's name does."""
    votes: dict[int, int] = {}
    for row in rows:
        for index in range(2, len(row.cells)):
            if fold(row.text(index)).endswith(reading.form.unit_suffixes):
                votes[index] = votes.get(index, 0) + 1
    return max(votes, key=lambda index: votes[index], default=2)


def _label_lost(reading: Reading, row: LogicalRow, label: str) -> None:
    cell = next((piece for pieces in row.cells for piece in pieces if piece.text.strip()), row.cells[0][0])
    reading.note("L01", stripped(cell), label=label)


def _is_count(reading: Reading, text: str) -> bool:
    return _count(reading, text) is not None


def _count(reading: Reading, text: str) -> int | None:
    plain = fold(text)
    for unit in reading.form.headcount_units:
        plain = plain.removesuffix(unit)
    return parse_integer(plain) if plain[:1].isdigit() else None


# --- the left columns: labels and values -----------------------------------------------------------------------


def _read_left(reading: Reading, rows: Sequence[LogicalRow], columns: _Columns, organization: Organization) -> None:
    pairs = _pairs(reading, rows, columns.section)
    names: list[Cell] = []
    named = any(key == "department" for key, _ in pairs)
    labelled_head = any(key.startswith("department_post") for key, _ in pairs)
    post = reading.form.department_posts[0]
    for key, pieces in pairs:
        if key == _UNKNOWN_POST:
            post = _unknown_post(reading, pieces[0])
            organization.heads += read_holders(reading, pieces[1:], post)
        elif key == "department":
            names += pieces
        elif key.startswith("department_post"):
            post = reading.form.department_posts[int(key.partition(":")[2])]
            organization.heads += read_holders(reading, pieces, post)
        elif _is_unit(reading, pieces) and not (named and organization.heads):
            if not named and not names:
                reading.note("L01", stripped(pieces[0]), label=reading.form.labels["department"][0])
                organization.department = None
            names += pieces
        else:
            if not labelled_head and not organization.heads:
                reading.note("L01", stripped(pieces[0]), label=reading.form.department_posts[0].labels[0])
            if not labelled_head:
                post = _post_of(reading, names)
            organization.heads += read_holders(reading, pieces, post)
    if names:
        organization.department = reading.text(names, Status.PRINTED if named else Status.REPAIRED)


def _post_of(reading: Reading, names: Sequence[Cell]) -> Post:
    """The post of a head whose label was lost: that of a department named so (局 → 局長), else the form's first."""
    department = fold("".join(cell.text for cell in names))
    posts = reading.form.department_posts
    return next((post for post in posts if department and post.title.startswith(department[-1])), posts[0])


def _pairs(reading: Reading, rows: Sequence[LogicalRow], stop: int) -> list[tuple[str, Pieces]]:
    """(label key or '', value) in the columns left of the sections, in reading order."""
    pairs: list[tuple[str, Pieces]] = []
    label_cell = rows[0].cells[0][0]
    for row in rows:
        key = ""
        for index, pieces in enumerate(row.cells[:stop]):
            text = row.text(index)
            if not text:
                continue
            label = reading.labels.find(text)
            if label:
                for piece in pieces:
                    reading.boilerplate(piece)
                key = key if label.key == "structure" else label.key
                continue
            inline = reading.labels.prefix(pieces[0].text, _left_keys(reading))
            if inline and not key:
                reading.take_label(inline, pieces[0])
                pairs.append((inline.key, (part(pieces[0], inline.end), *pieces[1:])))
            elif not key and _is_unknown_label(reading, row, index, stop):
                key = _UNKNOWN_POST
                label_cell = pieces[0]
                continue
            elif key == _UNKNOWN_POST:
                pairs.append((key, (label_cell, *pieces)))
            elif pairs and not key and _name_goes_on(pairs[-1], pieces):
                pairs[-1] = (pairs[-1][0], (*pairs[-1][1], *pieces))
            else:
                pairs.append((key, pieces))
            key = ""
    return pairs


def _is_unknown_label(reading: Reading, row: LogicalRow, index: int, stop: int) -> bool:
    """A cell that reads like the label of a post (参事名) and has a value beside it."""
    text = fold(row.text(index))
    beside = next((row.text(at) for at in range(index + 1, min(stop, len(row.cells))) if row.text(at)), "")
    return bool(beside) and re.fullmatch(reading.form.post_label, text) is not None


def _unknown_post(reading: Reading, cell: Cell) -> Post:
    """A post that the form does not list: named as printed, its role said to be another one."""
    match = re.fullmatch(reading.form.post_label, fold(cell.text))
    title = match.group("title") if match else fold(cell.text)
    reading.boilerplate(cell)
    reading.note("L08", stripped(cell), title=title)
    return Post(labels=(title,), title=title, role=reading.form.other_post_role)


def _name_goes_on(before: tuple[str, Pieces], pieces: Pieces) -> bool:
    """Whether an unlabelled cell below a head is the rest of that head's cell: its furigana, or the name below it."""
    if not before[0].startswith(("department_post", _UNKNOWN_POST)):
        return False
    above = " ".join(piece.text.strip() for piece in before[1])
    below = " ".join(piece.text.strip() for piece in pieces)
    if half_width(below).startswith("("):
        return True
    kana = [all(is_kana(compose_kana(word)) for word in text.split()) for text in (above, below)]
    return kana[0] != kana[1] and len(above.split()) == len(below.split())


def _left_keys(reading: Reading) -> tuple[str, ...]:
    return ("department", *(f"department_post:{at}" for at in range(len(reading.form.department_posts))))


def _is_unit(reading: Reading, pieces: Pieces) -> bool:
    text = fold("".join(piece.text for piece in pieces))
    return text.endswith(reading.form.unit_suffixes)


# --- the right columns: sections -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    name: list[Cell] = field(default_factory=list)
    head: list[Cell] = field(default_factory=list)
    count: list[Cell] = field(default_factory=list)


def _read_sections(reading: Reading, rows: Sequence[LogicalRow], columns: _Columns, organization: Organization) -> None:
    drafts: list[_Draft] = []
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
    for draft in drafts:
        if draft.name:
            organization.sections.append(_section(reading, draft, columns.post))
        else:
            reading.note("L02", stripped((draft.head or draft.count)[0]))


def _value_cell(reading: Reading, row: LogicalRow, index: int | None) -> list[Cell]:
    if index is None or index >= len(row.cells) or not row.text(index) or reading.labels.find(row.text(index)):
        return []
    return [piece for piece in row.cells[index] if piece.text.strip()]


def _continues(reading: Reading, draft: _Draft, name: list[Cell], head: list[Cell], count: list[Cell]) -> bool:
    """Whether a row goes on with the section above: no name of its own, or the rest of a name broken in two."""
    if not name:
        return True
    whole = _is_unit(reading, tuple(draft.name))
    together = _is_unit(reading, (*draft.name, *name))
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
    number = _count(reading, text)
    if number is None:
        for piece in pieces:
            reading.withheld(piece)
        reading.note("H10", stripped(pieces[0]))
        return None
    value = reading.text(pieces)
    return Value(number, value.raw, value.origins)

"""Where the table of the department holds sections, their heads and headcounts: by label, else by position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lod.extract.joining import LogicalRow
from lod.extract.reading import Reading, stripped
from lod.form import Post
from lod.model import Cell
from lod.text.numerals import parse_integer
from lod.text.width import fold

Pieces = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Indices of the columns; `post` is the post that the heads' label names."""

    section: int
    head: int
    headcount: int | None
    post: Post


def find_columns(reading: Reading, rows: Sequence[LogicalRow]) -> Columns:
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
) -> Columns:
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
    return Columns(section, head, count, post)


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
    return parse_count(reading, text) is not None


def parse_count(reading: Reading, text: str) -> int | None:
    plain = fold(text)
    for unit in reading.form.headcount_units:
        plain = plain.removesuffix(unit)
    return parse_integer(plain) if plain[:1].isdigit() else None


def is_unit(reading: Reading, pieces: Pieces) -> bool:
    """Whether a text ends as the name of a unit does."""
    text = fold("".join(piece.text for piece in pieces))
    return text.endswith(reading.form.unit_suffixes)

"""Basic policy and goals: prose and a numbered list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lod.extract.reading import Reading, Row, is_complete, part, stripped
from lod.model import Cell, Goal, Status, Value
from lod.text.numerals import parse_integer
from lod.text.width import half_width

_CIRCLED = {chr(0x2460 + at): at + 1 for at in range(20)} | {chr(0x3251 + at): at + 21 for at in range(15)}
_MARKS = (
    ("circled", re.compile(rf"\s*([{''.join(_CIRCLED)}])\s*")),
    ("bracketed", re.compile(r"\s*[(（]\s*([0-9０-９]{1,2})\s*[)）]\s*")),
    ("closed", re.compile(r"\s*([0-9０-９]{1,2})\s*[)）]\s*")),
    ("dotted", re.compile(r"\s*([0-9０-９]{1,2})\s*[.．、]\s*")),
    ("spaced", re.compile(r"\s*([0-9０-９]{1,2})[\s\u3000]+")),
)
_LEADING_BULLET = re.compile(r"\s*[・●○■□◆◇▶►\-*]\s*")
_BULLETS = " \t\u3000・●○■□◆◇▶►-*"
_INLINE_CIRCLED = re.compile(rf"(?<=[。．\s\u3000])[{''.join(_CIRCLED)}]")


@dataclass(frozen=True, slots=True)
class _Mark:
    style: str
    number: int
    cell: Cell
    end: int


@dataclass(slots=True)
class _Draft:
    number: int
    mark: str
    pieces: list[Cell] = field(default_factory=list)
    status: Status = Status.PRINTED


def read_policy(reading: Reading, rows: Sequence[Row], restored: bool) -> Value[str] | None:
    """The basic policy: lines of one paragraph joined, paragraphs kept apart by a line feed."""
    paragraphs: list[list[Cell]] = []
    for row in rows:
        pieces = _pieces(reading, row)
        if not pieces:
            continue
        done = bool(paragraphs) and is_complete(paragraphs[-1][-1].text)
        if not paragraphs or done:
            paragraphs.append([])
        paragraphs[-1] += pieces
    if not paragraphs:
        return None
    values = [reading.text(pieces, Status.REPAIRED if restored else Status.PRINTED) for pieces in paragraphs]
    if restored:
        reading.note("L01", stripped(paragraphs[0][0]), label=reading.form.labels["basic_policy"][0])
    origins = tuple(origin for value in values for origin in value.origins)
    return Value("\n".join(v.value for v in values), "\n".join(v.raw for v in values), origins, values[0].status)


def _pieces(reading: Reading, row: Row) -> list[Cell]:
    """The printed pieces of a line of prose; a bullet belongs to it."""
    text = "".join(cell.text for cell in row.cells).strip()
    if reading.drop(row) or any(re.fullmatch(pattern, text) for pattern in reading.form.stray):
        return []
    if row.mark is not None:
        reading.boilerplate(row.mark)
    return list(row.filled)


def find_mark(cell: Cell) -> tuple[str, int, int, int] | None:
    """(style, number, start, end) of a goal's mark at the start of a cell, bullets before it aside."""
    lead = 0
    if bullet := _LEADING_BULLET.match(cell.text):
        lead = bullet.end()
    for at in dict.fromkeys((lead, 0)):
        for style, pattern in _MARKS:
            if match := pattern.match(cell.text, at):
                number = _CIRCLED.get(match.group(1)) or parse_integer(half_width(match.group(1)))
                if number:
                    return style, number, match.start(), match.end()
    return None


def starts_goals(row: Row) -> bool:
    """Whether a line begins a list of goals: the mark ① or its like, with number 1."""
    cells = row.filled
    found = find_mark(cells[0]) if cells else None
    return found is not None and found[1] == 1 and found[0] != "spaced"


def read_goals(reading: Reading, rows: Sequence[Row]) -> list[Goal]:
    """The goals of the year with their marks; a lost mark is restored where its neighbours tell the number."""
    lines = [line for row in rows for line in _split_inline(reading, row)]
    marks = [_mark_of(line) for line in lines]
    style = next((mark.style for mark in marks if mark), None)
    drafts: list[_Draft] = []
    for at, (line, found) in enumerate(zip(lines, marks, strict=True)):
        mark = found
        last = drafts[-1].number if drafts else 0
        if mark and mark.number != last + 1 and (mark.style != style or _is_decimal(mark)):
            mark = None
        if mark:
            drafts.append(_Draft(mark.number, mark.cell.text[: mark.end].strip(" \u3000\t・-*")))
            _take_mark(reading, line, mark, drafts[-1])
        elif _mark_lost(line, drafts, marks[at + 1 :], style):
            drafts.append(_Draft(last + 1, "", list(line.filled), Status.REPAIRED))
            if style is not None:
                reading.note("L05", stripped(line.filled[0]), number=last + 1)
        elif drafts:
            drafts[-1].pieces += line.filled
        if line.mark is not None:
            reading.boilerplate(line.mark)
    return [_goal(reading, draft) for draft in drafts if draft.pieces]


def _is_decimal(mark: _Mark) -> bool:
    """Whether a dotted mark may as well be a number with decimals (1.2km)."""
    return mark.style == "dotted" and mark.cell.text[mark.end : mark.end + 1].isdigit()


def _split_inline(reading: Reading, row: Row) -> list[Row]:
    """One row for each goal where several stand on one line."""
    if reading.drop(row):
        return []
    cell = row.filled[-1]
    cuts = [
        match.start() for match in _INLINE_CIRCLED.finditer(cell.text) if cell.text[: match.start()].strip(_BULLETS)
    ]
    edges = [0, *cuts, len(cell.text)]
    pieces = [part(cell, start, end) for start, end in pairwise(edges)]
    first = Row((*row.filled[:-1], pieces[0]), row.line, row.kind, row.gap, row.mark)
    return [first, *(Row((piece,), row.line, row.kind, False) for piece in pieces[1:])]


def _mark_of(row: Row) -> _Mark | None:
    found = find_mark(row.filled[0])
    if found is None:
        return None
    style, number, _, end = found
    return _Mark(style, number, row.filled[0], end)


def _take_mark(reading: Reading, row: Row, mark: _Mark, draft: _Draft) -> None:
    reading.mapped(part(mark.cell, 0, mark.end))
    rest = part(mark.cell, mark.end)
    draft.pieces += [piece for piece in (rest, *row.filled[1:]) if piece.text.strip()]


def _mark_lost(row: Row, drafts: list[_Draft], later: list[_Mark | None], style: str | None) -> bool:
    """Whether an unmarked line is a goal of its own, not the rest of the one above."""
    if not drafts:
        return True
    above = drafts[-1]
    if not above.pieces or not is_complete(above.pieces[-1].text):
        return False
    following = next((mark.number for mark in later if mark and mark.style == style), None)
    if following is not None:
        return following == above.number + 2
    return row.kind == "item"


def _goal(reading: Reading, draft: _Draft) -> Goal:
    return Goal(draft.number, draft.mark, reading.text(draft.pieces, draft.status))

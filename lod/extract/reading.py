"""The state of one reading: what each character became, the findings, and values made from printed pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lod.extract.labels import Label, Labels, compiled
from lod.findings import finding
from lod.form import Form
from lod.model import Accounting, Cell, Document, Finding, Heading, ListItem, Origin, Paragraph, Status, Table, Value
from lod.text.era import find_fiscal_years
from lod.text.width import compose_kana

_UNSEEN, _MAPPED, _BOILERPLATE, _WITHHELD = range(4)
_SENTENCE_END = re.compile(r"(?:[。．.！？!?][）)」』]?|\A\s*[0-9０-９]{1,4})\s*\Z")
_BULLETS = "・●○■□◆◇▶►"


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line with its cells in order. `mark` is a list item's bullet; `gap` tells of a blank line before."""

    cells: tuple[Cell, ...]
    line: int
    kind: str  # "table", "item", "heading" or "line"
    gap: bool
    mark: Cell | None = None

    @property
    def filled(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.text.strip())


def rows_of(document: Document) -> list[Row]:
    """The printed lines of a document in order."""
    rows: list[Row] = []
    for block in document.blocks:
        found: list[tuple[tuple[Cell, ...], str, Cell | None]]
        match block:
            case Heading(mark=mark, cell=cell):
                found = [((cell,), "heading", mark)]
            case ListItem(mark=mark, cell=cell):
                found = [((cell,), "item", mark)]
            case Paragraph(lines=lines):
                found = [((cell,), "line", None) for cell in lines]
            case Table(rows=table):
                found = [(cells, "table", None) for cells in table]
        for cells, kind, bullet in found:
            line = cells[0].origin.line
            rows.append(Row(cells, line, kind, not rows or line - rows[-1].line > 1, bullet))
    return rows


def part(cell: Cell, start: int, end: int | None = None) -> Cell:
    """A part of a cell's text with its own place."""
    end = len(cell.text) if end is None else end
    origin = replace(
        cell.origin,
        column=cell.origin.column + start,
        start=cell.origin.start + start,
        end=cell.origin.start + end,
    )
    return Cell(cell.text[start:end], origin)


def stripped(cell: Cell) -> Cell:
    """A cell without the white space around its text."""
    start = len(cell.text) - len(cell.text.lstrip())
    return part(cell, start, max(start, len(cell.text.rstrip())))


def is_complete(text: str) -> bool:
    """Whether a text ends as a sentence does, or is a plain number."""
    return _SENTENCE_END.search(text) is not None


def is_sentence(text: str) -> bool:
    """Whether a text ends with a full stop."""
    return text.rstrip().endswith(("。", "．"))


class Reading:
    """Collects what one reading of a document with a form finds."""

    def __init__(self, document: Document, form: Form) -> None:
        self.document = document
        self.form = form
        self.labels: Labels = compiled(form)
        self.findings: list[Finding] = []
        self.years: list[tuple[int, str, Cell]] = []
        self._seen = bytearray(len(document.text))

    def note(self, code: str, cell: Cell | None = None, **params: object) -> None:
        """Records a finding at a cell."""
        origin, seen = (cell.origin, cell.text) if cell else (None, "")
        self.findings.append(finding(code, self.document.source.name, origin, seen, **params))

    def _mark(self, cell: Cell, kind: int) -> None:
        origin = cell.origin
        self._seen[origin.start : origin.end] = bytes([kind]) * (origin.end - origin.start)

    def mapped(self, cell: Cell) -> None:
        self._mark(cell, _MAPPED)

    def boilerplate(self, cell: Cell) -> None:
        self._mark(cell, _BOILERPLATE)

    def withheld(self, cell: Cell) -> None:
        self._mark(cell, _WITHHELD)

    def drop(self, row: Row) -> bool:
        """Whether a line is empty or known boilerplate (a page number); if so it is accounted for."""
        if row.filled and not self.is_boilerplate("".join(cell.text for cell in row.cells)):
            return False
        for cell in row.filled:
            self.boilerplate(cell)
        if row.mark is not None:
            self.boilerplate(row.mark)
        return True

    def label(self, cell: Cell) -> Label | None:
        """The label that a cell is, if it is one; its fiscal year is remembered, its characters are boilerplate."""
        label = self.labels.find(cell.text)
        if label:
            self.take_label(label, cell)
        return label

    def take_label(self, label: Label, cell: Cell) -> None:
        self.boilerplate(part(cell, 0, label.end))
        if label.year is not None:
            self.take_year(cell, label.key)

    def take_year(self, cell: Cell, source: str) -> None:
        """Remembers the first fiscal year that a cell names, with the place of the year alone."""
        for year, start, end in find_fiscal_years(cell.text)[:1]:
            self.years.append((year, source, part(cell, start, end)))

    def is_boilerplate(self, text: str) -> bool:
        plain = text.strip()
        return any(re.fullmatch(pattern, plain) for pattern in self.form.boilerplate)

    def text(self, pieces: Sequence[Cell], status: Status = Status.PRINTED) -> Value[str]:
        """One text value from the pieces that print it.

        Lines are joined without a blank, as Japanese is; an item of a list in a cell keeps its line.
        """
        trimmed = [piece for piece in map(stripped, pieces) if piece.text]
        for piece in trimmed:
            self.mapped(piece)
        value = ""
        for piece in trimmed:
            begins_item = piece.text[0] in _BULLETS and is_sentence(value)
            value += ("\n" if begins_item else "") + compose_kana(piece.text)
        return Value(value, "\n".join(piece.text for piece in trimmed), tuple(p.origin for p in trimmed), status)

    def accounting(self) -> Accounting:
        """What became of each character that is not white space."""
        text, seen = self.document.text, self._seen
        counts = [0, 0, 0, 0]
        for char, kind in zip(text, seen, strict=True):
            if not char.isspace():
                counts[kind] += 1
        unplaced = tuple(self._unplaced())
        return Accounting(counts[_MAPPED], counts[_BOILERPLATE], counts[_WITHHELD], unplaced, sum(counts))

    def _unplaced(self) -> list[Cell]:
        found: list[Cell] = []
        offset = 0
        for number, line in enumerate(self.document.text.split("\n"), start=1):
            kinds = self._seen[offset : offset + len(line)]
            for match in re.finditer(rb"\x00+", bytes(kinds)):
                start, end = match.span()
                origin = Origin(number, start + 1, offset + start, offset + end)
                cell = stripped(Cell(line[start:end], origin))
                if cell.text:
                    found.append(cell)
            offset += len(line) + 1
        return found

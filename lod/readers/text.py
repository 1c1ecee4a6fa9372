"""Plain text → Document: lines, list items and tables, each exactly as printed and with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lod.model import Block, Cell, Document, Heading, ListItem, Origin, Paragraph, Source, Table
from lod.readers.cells import Span, cells_of
from lod.readers.encoding import decode

# First bytes of formats that are no text (file(1) magic); the words go into the message.
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP (Word, Excel …)"),
    (b"\xd0\xcf\x11\xe0", "OLE (Word, Excel 97-2003)"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"\x7fELF", "ELF"),
    (b"SQLite format 3", "SQLite"),
)
_HEADING = re.compile(r"\s*(#{1,6})\s+(?=\S)")
_ITEM = re.compile(r"(\s*)([-*+・●○■□◆◇▶►•])[ \t\u3000]+(?=\S)")
_ENDS_TABLE = re.compile(r"\s*(?:#{1,6}|[-*+])\s+(?=\S)")
_PAGE_BREAK = "\f"


def kind_of(data: bytes) -> str:
    """What the first bytes say the data are; '' if they look like none of the known formats."""
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")


def accepts(data: bytes) -> bool:
    """Whether the bytes may be text."""
    return not kind_of(data)


def read(data: bytes, name: str) -> Document:
    """Reads text in UTF-8, UTF-16 or CP932. Raises SourceError D01-D05, D07 with the line where it broke."""
    text, encoding = decode(data, name)
    source = Source(name, hashlib.sha256(data).hexdigest())
    return Document(source, text, encoding, tuple(_blocks(text)))


@dataclass(frozen=True, slots=True)
class _Line:
    """A printed line without its end: its number and page, where it begins, and the spans of its cells."""

    number: int
    page: int
    offset: int
    text: str
    spans: Sequence[Span]

    @property
    def is_row(self) -> bool:
        return len(self.spans) > 1

    def cell(self, start: int, end: int, row: int | None = None, index: int | None = None) -> Cell:
        first, last = self.offset + start, self.offset + end
        return Cell(self.text[start:end], Origin(self.number, start + 1, first, last, self.page, row, index))


def _lines(text: str) -> Iterator[_Line]:
    lines = text.split("\n")
    offset, page = 0, 1
    for number, (line, spans) in enumerate(zip(lines, cells_of(lines), strict=True), start=1):
        page += line.count(_PAGE_BREAK)
        yield _Line(number, page, offset, line, spans)
        offset += len(line) + 1


def _blocks(text: str) -> Iterator[Block]:
    run: list[_Line] = []
    for line in _lines(text):
        if not line.text.strip():
            # A line of tabs alone is an empty row of the table it stands in.
            if line.is_row and any(other.is_row for other in run):
                run.append(line)
                continue
            yield from _run(run)
            run = []
        else:
            run.append(line)
    yield from _run(run)


def _run(run: list[_Line]) -> Iterator[Block]:
    """The blocks of a run of lines without a blank line between them.

    From the first row of a table on, lines belong to it: one that is no row is a cell broken over lines,
    unless it is marked as a heading or list item (a bullet such as ・ may also stand inside a cell).
    """
    lines: list[Cell] = []
    table: list[tuple[Cell, ...]] = []
    for line in run:
        ends_table = not line.is_row and _ENDS_TABLE.match(line.text)
        if line.is_row or (table and not ends_table):
            yield from _paragraph(lines)
            lines = []
            row = len(table) + 1
            table.append(tuple(line.cell(*span, row, at) for at, span in enumerate(line.spans, start=1)))
            continue
        yield from _table(table)
        table = []
        special = _special(line)
        if special is None:
            lines.append(line.cell(0, len(line.text)))
        else:
            yield from _paragraph(lines)
            lines = []
            yield special
    yield from _paragraph(lines)
    yield from _table(table)


def _table(rows: list[tuple[Cell, ...]]) -> Iterator[Block]:
    if rows:
        yield Table(tuple(rows))


def _paragraph(lines: list[Cell]) -> Iterator[Block]:
    if lines:
        yield Paragraph(tuple(lines))


def _special(line: _Line) -> Block | None:
    end = len(line.text)
    if match := _HEADING.match(line.text):
        return Heading(line.cell(*match.span(1)), line.cell(match.end(), end), len(match.group(1)))
    if match := _ITEM.match(line.text):
        return ListItem(line.cell(match.start(2), match.end(2)), line.cell(match.end(), end), len(match.group(1)))
    return None

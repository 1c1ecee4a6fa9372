"""Plain text → Document: lines, list items and tab tables, each exactly as printed and with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from lod.model import Block, Cell, Document, Heading, ListItem, Origin, Paragraph, Source, Table
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


def _lines(text: str) -> Iterator[tuple[int, int, int, str]]:
    """(line number, page, offset, line without its end) for each line."""
    offset, page = 0, 1
    for number, line in enumerate(text.split("\n"), start=1):
        page += line.count(_PAGE_BREAK)
        yield number, page, offset, line
        offset += len(line) + 1


def _blocks(text: str) -> Iterator[Block]:
    run: list[tuple[int, int, int, str]] = []
    for entry in _lines(text):
        line = entry[3]
        if not line.strip():
            # A line of tabs alone is an empty row of the table it stands in.
            if "\t" in line and run and any("\t" in other[3] for other in run):
                run.append(entry)
                continue
            yield from _run(run)
            run = []
        else:
            run.append(entry)
    yield from _run(run)


def _run(run: list[tuple[int, int, int, str]]) -> Iterator[Block]:
    """The blocks of a run of lines without a blank line between them.

    From the first line with a tab on, lines belong to the table: one without a tab is a cell broken over lines,
    unless it is marked as a heading or list item (a bullet such as ・ may also stand inside a cell).
    """
    lines: list[Cell] = []
    table: list[tuple[Cell, ...]] = []
    for number, page, offset, line in run:
        ends_table = "\t" not in line and _ENDS_TABLE.match(line)
        if "\t" in line or (table and not ends_table):
            yield from _paragraph(lines)
            lines = []
            table.append(_row((number, page, offset, line), len(table) + 1))
            continue
        yield from _table(table)
        table = []
        special = _special(number, page, offset, line)
        if special is None:
            lines.append(Cell(line, Origin(number, 1, offset, offset + len(line), page)))
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


def _special(number: int, page: int, offset: int, line: str) -> Block | None:
    def cell(start: int, end: int) -> Cell:
        return Cell(line[start:end], Origin(number, start + 1, offset + start, offset + end, page))

    if match := _HEADING.match(line):
        return Heading(cell(*match.span(1)), cell(match.end(), len(line)), len(match.group(1)))
    if match := _ITEM.match(line):
        return ListItem(cell(match.start(2), match.end(2)), cell(match.end(), len(line)), len(match.group(1)))
    return None


def _row(entry: tuple[int, int, int, str], row: int) -> tuple[Cell, ...]:
    number, page, offset, line = entry
    cells, column = [], 0
    for index, text in enumerate(line.split("\t"), start=1):
        start = offset + column
        cells.append(Cell(text, Origin(number, column + 1, start, start + len(text), page, row, index)))
        column += len(text) + 1
    return tuple(cells)

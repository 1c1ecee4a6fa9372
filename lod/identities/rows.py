"""One row of identities.csv: parsed, checked by itself, written. And how names become keys."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from lod.errors import UsageError
from lod.iri import is_key

HEADER = ("kind", "key", "name", "reading", "valid_from", "valid_to", "becomes", "context", "note")
UNIT, PROGRAM, PERSON = "unit", "program", "person"
KINDS = (UNIT, PROGRAM, PERSON)
_PREFIX = {UNIT: "u-", PROGRAM: "p-"}
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}\Z")
_CONTEXT = re.compile(r"(?:19|20|21)[0-9]{2}/[a-z0-9-]+/[a-z0-9-]+\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of identities.csv. Years are fiscal years, both included; None is open.

    `context` of a person is the post in which the key holds: 2016/sangyo-shinko-bu/bucho. Of a unit it may be the key
    of the unit above, which tells units of one name apart; programs have none. `line` counts from 1, 0 for a new row.
    """

    kind: str
    key: str
    name: str
    reading: str = ""
    valid_from: int | None = None
    valid_to: int | None = None
    becomes: tuple[str, ...] = ()
    context: str = ""
    note: str = ""
    line: int = field(default=0, compare=False)

    def cells(self) -> tuple[str, ...]:
        """The row as HEADER orders it."""
        first, last = (str(year or "") for year in (self.valid_from, self.valid_to))
        becomes = " ".join(self.becomes)
        return (self.kind, self.key, self.name, self.reading, first, last, becomes, self.context, self.note)


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """The form under which names are equal: NFKC without white space. Keys hang on it: it must never change."""
    return "".join(unicodedata.normalize("NFKC", name).split())


@lru_cache(maxsize=65536)
def plain_name(name: str) -> str:
    """The label of a thing without a row, whichever way a paper spaces it: NFKC, blanks only between Latin words."""
    words = unicodedata.normalize("NFKC", name).split()
    joined = words[:1]
    for before, word in pairwise(words):
        joined.append(f" {word}" if before[-1].isascii() and word[0].isascii() else word)
    return "".join(joined)


@lru_cache(maxsize=65536)
def derived_key(kind: str, name: str, within: str = "") -> str:
    """The key of a unit or program without a row: 10 hex digits of the SHA-256 of its folded name.

    A section's key depends on that of the department that lists it, too (`within`).
    """
    text = f"{within}/{fold_name(name)}" if within else fold_name(name)
    return _PREFIX[kind] + hashlib.sha256(text.encode()).hexdigest()[:10]


def person_context(fy: int, unit: str, role: str) -> str:
    """The context of a person's row; `unit` and `role` are keys."""
    return f"{fy}/{unit}/{role}"


def format_rows(rows: Iterable[Row]) -> str:
    """Rows as CSV lines (RFC 4180, but LF at the ends)."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(row.cells() for row in rows)
    return target.getvalue()


def appended(text: str, rows: Iterable[Row]) -> str:
    """The text of identities.csv with rows added at its end; an empty text gets the header first."""
    head = text if text.strip("\ufeff \r\n") else ",".join(HEADER) + "\n"
    return head + ("" if head.endswith("\n") else "\n") + format_rows(rows)


def parse_rows(text: str, place: str) -> Iterator[Row]:
    """Each row, checked by itself. Raises UsageError I20 (row), I21 (key), I25 (header, encoding)."""
    plain = text.removeprefix("\ufeff")
    if not plain.strip():
        return
    if "\ufffd" in plain or "\0" in plain:
        raise UsageError("I25", place=place, problem="U+FFFD" if "\ufffd" in plain else "NUL")
    reader = csv.reader(io.StringIO(plain, newline=""), strict=True)
    try:
        header = tuple(cell.strip() for cell in next(reader))
        if header != HEADER:
            raise UsageError("I25", place=f"{place}:1", problem=",".join(header))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _parse_row([cell.strip() for cell in cells], f"{place}:{reader.line_num}", reader.line_num)
    except csv.Error as error:
        raise UsageError("I20", place=f"{place}:{reader.line_num}", problem=str(error)) from error


def _parse_row(cells: list[str], place: str, line: int) -> Row:
    if len(cells) != len(HEADER):
        raise UsageError("I20", place=place, problem=f"{len(cells)} ≠ {len(HEADER)}")
    kind, key, name, reading, first, last, successors, context, note = cells
    becomes = tuple(successors.split())
    for text in (key, *becomes):
        if not is_key(text):
            raise UsageError("I21", place=place, key=text)
    row = Row(kind, key, name, reading, _year(first, place), _year(last, place), becomes, context, note, line)
    if problem := _problem(row):
        raise UsageError("I20", place=place, problem=problem)
    return row


def _year(text: str, place: str) -> int | None:
    if text and not _YEAR.match(text):
        raise UsageError("I20", place=place, problem=text)
    return int(text) if text else None


def _problem(row: Row) -> str:
    """The cell that is wrong, '' if none is."""
    if row.kind not in KINDS:
        return f"kind: {row.kind}"
    if not row.name:
        return "name"
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        return f"valid_to: {row.valid_to} < {row.valid_from}"
    if row.becomes and (row.kind == PERSON or row.key in row.becomes):
        return f"becomes: {' '.join(row.becomes)}"
    if row.becomes and not row.valid_to:
        return "valid_to"
    return "" if _context_fits(row) else f"context: {row.context}"


def _context_fits(row: Row) -> bool:
    if row.kind == PERSON:
        return _CONTEXT.match(row.context) is not None
    return not row.context or (row.kind == UNIT and is_key(row.context) and row.context != row.key)

"""The values that flow: Source → Document → Record (+ Findings). All frozen; none does input or output."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T", covariant=True)


class Severity(StrEnum):
    """Severities of SHACL (SHACL 2.1.4): only a Violation stops a publication."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


class Status(StrEnum):
    """How a published value relates to what is printed."""

    PRINTED = "printed"
    REPAIRED = "repaired"  # restored by a stated rule (position, joined lines); a Finding says so
    UNCERTAIN = "uncertain"  # kept as printed, but a person must look
    WITHHELD = "withheld"  # garbled: known to stand there, not published
    METADATA = "metadata"  # not printed: from the municipality's folder
    CORRECTED = "corrected"  # a person decided what it should be; what is printed is kept beside it


@dataclass(frozen=True, slots=True)
class Origin:
    """A range of a source's text.

    `line` and `column` count from 1, `start` and `end` count Unicode characters from 0 (`end` exclusive) in the
    decoded text with LF line ends and without a byte order mark. `row` and `cell` count from 1 within a table.
    """

    line: int
    column: int
    start: int
    end: int
    page: int | None = None
    row: int | None = None
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes and where they come from. `name` is the path as given; `sha256` is the digest of the bytes, hex."""

    name: str
    sha256: str
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, line or item: its text exactly as printed and where it stands."""

    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that the source marks as a heading; `mark` is the mark as printed (##), `level` counts from 1."""

    mark: Cell
    cell: Cell
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of lines without a blank line between them, one Cell a line."""

    lines: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ListItem:
    """One list item; `mark` is the bullet as printed, `indent` the number of characters before it."""

    mark: Cell
    cell: Cell
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells in reading order; rows may differ in length, empty cells are kept."""

    rows: tuple[tuple[Cell, ...], ...]


Block: TypeAlias = Heading | Paragraph | ListItem | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A source read without knowing its form. `text` is the whole decoded text that Origins count in."""

    source: Source
    text: str
    encoding: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """A value with where it stands, as printed and how far to trust it.

    `origins` is empty only for Status.METADATA; several origins mean that the paper prints it in pieces.
    """

    value: T
    raw: str
    origins: tuple[Origin, ...]
    status: Status = Status.PRINTED


@dataclass(frozen=True, slots=True)
class PostHolder:
    """A person in a post. `post` is the printed title (部長), `role` the code of the role (role-bucho).

    `name` is None when the paper gives none or it is garbled as a whole; `reading` is kana as printed.
    """

    post: str
    role: str
    name: Value[str] | None
    reading: Value[str] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A unit (課, 室 …) listed under the department, with its heads and number of staff."""

    name: Value[str]
    heads: tuple[PostHolder, ...] = ()
    headcount: Value[int] | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """A numbered goal of the year. `mark` is the printed mark (①), '' where it was lost."""

    number: int
    mark: str
    text: Value[str]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a report states: 施設整備助成金15件を交付.

    `evidence` is the quoted passage; `status_code` names the measure status (measure-granted); `label` is item and
    status in words; `qualifier` is printed with the number (約, 延べ, 以上), '' if none.
    """

    item: str
    label: str
    value: int | Decimal
    unit: str
    status_code: str
    evidence: Value[str]
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a program reports at a stage: `stage` is "interim" or "final"."""

    stage: str
    text: Value[str]
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgramEntry:
    """One program (事業) in the paper's year: its sections, what is planned and what was reported."""

    name: Value[str]
    sections: tuple[Value[str], ...]
    plan: Value[str] | None
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person decided about a passage: `printed` stands at `origin` and is read as `corrected`.

    `by` names who decided (an office, not a private person), `reason` says why.
    """

    printed: str
    corrected: str
    reason: str
    by: str
    decided: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class Record:
    """The policy of one department and fiscal year as one paper edition states it.

    `fiscal_year` is the western start year; `stage` is "plan", "interim" or "final", the furthest report present.
    """

    municipality: str
    form: str
    document_type: str
    source: Source
    title: Value[str]
    department: Value[str]
    fiscal_year: Value[int]
    stage: str
    heads: tuple[PostHolder, ...]
    sections: tuple[Section, ...]
    basic_policy: Value[str] | None
    goals: tuple[Goal, ...]
    programs: tuple[ProgramEntry, ...]
    as_of: Value[date] | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about the data. `code` is permanent; `seen` quotes the source; `params` fill the catalogue's words.

    `subject` and `path` are IRIs where the finding comes from a shape, '' otherwise.
    """

    code: str
    severity: Severity
    source: str
    origin: Origin | None
    seen: str = ""
    params: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    path: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, or the file alone."""
        return f"{self.source}:{self.origin.line}:{self.origin.column}" if self.origin else self.source


@dataclass(frozen=True, slots=True)
class Accounting:
    """What became of each character that is not white space; the four counts add up to `total`."""

    mapped: int
    boilerplate: int
    withheld: int
    unplaced: tuple[Cell, ...]
    total: int

    @property
    def unplaced_count(self) -> int:
        return sum(sum(not char.isspace() for char in cell.text) for cell in self.unplaced)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What reading one Document with one Form gives. `record` is None when too little could be told."""

    record: Record | None
    findings: tuple[Finding, ...]
    accounting: Accounting
    form: str = field(default="")


def cells(document: Document) -> Iterator[Cell]:
    """Every cell, line and item of a document in reading order."""
    for block in document.blocks:
        match block:
            case Heading(cell=cell) | ListItem(cell=cell):
                yield cell
            case Paragraph(lines=lines):
                yield from lines
            case Table(rows=rows):
                for row in rows:
                    yield from row

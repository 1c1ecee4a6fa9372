"""Layout "department-table": table of the department, basic policy, numbered goals, table of programs.

Each line is given to a part by the last label before it. Where the label of a part was lost, the part begins where
its own kind of line does (a mark ①, a table row); the finding L01 says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from lod.extract.joining import begins_cell
from lod.extract.organization import Organization, read_organization
from lod.extract.programs import read_programs
from lod.extract.reading import Reading, Row, is_complete, part, rows_of
from lod.extract.statements import read_goals, read_policy, starts_goals
from lod.extract.year import read_as_of, read_fiscal_year
from lod.form import Form
from lod.model import Cell, Document, Extraction, ProgramEntry, Record, Status, Value
from lod.text.width import fold

_ORG_KEYS = ("department", "structure", "section", "headcount", "department_post", "section_post")
_PROGRAM_KEYS = ("plan", "interim", "final")
_PARTS = ("preamble", "organization", "policy", "goals", "programs")


@dataclass(slots=True)
class _Parts:
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in _PARTS})
    labelled: set[str] = field(default_factory=set)
    unheaded: bool = False  # the table of programs begins without its heading


def read_record(document: Document, form: Form, municipality: str, year_hint: int | None) -> Extraction:
    """Reads a paper of this layout. The record is None where department or fiscal year cannot be told."""
    reading = Reading(document, form)
    parts = _divide(reading)
    as_of = read_as_of(reading, [row for name in ("preamble", "organization", "policy") for row in parts.rows[name]])
    parts.rows["policy"] = [row for row in parts.rows["policy"] if not _taken(as_of, row)]
    parts.rows["organization"] = [row for row in parts.rows["organization"] if not _taken(as_of, row)]
    organization = read_organization(reading, parts.rows["organization"])
    policy = read_policy(reading, parts.rows["policy"], restored="policy" not in parts.labelled)
    goals = read_goals(reading, parts.rows["goals"])
    if goals and "goals" not in parts.labelled:
        _lost(reading, "goals", goals[0].text)
    register = frozenset(fold(section.name.value) for section in organization.sections)
    programs = read_programs(reading, parts.rows["programs"], register)
    if programs and parts.unheaded:
        _lost(reading, "programs", programs[0].name)
    title = _title(reading, parts.rows["preamble"], organization)
    year = read_fiscal_year(reading, year_hint, as_of.value if as_of else None)
    _check(reading, organization, programs, bool(as_of))
    record = None
    if organization.department and year:
        record = Record(
            municipality,
            form.id,
            form.document_type,
            document.source,
            title or _given_title(form, organization.department),
            organization.department,
            year,
            _stage(programs),
            tuple(organization.heads),
            tuple(organization.sections),
            policy,
            tuple(goals),
            tuple(programs),
            as_of,
        )
    return _finish(reading, record)


def _finish(reading: Reading, record: Record | None) -> Extraction:
    accounting = reading.accounting()
    for cell in accounting.unplaced:
        reading.note("A01", cell)
    for offset, char in enumerate(reading.document.text):
        if char == "\ufffd" or "\ue000" <= char <= "\uf8ff":
            reading.note(
                "D08" if char == "\ufffd" else "D09", _char(reading.document.text, offset), char=f"U+{ord(char):04X}"
            )
    if record is None:
        reading.note("F04")
    ordered = sorted(reading.findings, key=lambda item: item.origin.start if item.origin else -1)
    return Extraction(record, tuple(ordered), accounting, reading.form.id)


def _char(text: str, offset: int) -> Cell:
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    from lod.model import Origin

    return Cell(text[offset], Origin(line, column, offset, offset + 1))


# --- parts -----------------------------------------------------------------------------------------------------


def _divide(reading: Reading) -> _Parts:
    rows = rows_of(reading.document)
    present = {label.key for row in rows for cell in row.filled if (label := reading.labels.find(cell.text))}
    parts, current = _Parts(), "preamble"
    for row, following in zip_longest(rows, rows[1:]):
        before, current = current, _part_of(reading, row, following, current, present, parts)
        if current == "programs" and before != current and not _has_label(reading, row, "programs"):
            parts.unheaded = True
        kept = _without_label(reading, row, current)
        if kept.filled:
            parts.rows[current].append(kept)
    return parts


def _without_label(reading: Reading, row: Row, name: str) -> Row:
    """A line of prose without the label that opens its part (the tables read their labels themselves)."""
    if name not in ("policy", "goals"):
        return row
    opening = ("basic_policy",) if name == "policy" else ("goals",)
    cells = tuple(
        cell for cell in row.cells if not ((label := reading.labels.find(cell.text)) and label.key in opening)
    )
    if len(cells) == len(row.cells):
        return row
    return Row(cells, row.line, row.kind, row.gap, row.mark)


def _has_label(reading: Reading, row: Row, key: str) -> bool:
    return any((label := reading.labels.find(cell.text)) and label.key == key for cell in row.filled)


def _part_of(reading: Reading, row: Row, following: Row | None, current: str, present: set[str], parts: _Parts) -> str:
    """The part that a line belongs to. A line that is a part's label alone is taken here."""
    keys = {label.key.partition(":")[0] for cell in row.filled if (label := reading.labels.find(cell.text))}
    rank = _PARTS.index(current)
    if "programs" in keys:
        return "programs"
    if rank < 4 and keys & set(_PROGRAM_KEYS) and row.kind == "table":
        return "programs"
    if rank < 4 and "goals" in keys:
        return _open(reading, row, "goals", parts)
    if rank < 3 and "basic_policy" in keys and not (rank == 0 and _org_follows(reading, row, present)):
        return _open(reading, row, "policy", parts)
    if rank < 2 and keys & set(_ORG_KEYS):
        return "organization"
    return _by_kind(reading, row, following, current, present)


def _org_follows(reading: Reading, row: Row, present: set[str]) -> bool:
    """A title that reads like the label 基本方針 stands above the table of the department."""
    return bool(present & {"department", "section"}) and row.line <= 3 and len(row.filled) == 1 and row.kind != "table"


def _open(reading: Reading, row: Row, name: str, parts: _Parts) -> str:
    parts.labelled.add(name)
    for cell in row.filled:
        reading.label(cell)
    if row.mark is not None:
        reading.boilerplate(row.mark)
    return name


def _by_kind(reading: Reading, row: Row, following: Row | None, current: str, present: set[str]) -> str:
    """Where a line without a label begins a part whose label was lost."""
    rank = _PARTS.index(current)
    if not row.filled:
        return current
    if rank == 0 and row.kind == "table" and len(row.cells) > 2:
        return "organization"
    if rank in (1, 2) and "goals" not in present and row.kind != "table" and starts_goals(row):
        return "goals"
    if rank == 1 and "basic_policy" not in present and _is_prose(row) and not _noted(reading, row):
        return "policy"
    if rank in (2, 3) and _begins_programs(reading, row, following):
        return "programs"
    return current


def _is_prose(row: Row) -> bool:
    """Whether a line is no row of the table: apart from it, or a whole sentence."""
    if row.kind != "table":
        return row.gap
    return len(row.cells) == 1 and is_complete(row.cells[0].text)


def _noted(reading: Reading, row: Row) -> bool:
    text = row.filled[0].text
    return reading.is_boilerplate(text) or any(re.search(_as_of_pattern(p), text) for p in reading.form.as_of)


def _as_of_pattern(pattern: str) -> str:
    return pattern.replace("{日付}", ".*[0-9０-９元].*日")


def _begins_programs(reading: Reading, row: Row, following: Row | None) -> bool:
    """A table row NAME (SECTION), or the first part of one broken over lines."""
    if row.kind == "table" and len(row.cells) > 1:
        return re.search(r"[)）]\s*\Z", row.filled[0].text) is not None
    if following is None or not begins_cell(row, following, lambda cell: reading.labels.find(cell.text) is not None):
        return False
    return re.search(r"[)）]\s*\Z", following.cells[0].text) is not None


def _lost(reading: Reading, key: str, value: Value[str]) -> None:
    cell = Cell(value.raw.split("\n")[0], value.origins[0])
    reading.note("L01", cell, label=reading.form.labels[key][0].replace("{年度}", "年度"))


# --- title, stage, checks --------------------------------------------------------------------------------------


def _title(reading: Reading, rows: list[Row], organization: Organization) -> Value[str] | None:
    """The title line; years and known boilerplate above the table are taken too, anything else stays unplaced."""
    found: Value[str] | None = None
    for row in rows:
        for cell in row.filled:
            text = fold(cell.text)
            if reading.is_boilerplate(cell.text):
                reading.boilerplate(cell)
            elif any(
                re.fullmatch(_title_pattern(pattern), text.strip("-*#【】「」")) for pattern in reading.form.titles
            ):
                reading.take_year(cell, "title")
                value = reading.text([cell])
                found = found or value if not re.fullmatch(_title_pattern("{年度}"), text) else found
        if row.mark is not None:
            reading.boilerplate(row.mark)
    if found and organization.department is None:
        organization.department = _department_in(reading, found)
    return found


def _title_pattern(pattern: str) -> str:
    return pattern.replace("{年度}", r"(?:[(]?\S{1,5}年度[)]?)").replace("{部局}", r"(?P<department>\S{0,30}?)")


def _department_in(reading: Reading, title: Value[str]) -> Value[str] | None:
    """The department named in the title, where the table's own cell was lost."""
    for suffix in reading.form.unit_suffixes[:2]:
        at = title.raw.find(suffix + "の")
        if at > 0:
            start = max(title.raw.rfind(mark, 0, at) for mark in ("度", " ", "\u3000", "\n")) + 1
            cell = part(Cell(title.raw, title.origins[0]), start, at + len(suffix))
            reading.note("L01", cell, label=reading.form.labels["department"][0])
            return reading.text([cell], Status.REPAIRED)
    return None


def _given_title(form: Form, department: Value[str]) -> Value[str]:
    return Value(f"{department.value} {form.name['ja']}", "", (), Status.METADATA)


def _stage(programs: list[ProgramEntry]) -> str:
    stages = {report.stage for program in programs for report in program.reports}
    return next((stage for stage in ("final", "interim") if stage in stages), "plan")


def _taken(as_of: Value[object] | None, row: Row) -> bool:
    return bool(as_of and as_of.origins and as_of.origins[0].line == row.line and row.kind != "table")


def _check(reading: Reading, organization: Organization, programs: list[ProgramEntry], dated: bool) -> None:
    """Facts that no single value shows: staff without a date, the same program twice."""
    counted = [section for section in organization.sections if section.headcount]
    if counted and not dated:
        first = counted[0].headcount
        assert first is not None  # noqa: S101
        reading.note("H11", Cell(first.raw, first.origins[0]))
    seen: set[str] = set()
    for program in programs:
        name = fold(program.name.value)
        if name in seen:
            reading.note("L07", Cell(program.name.raw, program.name.origins[0]), name=program.name.value)
        seen.add(name)

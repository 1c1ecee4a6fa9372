"""The table of programs: name and section on the left; plan and reports on the right, below or beside each other.

The table may break across pages and repeat its header. A label that was lost is restored only where the other
labels leave one place for it; otherwise the text stays unplaced and a finding says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lod.extract.joining import LogicalRow, join_rows
from lod.extract.quantities import read_quantities
from lod.extract.reading import Reading, Row, is_complete, part, stripped
from lod.extract.vertical import as_table, is_vertical
from lod.model import Cell, ProgramEntry, Report, Status, Value
from lod.text.width import fold, round_brackets

Pieces = tuple[Cell, ...]
_STAGES = ("interim", "final")
_ORDER = ("plan", *_STAGES)
_KEYS = ("plan", "interim", "final", "programs")
_CLOSED = re.compile(r"\([^()]*\)\s*\Z")


@dataclass(slots=True)
class _Segment:
    """A run of text under one label (`key`), or under none (None)."""

    key: str | None
    pieces: list[Cell] = field(default_factory=list)
    status: Status = Status.PRINTED

    @property
    def text(self) -> str:
        return self.pieces[-1].text if self.pieces else ""


@dataclass(slots=True)
class _Draft:
    name: list[Cell]
    segments: list[_Segment] = field(default_factory=list)
    columns: dict[int, _Segment | None] = field(default_factory=dict)

    @property
    def has_text(self) -> bool:
        return any(segment.pieces for segment in self.segments)


def read_programs(reading: Reading, rows: Sequence[Row], register: frozenset[str]) -> list[ProgramEntry]:
    """Every program in the order printed. `register` holds the folded names of the department's sections."""
    kept = [row for row in rows if not reading.drop(row)]
    if is_vertical(kept):
        kept = as_table(reading, kept)
    logical = join_rows(kept, lambda cell: reading.labels.find(cell.text) is not None)
    parser = _Parser(reading)
    for row in logical:
        parser.take(row)
    known = {segment.key for draft in parser.drafts for segment in draft.segments if segment.key}
    return [_entry(reading, draft, known, register) for draft in parser.drafts]


class _Parser:
    """Walks the rows; a program goes on until another name stands in the first column."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.drafts: list[_Draft] = []
        self.header: dict[int, str] = {}

    def take(self, row: LogicalRow) -> None:
        keys = {at: self._label(row, at) for at in range(len(row.cells))}
        if "programs" in keys.values():
            self.header = {at: key for at, key in keys.items() if key in _ORDER}
            return
        first = row.cells[0] if row.text(0) and not keys[0] else ()
        if first and not row.tabular and not _CLOSED.search(round_brackets(row.text(0))):
            self._stray(row)
            return
        if first:
            self._name(first)
        if not self.drafts:
            return
        draft = self.drafts[-1]
        left: str | None = None
        for at in range(1 if first or not keys.get(0) else 0, len(row.cells)):
            key = keys.get(at)
            if key in _ORDER:
                left = key
                self._open(draft, at, key)
            elif row.text(at) and not (at == 0 and first):
                self._text(draft, at, row.cells[at], left)

    def _label(self, row: LogicalRow, at: int) -> str | None:
        """The label that a cell is; a label that begins a cell is taken off and opens its column."""
        pieces = row.cells[at]
        if not row.text(at):
            return None
        whole = Cell("".join(piece.text for piece in pieces), pieces[0].origin)
        label = self.reading.labels.find(whole.text)
        if label is None or label.key not in _KEYS:
            return None
        for piece in pieces:
            self.reading.boilerplate(piece)
        self.reading.take_year(pieces[0], label.key)
        return label.key

    def _stray(self, row: LogicalRow) -> None:
        """A line without a tab: the rest of a text broken by a page end, if one is open; else it stays unplaced."""
        segments = self.drafts[-1].segments if self.drafts else []
        if segments and segments[-1].pieces and not is_complete(segments[-1].text):
            segments[-1].pieces += row.cells[0]

    def _name(self, pieces: Pieces) -> None:
        draft = self.drafts[-1] if self.drafts else None
        if draft and self._name_goes_on(draft, pieces):
            draft.name += pieces
            return
        fresh = _Draft(list(pieces))
        fresh.columns = {at: self._segment(fresh, key) for at, key in self.header.items()}
        self.drafts.append(fresh)

    @staticmethod
    def _name_goes_on(draft: _Draft, pieces: Pieces) -> bool:
        name = "".join(piece.text.strip() for piece in draft.name)
        if _CLOSED.search(round_brackets(name)):
            return False
        open_text = draft.segments and draft.segments[-1].pieces and not is_complete(draft.segments[-1].text)
        bracket = round_brackets(pieces[0].text.strip()).startswith("(") or "(" in round_brackets(name)
        return bool(bracket or not draft.has_text or open_text)

    @staticmethod
    def _segment(draft: _Draft, key: str | None) -> _Segment:
        segment = _Segment(key)
        draft.segments.append(segment)
        return segment

    def _open(self, draft: _Draft, at: int, key: str) -> None:
        current = draft.columns.get(at)
        if current is not None and current.key == key and not is_complete(current.text):
            return
        draft.columns[at] = self._segment(draft, key)

    def _text(self, draft: _Draft, at: int, pieces: Pieces, left: str | None) -> None:
        label = self.reading.labels.prefix(pieces[0].text, _ORDER)
        if label:
            self.reading.take_label(label, pieces[0])
            self._open(draft, at, label.key)
            pieces = (part(pieces[0], label.end), *pieces[1:])
        segment = draft.columns.get(at)
        if segment is None and left is not None:
            segment = next(s for s in reversed(draft.segments) if s.key == left)
        if segment is None or (segment.pieces and is_complete(segment.text) and not label):
            segment = self._segment(draft, None)
            draft.columns[at] = segment
        segment.pieces += pieces


# --- what a draft means ----------------------------------------------------------------------------------------


def _entry(reading: Reading, draft: _Draft, known: set[str], register: frozenset[str]) -> ProgramEntry:
    _name_segments(reading, draft, known)
    name, sections = _split_name(reading, draft.name, register)
    plan: Value[str] | None = None
    reports: list[Report] = []
    for key in _ORDER:
        segments = [segment for segment in draft.segments if segment.key == key]
        value = _value(reading, segments)
        if value is None:
            if segments and key in _STAGES:
                reading.note("L04", stripped(draft.name[0]), label=reading.form.labels[key][0])
        elif key == "plan":
            plan = value
        else:
            reports.append(Report(key, value, tuple(read_quantities(reading, value))))
    return ProgramEntry(name, sections, plan, tuple(reports))


def _value(reading: Reading, segments: list[_Segment]) -> Value[str] | None:
    filled = [segment for segment in segments if any(piece.text.strip() for piece in segment.pieces)]
    if not filled:
        return None
    values = [reading.text(segment.pieces, segment.status) for segment in filled]
    origins = tuple(origin for value in values for origin in value.origins)
    status = Status.REPAIRED if Status.REPAIRED in {value.status for value in values} else values[0].status
    return Value("".join(v.value for v in values), "\n".join(v.raw for v in values), origins, status)


def _name_segments(reading: Reading, draft: _Draft, known: set[str]) -> None:
    """Gives segments without a label their key, if position leaves no other; else they continue the one before."""
    filled = sorted((s for s in draft.segments if s.pieces), key=lambda s: s.pieces[0].origin.start)
    labelled = {segment.key for segment in draft.segments if segment.key}
    if filled and filled[0].key is None and "plan" not in labelled:
        _restore(reading, filled[0], "plan")
        labelled.add("plan")
    open_keys = [key for key in _STAGES if key in known and key not in labelled]
    nameless = [segment for segment in filled if segment.key is None]
    reports = [segment for segment in nameless if _reads_as_report(reading, segment)]
    if reports and len(reports) == len(open_keys):
        for segment, key in zip(reports, open_keys, strict=True):
            if _in_order(filled, segment, key):
                _restore(reading, segment, key)
    before: _Segment | None = None
    for segment in filled:
        if segment.key is None:
            _continue(reading, segment, before)
        before = segment


def _reads_as_report(reading: Reading, segment: _Segment) -> bool:
    sentences = [s.strip() for piece in segment.pieces for s in re.split("[。．]", piece.text) if s.strip()]
    return bool(sentences) and sentences[-1].endswith(reading.form.report_endings)


def _in_order(filled: list[_Segment], segment: _Segment, key: str) -> bool:
    """Whether a key at this position keeps plan, interim and final in order."""
    at = next(index for index, other in enumerate(filled) if other is segment)
    rank = _ORDER.index(key)
    before = [_ORDER.index(other.key) for other in filled[:at] if other.key]
    after = [_ORDER.index(other.key) for other in filled[at + 1 :] if other.key]
    return all(other < rank for other in before) and all(rank < other for other in after)


def _restore(reading: Reading, segment: _Segment, key: str) -> None:
    segment.key, segment.status = key, Status.REPAIRED
    label = reading.form.labels[key][0].replace("{年度}", "年度")
    reading.note("L01", stripped(segment.pieces[0]), label=label)


def _continue(reading: Reading, segment: _Segment, before: _Segment | None) -> None:
    """A text after a complete one, without a label: a further paragraph, unless it may be a report."""
    if before is None or before.key is None or (before.key == "plan" and _reads_as_report(reading, segment)):
        reading.note("L03", stripped(segment.pieces[0]))
        return
    segment.key = before.key


def _split_name(
    reading: Reading, pieces: list[Cell], register: frozenset[str]
) -> tuple[Value[str], tuple[Value[str], ...]]:
    """Name and sections of `NAME (SECTION・SECTION)`; the bracket is the last one and holds units only."""
    name_pieces, inner = _bracket(pieces)
    cuts = _cut(reading, inner, register)
    if not cuts:
        reading.note("L06", stripped(pieces[0]))
        return reading.text(pieces), ()
    for piece in pieces:
        reading.boilerplate(piece)
    return reading.text(name_pieces), tuple(reading.text(cut) for cut in cuts)


def _bracket(pieces: list[Cell]) -> tuple[list[Cell], list[Cell]]:
    """The pieces before the last bracket and those inside it; nothing inside if the name does not end in one."""
    text = round_brackets("".join(piece.text for piece in pieces)).rstrip()
    match = re.search(r"\(\s*[^()]*\s*\)\Z", text)
    if not match or not text[: match.start()].strip():
        return pieces, []
    return _slice(pieces, 0, match.start()), _slice(pieces, match.start() + 1, match.end() - 1)


def _slice(pieces: Sequence[Cell], start: int, end: int) -> list[Cell]:
    """The characters start…end of pieces read as one text."""
    found, offset = [], 0
    for piece in pieces:
        first, last = max(start - offset, 0), min(end - offset, len(piece.text))
        if first < last:
            found.append(part(piece, first, last))
        offset += len(piece.text)
    return found


def _cut(reading: Reading, pieces: list[Cell], register: frozenset[str]) -> list[list[Cell]]:
    """One run of pieces for each section; none unless every one is listed or named as units are.

    A joiner may stand within a name (文化・交流課): the longest listed name wins, then the shortest that ends as
    units do.
    """
    text = "".join(piece.text for piece in pieces)
    edges = [0]
    for match in re.finditer("|".join(map(re.escape, reading.form.section_joiners)), text):
        edges += [match.start(), match.end()]
    edges.append(len(text))
    starts, ends = edges[0::2], edges[1::2]
    cuts, at = [], 0
    while at < len(starts):
        names = [fold(text[starts[at] : end]) for end in ends[at:]]
        listed = [size for size, name in enumerate(names) if name in register]
        unit_like = [size for size, name in enumerate(names) if name.endswith(reading.form.unit_suffixes)]
        if not listed and not unit_like:
            return []
        size = listed[-1] if listed else unit_like[0]
        cuts.append(_slice(pieces, starts[at], ends[at + size]))
        at += size + 1
    return cuts

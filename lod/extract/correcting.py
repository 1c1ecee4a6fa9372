"""A paper read as corrected: passages are replaced before it is read, and every place is led back to what is printed.

So a correction reaches all that follows from the passage (a number in a report, the furigana beside a name), and the
places, quotes and counted characters are still those of the paper as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from lod.corrections import Entry
from lod.findings import finding
from lod.model import (
    Accounting,
    Block,
    Cell,
    Correction,
    Document,
    Extraction,
    Finding,
    Origin,
    Status,
    Value,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Edit:
    """A passage of the printed text, start…end, and where its replacement stands in the corrected one."""

    start: int
    end: int
    new_start: int
    new_end: int
    text: str


class Correcting:
    """One paper with its corrections. `document` is what is to be read; `restored` takes its extraction back."""

    def __init__(self, printed: Document, entries: Sequence[Entry]) -> None:
        self._printed = printed
        self._name = printed.source.name
        self.findings: list[Finding] = []
        found = [place for entry in entries if (place := self._found(entry))]
        found.sort(key=lambda item: item.origin.start)
        self.corrections = tuple(self._apart(found))
        self._edits = tuple(_edits(self.corrections))
        self.document = self._edited() if self._edits else printed

    def _found(self, entry: Entry) -> Correction | None:
        """Where the passage stands; a finding where it does not stand exactly once in its line."""
        lines = self._printed.text.split("\n")
        line = lines[entry.line - 1] if entry.line <= len(lines) else ""
        column = line.find(entry.printed)
        start = sum(len(text) + 1 for text in lines[: entry.line - 1]) + column
        origin = Origin(entry.line, column + 1, start, start + len(entry.printed))
        if line.count(entry.printed) != 1:
            place = Origin(entry.line, 1, 0, 0) if entry.line <= len(lines) else None
            self.findings.append(
                finding("E03", self._name, place, line, printed=entry.printed, times=line.count(entry.printed))
            )
            return None
        return Correction(entry.printed, entry.corrected, entry.reason, entry.by, entry.decided, origin)

    def _apart(self, found: Sequence[Correction]) -> Sequence[Correction]:
        """The corrections that do not overlap an earlier one."""
        kept: list[Correction] = []
        for item in found:
            if kept and item.origin.start < kept[-1].origin.end:
                self.findings.append(finding("E04", self._name, item.origin, item.printed, other=kept[-1].printed))
            else:
                kept.append(item)
        return kept

    # --- forth -------------------------------------------------------------------------------------------------

    def _edited(self) -> Document:
        blocks = tuple(self._block(block) for block in self._printed.blocks)
        return replace(self._printed, text=self._text(0, len(self._printed.text)), blocks=blocks)

    def _block(self, block: Block) -> Block:
        return _walked(block, self._cell)

    def _cell(self, thing: object) -> object:
        if not isinstance(thing, Cell):
            return thing
        start, end = thing.origin.start, thing.origin.end
        line_start = start - thing.origin.column + 1
        column = thing.origin.column + self._shift(start) - self._shift(line_start)
        origin = replace(thing.origin, start=start + self._shift(start), end=end + self._shift(end), column=column)
        return Cell(self._text(start, end), origin)

    def _text(self, start: int, end: int) -> str:
        """The corrected text of the printed passage start…end."""
        text, parts, at = self._printed.text, [], start
        for edit in self._edits:
            if start <= edit.start and edit.end <= end:
                parts += [text[at : edit.start], edit.text]
                at = edit.end
        return "".join((*parts, text[at:end]))

    def _shift(self, at: int) -> int:
        """By how much a position of the printed text moves."""
        return sum(len(edit.text) - (edit.end - edit.start) for edit in self._edits if edit.end <= at)

    # --- and back ----------------------------------------------------------------------------------------------

    def restored(self, extraction: Extraction) -> Extraction:
        """The extraction with its places in the printed text, its corrected values marked, the corrections told."""
        if not self._edits:
            return replace(extraction, findings=(*self.findings, *extraction.findings))
        record = _walked(extraction.record, self._restore)
        told = [
            finding("E05", self._name, item.origin, item.printed, corrected=item.corrected, by=item.by)
            for item in self.corrections
        ]
        known = [_walked(item, self._restore) for item in extraction.findings]
        ordered = sorted((*told, *known), key=lambda item: item.origin.start if item.origin else -1)
        return replace(
            extraction,
            record=record and replace(record, corrections=self.corrections),
            findings=(*self.findings, *ordered),
            accounting=self._accounting(_walked(extraction.accounting, self._restore)),
        )

    def _restore(self, thing: object) -> object:
        """A value, cell, finding or place of the corrected text as it is in the printed one."""
        match thing:
            case Origin():
                return self._back(thing)
            case Cell(origin=origin):
                place = self._back(origin)
                return Cell(self._printed.text[place.start : place.end], place)
            case Value(origins=origins) if any(map(self._touches, origins)):
                places = tuple(map(self._back, origins))
                raw = "\n".join(self._printed.text[place.start : place.end] for place in places)
                return Value(thing.value, raw, places, Status.CORRECTED)
            case Finding(origin=Origin() as origin) if self._touches(origin):
                place = self._back(origin)
                return replace(thing, origin=place, seen=self._printed.text[place.start : place.end])
        return thing

    def _back(self, origin: Origin) -> Origin:
        """The place in the printed text; a part of a corrected passage is the whole passage there."""
        start, end = origin.start, origin.end
        for edit in self._edits:
            if edit.new_start <= origin.start:
                start = edit.start if origin.start < edit.new_end else origin.start + edit.end - edit.new_end
            if edit.new_start < origin.end:
                end = edit.end if origin.end <= edit.new_end else origin.end + edit.end - edit.new_end
        column = start - self._printed.text.rfind("\n", 0, start)
        return replace(origin, start=start, end=max(start, end), column=column)

    def _touches(self, origin: Origin) -> bool:
        """Whether a corrected passage stands at a place; one that was taken out, also at its edge."""
        return any(
            edit.new_start < origin.end and origin.start < edit.new_end
            if edit.text
            else origin.start <= edit.new_start <= origin.end
            for edit in self._edits
        )

    def _accounting(self, accounting: Accounting) -> Accounting:
        """Characters that corrections put in are no characters of the paper; those they replaced are."""
        change = sum(_visible(item.printed) - _visible(item.corrected) for item in self.corrections)
        return replace(accounting, mapped=accounting.mapped + change, total=accounting.total + change)


def _edits(corrections: Sequence[Correction]) -> Sequence[_Edit]:
    found, shift = [], 0
    for item in corrections:
        start = item.origin.start + shift
        found.append(_Edit(item.origin.start, item.origin.end, start, start + len(item.corrected), item.corrected))
        shift += len(item.corrected) - len(item.printed)
    return found


def _visible(text: str) -> int:
    return sum(not char.isspace() for char in text)


def _walked(thing: T, change: Any) -> T:  # noqa: ANN401 -- any value of the model, its own type given back
    """A value of the model with `change` applied to it and, where that leaves it as it is, to all that it holds."""
    changed = change(thing)
    if changed is not thing:
        return cast("T", changed)
    if isinstance(thing, tuple):
        return cast("T", tuple(_walked(item, change) for item in thing))
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = {field.name: _walked(getattr(thing, field.name), change) for field in fields(thing)}
        return cast("T", replace(thing, **parts))
    return thing

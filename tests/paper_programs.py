"""Prints the table of programs: name and section, plan, reports below or beside each other, page breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.paper_truth import Draw, ProgramTruth
from tests.paper_typing import cut, row_text, spaced

_STAGE_LABELS = {"interim": "中間報告", "final": "最終報告"}
_STAGE_NOTES = {"interim": "（9月末現在）", "final": "（3月末現在）"}
_STAGES = {"final": ("final",), "interim": ("interim",), "none": ()}
_BOTH = ("interim", "final")


@dataclass(slots=True)
class _Row:
    cells: list[str]
    splittable: bool = False  # holds one text and nothing else


@dataclass(frozen=True, slots=True)
class _Table:
    draw: Draw
    plan_label: str
    lost_at: int  # the program that lost the label, -1 if none

    def label(self, stage: str) -> str:
        if stage == "plan":
            return self.plan_label
        note = _STAGE_NOTES[stage] if self.draw["house_style"] == "stage-notes" else ""
        return spaced(self.draw, _STAGE_LABELS[stage]) + note

    def printed_label(self, stage: str, program: int) -> str:
        lost = program == self.lost_at and self.draw["lost"] == stage
        return "" if lost else self.label(stage)


def program_lines(
    draw: Draw, programs: Sequence[ProgramTruth], year_label: str
) -> tuple[list[str], list[tuple[str, str]]]:
    """The lines of the table without its first header, and the findings that lost labels should cause."""
    loses = draw["lost"] in ("plan", *_BOTH)
    lost_at = draw.rng.randrange(len(programs)) if loses else -1
    table = _Table(draw, f"{year_label}の取組", lost_at)
    blocks = [_program(table, n, program) for n, program in enumerate(programs)]
    findings = [("L01", table.label(draw["lost"]))] if loses else []
    return _lines(draw, blocks), findings


def _lines(draw: Draw, blocks: list[list[_Row]]) -> list[str]:
    width = max(len(row.cells) for block in blocks for row in block)
    broken_block, broken_row = _break_place(draw, blocks)
    lines: list[str] = []
    for n, block in enumerate(blocks):
        if draw["blank_lines"] == "many" and n and draw.rng.random() < 0.2:
            lines.append("")
        for number, row in enumerate(block):
            if (n, number) == (broken_block, broken_row):
                lines += _page_break(draw, width)
            lines += row_text(draw, row.cells, width).split("\n")
    return lines


def _break_place(draw: Draw, blocks: list[list[_Row]]) -> tuple[int, int]:
    """Block and row in front of which a new page begins; a text is cut in two rows for a break within it."""
    kind, rng = draw["page_break"], draw.rng
    if kind == "between":
        return rng.randrange(1, len(blocks)), 0
    if kind == "none":
        return -1, -1
    number = rng.randrange(len(blocks))
    block = blocks[number]
    if kind == "in-text":
        rows = [n for n, row in enumerate(block) if row.splittable]
        if rows and (at := cut(rng, block[row := rng.choice(rows)].cells[1])):
            cells = block[row].cells
            block.insert(row + 1, _Row(["", cells[1][at:]]))
            cells[1] = cells[1][:at]
            return number, row + 1
    return (number, rng.randrange(1, len(block))) if len(block) > 1 else (-1, -1)


def _page_break(draw: Draw, width: int) -> list[str]:
    page, pages = draw.rng.randint(1, 4), 5
    line = {"dashes": f"- {page} -", "of": f"{page}/{pages}", "number": str(page), "wide": f"－ {page} －"}
    printed = line.get(draw["page_line"])
    header = row_text(draw, [spaced(draw, "主な事業"), ""], width)
    return ["", header] if printed is None else ["", printed, "", header]


# --- one program


def _program(table: _Table, number: int, program: ProgramTruth) -> list[_Row]:
    rows = _cells(table, number, program)
    first, second = _left(table, number, program)
    if second and len(rows) == 1:
        rows.append(_Row(["", ""]))
    rows[0].cells[0] = first
    if second:
        rows[1].cells[0] = second
        rows[1].splittable = False
    return rows


def _cells(table: _Table, number: int, program: ProgramTruth) -> list[_Row]:
    draw = table.draw
    texts = {stage: report.text for stage, report in program.reports.items()}
    kind = draw["reports"]
    if kind == "columns3":
        stages = ("plan", *_BOTH)
        labels = _Row(["", *(table.printed_label(stage, number) for stage in stages)])
        return [labels, *_side_by_side(draw, [program.plan, *(texts.get(stage, "") for stage in _BOTH)])]
    rows = _plan_rows(table, number, program.plan)
    if kind == "columns":
        rows.append(_Row(["", *(table.printed_label(stage, number) for stage in _BOTH)]))
        return [*rows, *_side_by_side(draw, [texts.get(stage, "") for stage in _BOTH])]
    for stage in _STAGES.get(kind, _BOTH):
        label = table.printed_label(stage, number)
        if label or draw.rng.random() < 0.4:
            rows.append(_Row(["", label]))
        if text := texts.get(stage, ""):
            rows += _text_rows(draw, text)
        elif draw.rng.random() < 0.5:
            rows.append(_Row(["", ""]))
    return rows


def _plan_rows(table: _Table, number: int, plan: str) -> list[_Row]:
    label = table.printed_label("plan", number)
    if not label and table.draw.rng.random() < 0.7:
        return [_Row(["", plan])]  # as in the seed: the text stands where the label should
    return [_Row(["", label]), *_text_rows(table.draw, plan)]


def _text_rows(draw: Draw, text: str) -> list[_Row]:
    """One text, perhaps broken: a line without a tab (inside the cell) or a further row with one."""
    if draw["broken"] in ("text", "text-row") and draw.rng.random() < 0.4 and (at := cut(draw.rng, text)):
        if draw["broken"] == "text":
            return [_Row(["", f"{text[:at]}\n{text[at:]}"])]
        return [_Row(["", text[:at]]), _Row(["", text[at:]])]
    return [_Row(["", text], splittable=True)]


def _side_by_side(draw: Draw, texts: Sequence[str]) -> list[_Row]:
    kind = draw["broken"]
    if kind not in ("text", "text-row") or draw.rng.random() < 0.5:
        return [_Row(["", *texts])]
    places = [cut(draw.rng, text) for text in texts]
    pairs = [(text[:at], text[at:]) if at else (text, "") for text, at in zip(texts, places, strict=True)]
    if kind == "text":
        return [_Row(["", *(f"{first}\n{rest}" if rest else first for first, rest in pairs)])]
    return [_Row(["", *(first for first, _ in pairs)]), _Row(["", *(rest for _, rest in pairs)])]


def _left(table: _Table, number: int, program: ProgramTruth) -> tuple[str, str]:
    """The first cell of the program's first row and, where it goes on there, of its second."""
    draw = table.draw
    name, who = program.name, _sections(draw, program.sections)
    place = draw["section_place"]
    inline = number == table.lost_at and draw["lost"] == "plan"
    if draw["broken"] in ("program", "program-row") and draw.rng.random() < 0.5 and (at := cut(draw.rng, name)):
        joint = " " if place != "tight" else ""
        if draw["broken"] == "program" or inline:
            return f"{name[:at]}\n{name[at:]}{joint}{who}", ""
        return name[:at], f"{name[at:]}{joint}{who}"
    if place == "next-row" and not inline:
        return name, who
    joint = {"tight": "", "next-line": "\n", "spaced": "　" if draw["label_spacing"] == "full" else " "}.get(place, " ")
    return f"{name}{joint}{who}", ""


def _sections(draw: Draw, names: Sequence[str]) -> str:
    listed = ("、" if draw["two_sections"] == "comma" else "・").join(names)
    return f"（{listed}）" if draw["width"] in ("brackets", "all") else f"({listed})"

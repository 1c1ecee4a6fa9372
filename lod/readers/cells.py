"""Where the cells of each line are: between tabs, or, in a text without any tab, between wide gaps of spaces.

Programs that copy or convert a table leave tabs; some put spaces in their place: the same number for each tab, or as
many as bring the next cell to its column. A column of spaces is told from spaces within a text by its width (two or
more) and by its lines: a table has at least two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
_GAP = re.compile(r"[ \u3000]{2,}")
# A gap after a list mark is no gap between cells: ①  text, (1)  text, ・  text.
_MARK = re.compile(r"[ \u3000]*(?:[①-⑳㉑-㊿]|[(（]?[0-9０-９]{1,2}[)）.．、]?|[-*+・●○■□◆◇▶►•※])[ \u3000]*\Z")
_STEPS = range(3, 13)
"""Numbers of spaces that programs put in place of a tab."""
_MOST = 0.9
_NEAR = 2
"""Positions this close belong to one column: numbers are printed flush right."""


def cells_of(lines: Sequence[str]) -> list[list[Span]]:
    """For each line the (start, end) of its cells, empty ones included; one span for a line that is no table row."""
    if any("\t" in line for line in lines):
        return [_between(line, [match.span() for match in re.finditer("\t", line)]) for line in lines]
    whole: list[list[Span]] = [[(0, len(line))] for line in lines]
    inner = [[gap for gap in _gaps(line) if gap[0] and line[gap[1] :].strip()] for line in lines]
    if sum(map(bool, inner)) < 2:
        return whole
    step = _step([line[slice(*gap)] for line, gaps in zip(lines, inner, strict=True) for gap in gaps])
    if step:
        return [_between(line, _steps(line, step)) for line in lines]
    for blank, numbers in groupby(range(len(lines)), key=lambda at: not lines[at].strip()):
        block = list(numbers)
        if not blank and _is_table([lines[at] for at in block]):
            for at, spans in zip(block, _aligned([lines[at] for at in block]), strict=True):
                whole[at] = spans
    return whole


def _between(line: str, gaps: Sequence[Span]) -> list[Span]:
    edges = [0, *(edge for gap in gaps for edge in gap), len(line)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _gaps(line: str) -> list[Span]:
    return [m.span() for m in _GAP.finditer(line) if m.start() == 0 or not _MARK.match(line[: m.start()])]


def _step(gaps: Sequence[str]) -> int:
    """The number of spaces that stands for one tab; 0 where gaps are as wide as their column asks."""
    sizes = [gap.count(" ") for gap in gaps]
    return next((step for step in reversed(_STEPS) if sum(n > 0 == n % step for n in sizes) >= _MOST * len(sizes)), 0)


def _steps(line: str, step: int) -> list[Span]:
    """Each run of spaces as the tabs it stands for; spaces that are too few for one belong to the text."""
    return [m.span() for m in re.finditer(f" {{{step}}}", line) if m.start() == 0 or not _MARK.match(line[: m.start()])]


def _is_table(block: Sequence[str]) -> bool:
    inner = [any(start and line[end:].strip() for start, end in _gaps(line)) for line in block]
    outer = [bool(_GAP.match(line)) for line in block]
    return sum(inner) > 1 or (any(inner) and any(outer))


def _aligned(block: Sequence[str]) -> list[list[Span]]:
    """Cells in columns that begin at the same position, in characters or in columns of a fixed font, as fits better."""
    return min((_columns(block, measure) for measure in (_width, len)), key=lambda rows: max(map(len, rows)))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _columns(block: Sequence[str], measure: Callable[[str], int]) -> list[list[Span]]:
    rows = [[span for span in _between(line, _gaps(line)) if line[slice(*span)].strip()] for line in block]
    columns: list[int] = []
    for at in sorted({measure(line[:start]) for line, row in zip(block, rows, strict=True) for start, _ in row}):
        if not columns or at - columns[-1] > _NEAR:
            columns.append(at)
    return [_placed(line, row, columns, measure) for line, row in zip(block, rows, strict=True)]


def _placed(line: str, row: Sequence[Span], columns: Sequence[int], measure: Callable[[str], int]) -> list[Span]:
    placed: list[Span] = []
    for start, end in row:
        rank = sum(column <= measure(line[:start]) for column in columns) - 1
        placed += [(start, start)] * (rank - len(placed))
        placed.append((start, end))
    if len(placed) == 1 and line[placed[0][1] :]:
        placed.append((len(line), len(line)))  # a heading whose cell is as wide as the column
    return placed

"""How characters are set in an invented paper: widths, blanks inside labels, margins of cells, breaks in words."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.paper_truth import FULL_DIGITS, Draw


def widen(draw: Draw, text: str) -> str:
    return text.translate(FULL_DIGITS) if draw["width"] in ("digits", "all") else text


def spaced(draw: Draw, label: str) -> str:
    """The label, its characters apart where the paper sets them so."""
    blank = {"half": " ", "full": "　"}.get(draw["label_spacing"])
    return label if blank is None else blank.join(label)


def row_text(draw: Draw, row: Sequence[str], width: int) -> str:
    """One row of a table as text; a cell may hold a line break."""
    margins, tabs = draw["margins"], draw["tabs"]
    cells = [*row, *[""] * (width - len(row))]
    if margins == "wide":
        cells = [f"　{cell}　" if cell else "" for cell in cells]
    elif margins == "leading" and draw.rng.random() < 0.5:
        cells[0] = draw.rng.choice((" ", "　")) + cells[0]
    line = "\t".join(cells)
    if tabs == "extra":
        return line + "\t"
    return line.rstrip("\t") if tabs == "stripped" else line


def cut(rng: random.Random, text: str) -> int:
    """A place between two kana or kanji of one line, at least four from either end; 0 if there is none."""
    for _ in range(8):
        if len(text) < 9:
            break
        at = rng.randint(4, len(text) - 4)
        if _is_letter(text[at - 1]) and _is_letter(text[at]):
            return at
    return 0


def _is_letter(char: str) -> bool:
    return "ぁ" <= char <= "ん" or "ァ" <= char <= "ヺ" or "一" <= char <= "鿿"

"""Invented policy papers with ground truth: an independent examiner of the reader.

`generate(seed)` draws a paper in the layout of the seed (a tab table as text recognition leaves it) and says what
it states. The same seed and options always give the same paper; any option of `FEATURES` can be held fixed
(`generate(7, reports="columns", encoding="cp932")`). What no reader could tell from the page is never drawn.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping

from tests import paper_content, paper_layout
from tests.paper_truth import Draw, GeneratedPaper, Truth

# option → (value, weight), ...; the first value is the seed's own way and is not reported as a feature
FEATURES: Mapping[str, tuple[tuple[str, float], ...]] = {
    "encoding": (("utf-8", 55), ("utf-8-sig", 10), ("cp932", 20), ("utf-16-le", 8), ("utf-16-be", 7)),
    "newline": (("lf", 75), ("crlf", 25)),
    "kana": (("composed", 92), ("decomposed", 8)),
    "year": (("era", 85), ("western", 10), ("spaced", 5)),
    "reiwa1": (("reiwa", 60), ("heisei", 40)),
    "title": (("plain", 70), ("year", 15), ("post", 15)),
    "as_of": (("start", 85), ("end", 8), ("note", 7)),
    "reports": (("final", 42), ("rows", 22), ("columns", 11), ("columns3", 5), ("interim", 10), ("none", 10)),
    "heads": (("one", 70), ("two-labels", 15), ("two-people", 15)),
    "head_row": (("last", 70), ("other", 20), ("header", 10)),
    "headcounts": (("given", 74), ("no-column", 10), ("empty", 6), ("hyphen", 5), ("minus", 5)),
    "furigana": (("spaced", 50), ("wide", 10), ("tight", 12), ("brackets", 10), ("katakana", 9), ("none", 9)),
    "garbled": (("no", 88), ("one", 12)),
    "cut_reading": (("no", 88), ("one", 12)),
    "names": (("common", 70), ("hard", 30)),
    "width": (("half", 65), ("digits", 12), ("brackets", 8), ("all", 15)),
    "label_spacing": (("none", 84), ("half", 8), ("full", 8)),
    "blank_lines": (("seed", 80), ("many", 12), ("few", 8)),
    "tabs": (("seed", 65), ("extra", 10), ("stripped", 25)),
    "margins": (("none", 82), ("leading", 9), ("wide", 9)),
    "goals_heading": (("list", 30), ("hash", 15), ("stars", 15), ("plain", 20), ("square", 10), ("lenticular", 10)),
    "goal_marks": (("list", 35), ("circled", 20), ("dotted", 12), ("bracketed", 13), ("numbered", 10), ("wide", 10)),
    "indent": (("even", 70), ("drift", 30)),
    "lost": (
        ("nothing", 65), ("plan", 6), ("final", 4), ("interim", 3), ("policy-heading", 3), ("goals-heading", 3),
        ("department", 2), ("head", 2), ("section", 2), ("section-head", 2), ("staff", 2), ("programs-heading", 3),
        ("goal-mark", 3),
    ),
    "broken": (
        ("nothing", 65), ("text", 8), ("text-row", 7), ("name", 4), ("name-row", 4), ("program", 4),
        ("program-row", 4), ("prose", 4),
    ),
    "page_break": (("none", 60), ("between", 16), ("within", 14), ("in-text", 10)),
    "page_line": (("blank", 45), ("dashes", 20), ("of", 15), ("number", 10), ("wide", 10)),
    "section_place": (("spaced", 70), ("tight", 15), ("next-line", 8), ("next-row", 7)),
    "two_sections": (("no", 80), ("dot", 10), ("comma", 10)),
    "program_brackets": (("no", 90), ("one", 10)),
    "empty_report": (("no", 95), ("one", 5)),
    # one way more in which a city may set its paper
    "house_style": (
        ("none", 60), ("other-headers", 6), ("stage-notes", 5), ("two-paragraphs", 5), ("bullets", 5),
        ("staff-unit", 4), ("staff-total", 3), ("acting", 3), ("title-mark", 3), ("both-years", 3), ("short-era", 3),
    ),
    "numbers": (("plain", 55), ("comma", 20), ("full", 12), ("full-comma", 5), ("units", 8)),
}  # fmt: skip
_VALUES = {name: [value for value, _ in rows] for name, rows in FEATURES.items()}
_CUMULATED = {
    name: [sum(weight for _, weight in rows[: n + 1]) for n in range(len(rows))] for name, rows in FEATURES.items()
}
_DECOMPOSED = {
    ord(kana): unicodedata.normalize("NFD", kana)
    for kana in map(chr, (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB)))
    if unicodedata.normalize("NFD", kana) != kana
}
_BOMS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def _choose(seed: int, material: str, options: Mapping[str, str]) -> Draw:
    unknown = set(options) - set(FEATURES)
    if unknown:
        raise ValueError(f"no such options: {sorted(unknown)}")
    rng = random.Random(seed)  # noqa: S311 - invented papers need a seeded random, not a secret one
    drawn = {name: rng.choices(_VALUES[name], cum_weights=_CUMULATED[name])[0] for name in FEATURES}
    return Draw(rng, drawn | dict(options), material)


def _settle(choices: dict[str, str], programs: int, goals: int) -> None:
    """Takes back what would leave a page that nobody could read, or that does not apply to this paper."""
    reports, lost = choices["reports"], choices["lost"]
    if choices["encoding"] == "cp932" and choices["kana"] == "decomposed":
        choices["kana"] = "composed"  # CP932 has no combining marks
    needs_neighbours = lost in ("final", "interim")  # which stage it was shows only in the other programs
    if (
        (needs_neighbours and programs < 2)
        or (lost == "final" and reports in ("interim", "none"))
        or (lost == "interim" and reports in ("final", "none"))
        or (lost == "staff" and choices["headcounts"] != "given")
        or (lost == "goal-mark" and goals < 3)
        or (lost == "head" and choices["heads"] != "one")
    ):
        choices["lost"] = "nothing"
    if choices["broken"] == "name-row" and (choices["furigana"] == "none" or choices["heads"] == "two-people"):
        choices["broken"] = "nothing"  # a name alone in its row is a second person
    if choices["lost"] != "nothing" and choices["broken"] in ("text-row", "prose", "text"):
        choices["broken"] = "nothing"  # without its label, a broken text is two texts
    if choices["page_break"] == "in-text" and choices["lost"] in ("plan", "final", "interim", "programs-heading"):
        choices["page_break"] = "within"
    if programs < 2 and choices["page_break"] == "between":
        choices["page_break"] = "within"
    if choices["lost"] == "policy-heading" and choices["blank_lines"] == "few":
        choices["blank_lines"] = "seed"  # nothing would part the policy from the table
    _settle_house_style(choices)
    if choices["page_break"] == "none":
        choices["page_line"] = "blank"
    if choices["lost"] in ("plan", "final", "interim"):
        choices["empty_report"] = "no"
    if reports == "none":
        choices["empty_report"] = "no"
        choices["numbers"] = "plain"


def _settle_house_style(choices: dict[str, str]) -> None:
    style, lost = choices["house_style"], choices["lost"]
    if (
        (style in ("staff-unit", "staff-total") and choices["headcounts"] != "given")
        or (style == "bullets" and (choices["broken"] != "nothing" or lost != "nothing"))
        or (style == "two-paragraphs" and lost in ("policy-heading", "goals-heading"))
    ):
        choices["house_style"] = "none"


def generate(seed: int, *, material: str = "first", **options: str) -> GeneratedPaper:
    """The paper of a seed. `options` hold features of `FEATURES` fixed; `material` is the set of words."""
    draw = _choose(seed, material, options)
    rng, choices = draw.rng, draw.choices
    programs, goals = 1 + int(rng.random() ** 2 * 20), 1 + int(rng.random() ** 1.4 * 15)
    year = rng.randint(2005, 2030)
    _settle(choices, programs, goals)
    content = paper_content.invent(draw, year, programs, goals)
    text, truth = paper_layout.print_paper(draw, content)
    data = _encode(text, draw)
    return GeneratedPaper(text, choices["encoding"], data, truth, _features(draw, truth))


def _encode(text: str, draw: Draw) -> bytes:
    if draw["kana"] == "decomposed":
        text = text.translate(_DECOMPOSED)
    if draw["newline"] == "crlf":
        text = text.replace("\n", "\r\n")
    encoding = draw["encoding"]
    return _BOMS.get(encoding, b"") + text.encode(encoding)


def _features(draw: Draw, truth: Truth) -> frozenset[str]:
    """The ways in which this paper differs from the seed, as `option:value`, and some from its content."""
    named = {
        f"{name}:{value}"
        for name, value in draw.choices.items()
        if value != _VALUES[name][0] and (name != "reiwa1" or truth.fiscal_year == 2019)
    }
    if truth.fiscal_year == 2019:
        named.add("fiscal-year:2019")
    if len(truth.programs) > 10:
        named.add("programs:many")
    if len(truth.sections) > 5:
        named.add("sections:many")
    return frozenset(named)


def options_of(text: str) -> dict[str, str]:
    """`a=b,c=d` as options."""
    return dict(part.split("=", 1) for part in text.split(",") if part)

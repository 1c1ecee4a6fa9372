"""Prints an invented paper: the tab table that text recognition leaves, with the faults that were drawn for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.paper_content import Content, Person
from tests.paper_programs import program_lines
from tests.paper_truth import FULL_DIGITS, UNCERTAIN, WITHHELD, Draw, SectionTruth, Truth
from tests.paper_typing import cut, row_text, spaced, widen

_HEADINGS = {
    "list": "- {}**", "hash": "## {}", "stars": "**{}**", "plain": "{}", "square": "■{}", "lenticular": "【{}】",
}  # fmt: skip
_SECTION_HEADERS = (("課名", "課長名", "職員数"), ("課等名", "課長等名", "職員数（人）"))
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"
_INDENTS = ("", " ", "  ", "　")


@dataclass(slots=True)
class _Page:
    draw: Draw
    lines: list[str] = field(default_factory=list)
    findings: list[tuple[str, str]] = field(default_factory=list)

    def gap(self) -> None:
        """Blank lines between two parts of the page."""
        kind = self.draw["blank_lines"]
        self.lines += [""] * {"seed": 1, "few": 0}.get(kind, self.draw.rng.randint(1, 3))

    def rows(self, rows: Iterable[Sequence[str]], width: int) -> None:
        for row in rows:
            if self.draw["blank_lines"] == "many" and row[0] and self.draw.rng.random() < 0.2:
                self.lines.append("")
            self.lines += row_text(self.draw, row, width).split("\n")

    def loses(self, place: str, label: str) -> bool:
        """Whether the label of this place is the one lost in this paper; notes the finding it should cause."""
        if self.draw["lost"] != place:
            return False
        self.findings.append(("L01", label))
        return True


def print_paper(draw: Draw, content: Content) -> tuple[str, Truth]:
    page = _Page(draw, [""] * draw.rng.randint(0, 3))
    _top(page, content)
    _organization(page, content)
    _policy(page, content)
    _goals(page, content)
    page.gap()
    lines, findings = program_lines(draw, content.programs, fiscal_year_label(draw, content.year))
    if draw["lost"] != "programs-heading":
        page.lines.append(row_text(draw, [spaced(draw, "主な事業"), ""], 2))
    else:
        page.findings.append(("L01", "主な事業"))
    page.lines += lines
    page.findings += findings
    text = "\n".join(page.lines) + ("\n" if draw.rng.random() < 0.6 else "")
    return text, _truth(content, page.findings)


def _truth(content: Content, findings: list[tuple[str, str]]) -> Truth:
    heads = tuple(person.truth for _, people in content.heads for person in people)
    sections = tuple(SectionTruth(name, (head.truth,), count) for name, head, count, _ in content.sections)
    for person in (*heads, *(head for section in sections for head in section.heads)):
        if person.name_status == WITHHELD:
            findings.append(("N01", person.name))
        elif person.reading_status == UNCERTAIN:
            findings.append(("N03", person.name))
    goals = tuple(enumerate(content.goals, 1))
    return Truth(
        content.department, content.year, content.as_of, heads, sections, content.policy, goals, content.programs,
        tuple(findings),
    )  # fmt: skip


def fiscal_year_label(draw: Draw, year: int) -> str:
    if draw["year"] == "western":
        return widen(draw, f"{year}年度")
    if draw["house_style"] == "both-years":
        return widen(draw, f"{_era(year, draw['reiwa1'] == 'reiwa')}年度（{year}年度）")
    if draw["house_style"] == "short-era" and year != 2019:
        return widen(draw, f"R{year - 2018}年度" if year > 2019 else f"H{year - 1988}年度")
    era = _era(year, draw["reiwa1"] == "reiwa")
    if draw["year"] == "spaced":
        era = era.replace("平成", "平成 ").replace("令和", "令和 ") + " "
    return widen(draw, f"{era}年度")


def _era(year: int, reiwa: bool) -> str:
    if year > 2019:
        return f"令和{year - 2018}"
    return "令和元" if year == 2019 and reiwa else f"平成{year - 1988}"


def _day(draw: Draw, day: date) -> str:
    new_era = day >= date(2019, 5, 1)
    year = str(day.year) if draw["year"] == "western" else _era(day.year, new_era)
    return widen(draw, f"{year}年{day.month}月{day.day}日")


def _top(page: _Page, content: Content) -> None:
    draw = page.draw
    title = f"{content.department}の基本方針"
    if draw["title"] == "year":
        title = f"{fiscal_year_label(draw, content.year)} {title}"
    elif draw["title"] == "post":
        title = f"{content.department}長の基本方針" if content.department.endswith("部") else title
    mark = "# " if draw["house_style"] == "title-mark" else ""
    page.lines.append(_margin(draw) + mark + title)
    page.gap()
    if content.as_of is None:
        return
    stated = f"職員数は{_day(draw, content.as_of)}現在"
    wide = draw["width"] in ("brackets", "all")
    note = f"※{stated}" if draw["as_of"] == "note" else f"（{stated}）" if wide else f"({stated})"
    page.lines.append(_margin(draw) + note)
    page.gap()


def _margin(draw: Draw) -> str:
    kind = draw["margins"]
    return "" if kind == "none" else draw.rng.choice((" ", "  ", "　")) if kind == "leading" else "　"


# --- the table of the organization


def _organization(page: _Page, content: Content) -> None:
    draw = page.draw
    staff = draw["headcounts"] != "no-column"

    def label(place: str, text: str) -> str:
        return "" if page.loses(place, text) else spaced(draw, text)

    names = _SECTION_HEADERS[draw["house_style"] == "other-headers"]
    header = ["", "", label("section", names[0]), label("section-head", names[1])]
    header += [label("staff", names[2])] if staff else []
    rows = [[label("department", "部局名"), content.department, spaced(draw, "部局内の執行体制")], header]
    after: dict[int, dict[int, str]] = {}  # what stands under a cell because the name broke: row → cell → text
    for name, head, _, printed in content.sections:
        cell = _name_cell(draw, head, after.setdefault(len(rows), {}), 3)
        rows.append(["", "", name, cell, *([printed + _staff_unit(draw)] if staff else [])])
    heads = [
        ("" if n else label("head", f"{post}名"), person)
        for post, people in content.heads
        for n, person in enumerate(people)
    ]
    for at, (post, person) in enumerate(heads, _head_row(draw, len(rows), len(heads))):
        rows[at][0] = post
        rows[at][1] = _name_cell(draw, person, after.setdefault(at, {}), 1)
    if draw["house_style"] == "staff-total":
        total = sum(count or 0 for _, _, count, _ in content.sections)
        rows.append(["", "", "合計", "", widen(draw, str(total))])
    page.rows(_with_rest(rows, after), 5 if staff else 4)


def _staff_unit(draw: Draw) -> str:
    return "人" if draw["house_style"] == "staff-unit" else ""


def _head_row(draw: Draw, rows: int, heads: int) -> int:
    if draw["head_row"] == "last":
        return rows - heads
    return 1 if draw["head_row"] == "header" else draw.rng.randint(1, rows - heads)


def _with_rest(rows: list[list[str]], after: dict[int, dict[int, str]]) -> Iterable[list[str]]:
    for n, row in enumerate(rows):
        yield row
        if rest := after.get(n):
            yield [rest.get(cell, "") for cell in range(4)]


def _name_cell(draw: Draw, person: Person, rest: dict[int, str], cell: int) -> str:
    """The printed cell; where the name breaks, the rest goes on the next line or into the row below."""
    kind = draw["broken"]
    if kind not in ("name", "name-row") or person.truth.name_status == WITHHELD or draw.rng.random() < 0.4:
        return person.cell
    first, second = (person.parts[0], person.parts[1]) if len(person.parts) == 2 else _halves(person.parts[0])
    if kind == "name":
        return f"{first.rstrip()}\n{second}"
    rest[cell] = second
    return first.rstrip()


def _halves(name: str) -> tuple[str, str]:
    family, _, given = name.partition(" ")
    return family, given


# --- policy and goals


def _heading(page: _Page, text: str, style: str) -> None:
    page.lines.append(_margin(page.draw) + _HEADINGS[style].format(text))


def _policy(page: _Page, content: Content) -> None:
    draw = page.draw
    page.gap()
    if not page.loses("policy-heading", "基本方針"):
        styled = draw["goals_heading"] not in ("list", "plain") and draw.rng.random() < 0.3
        _heading(page, spaced(draw, "基本方針"), draw["goals_heading"] if styled else "plain")
        page.gap()
    for paragraph in content.policy.split("\n"):
        lines = _wrapped(draw, paragraph)
        page.lines += [_margin(draw) + lines[0], *lines[1:]]


def _wrapped(draw: Draw, text: str) -> list[str]:
    """The lines of a paragraph: one, or several that break inside sentences and words."""
    if draw["broken"] != "prose":
        return [text]
    lines = []
    while len(text) > 40 and (at := cut(draw.rng, text[: draw.rng.randint(28, 46)])):
        lines.append(text[:at])
        text = text[at:]
    return [*lines, text]


def _goals(page: _Page, content: Content) -> None:
    draw = page.draw
    page.gap()
    heading = f"{fiscal_year_label(draw, content.year)}の目標"
    if not page.loses("goals-heading", heading):
        _heading(page, heading, draw["goals_heading"])
        if draw["blank_lines"] == "many":
            page.gap()
    style = draw["goal_marks"]
    unmarked = draw.rng.randrange(len(content.goals) - 1) if draw["lost"] == "goal-mark" else -1
    for n, goal in enumerate(content.goals):
        indent = draw.rng.choice(_INDENTS) if draw["indent"] == "drift" else ""
        mark = _mark(draw, style, n + 1)
        if n == unmarked:
            page.findings.append(("L05", str(n + 1)))
            mark = "- " if style == "list" else "・" if style == "dotted" else ""
        first, *others = _wrapped(draw, goal)
        page.lines.append(indent + mark + first)
        page.lines += [draw.rng.choice(("", "  ", "　")) + line for line in others]
        if draw["blank_lines"] == "many" and draw.rng.random() < 0.2:
            page.lines.append("")


def _mark(draw: Draw, style: str, number: int) -> str:
    if style == "bracketed":
        return f"（{number}）".translate(FULL_DIGITS) if draw["width"] in ("brackets", "all") else f"({number}) "
    if style == "numbered":
        return f"{number}. "
    if style == "wide":
        return f"{number}．".translate(FULL_DIGITS)
    return {"list": "- ", "dotted": "・"}.get(style, "") + _CIRCLED[number - 1] + ("" if style == "dotted" else " ")

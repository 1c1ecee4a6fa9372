"""What an invented paper says, before anybody prints it: people, units, goals, programs, reports with quantities."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests import paper_quantities
from tests.paper_truth import (
    FULL_DIGITS,
    UNCERTAIN,
    WITHHELD,
    Draw,
    PersonTruth,
    ProgramTruth,
    QuantityTruth,
    ReportTruth,
)

_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_HIRAGANA = {code + 0x60: code for code in range(0x3041, 0x3097)}
_STAGES = {
    "final": ("final",), "rows": ("interim", "final"), "columns": ("interim", "final"),
    "columns3": ("interim", "final"), "interim": ("interim",), "none": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A head and the printed parts of the cell: the parts are joined by one blank of the paper's style."""

    truth: PersonTruth
    parts: tuple[str, ...]

    @property
    def cell(self) -> str:
        return "".join(self.parts)


@dataclass(frozen=True, slots=True)
class Content:
    """`heads` are (post, people under that label); `sections` are (name, head, headcount, printed headcount)."""

    department: str
    year: int
    as_of: date | None
    heads: tuple[tuple[str, tuple[Person, ...]], ...]
    sections: tuple[tuple[str, Person, int | None, str], ...]
    policy: str
    goals: tuple[str, ...]
    programs: tuple[ProgramTruth, ...]


def invent(draw: Draw, year: int, programs: int, goals: int) -> Content:
    rng = draw.rng
    department = rng.choice(draw.words["departments"])
    wanted = min(len(department["sections"]), rng.randint(2, 8))
    names = _in_order(rng, department["sections"], wanted)
    heads, section_heads = _people(draw, department["name"], wanted)
    counts = _headcounts(draw, wanted)
    day = date(year + 1, 3, 1) if draw["as_of"] == "end" else date(year, 4, 1)
    return Content(
        department["name"],
        year,
        None if draw["headcounts"] == "no-column" else day,
        heads,
        tuple((name, head, *count) for name, head, count in zip(names, section_heads, counts, strict=True)),
        ("\n" if draw["house_style"] == "two-paragraphs" else "").join(_sentences(draw, "policy", rng.randint(1, 4))),
        tuple(_sentences(draw, "goals", goals)),
        _programs(draw, department["topics"], names, programs),
    )


def _in_order(rng: random.Random, values: Sequence[str], count: int) -> list[str]:
    chosen = set(rng.sample(range(len(values)), count))
    return [value for n, value in enumerate(values) if n in chosen]


# --- people


def _people(
    draw: Draw, department: str, sections: int
) -> tuple[tuple[tuple[str, tuple[Person, ...]], ...], list[Person]]:
    rng, office = draw.rng, department.endswith("局")
    posts = ["局長" if office else "部長"]
    if draw["heads"] == "two-people":
        posts *= 2
    elif draw["heads"] == "two-labels":
        posts.append(rng.choice(["次長", "参事"] if office else ["担当部長", "理事", "次長"]))
    people = [_person(draw, post) for post in (*posts, *["課長"] * sections)]
    if draw["garbled"] == "one":
        at = rng.randrange(len(people))
        people[at] = _garbled(draw, people[at].truth.post)
    if draw["cut_reading"] == "one" and draw["furigana"] != "none":
        at = rng.randrange(len(people))
        if people[at].truth.name_status != WITHHELD:
            people[at] = _cut(draw, people[at].truth.post)
    if len(set(posts)) == 1:
        heads: tuple[tuple[str, tuple[Person, ...]], ...] = ((posts[0], tuple(people[: len(posts)])),)
    else:
        heads = tuple((post, (person,)) for post, person in zip(posts, people, strict=False))
    return heads, people[len(posts) :]


def _family(draw: Draw) -> tuple[str, str]:
    hard = draw["names"] == "hard" and draw.rng.random() < 0.5
    family, reading = draw.rng.choice(draw.words["hard_families" if hard else "families"])
    return family, reading


def _person(draw: Draw, post: str) -> Person:
    family, family_reading = _family(draw)
    if draw["names"] == "hard" and draw.rng.random() < 0.2:
        given = draw.rng.choice(draw.words["kana_givens"])
        given_reading = given.translate(_HIRAGANA)
    else:
        given, given_reading = draw.rng.choice(draw.words["givens"])
    person = _printed(draw["furigana"], post, (family, given), (family_reading, given_reading))
    if draw["house_style"] == "acting" and draw.rng.random() < 0.3:
        return Person(
            person.truth, (*person.parts[:-1], person.parts[-1] + draw.rng.choice(["（兼務）", "（事務取扱）"]))
        )
    return person


def _cut(draw: Draw, post: str) -> Person:
    """Letters of the given name's reading are lost: kept as printed, but a person must look."""
    family, family_reading = _family(draw)
    given, reading = draw.rng.choice(draw.words["cut_readings"])
    return _printed(draw["furigana"], post, (family, given), (family_reading, reading), reading_status=UNCERTAIN)


def _garbled(draw: Draw, post: str) -> Person:
    """The given name could not be read, neither in kanji nor in kana: only the family name may be published."""
    rng = draw.rng
    family, family_reading = _family(draw)
    given, reading = (
        rng.choice(draw.words["garbled"]).format(
            c=rng.choice(draw.words["residue_characters"]),
            r=rng.choice(draw.words["residue"]),
            k=rng.choice(draw.words["residue_kana"]),
        )
        for _ in range(2)
    )
    if rng.random() < 0.7:
        reading = given
    style = "spaced" if draw["furigana"] == "tight" else draw["furigana"]
    printed = _printed(style, post, (family, given), (family_reading, reading))
    shown = family_reading.translate(_KATAKANA) if style == "katakana" else family_reading
    truth = PersonTruth(post, family, None if style == "none" else shown, WITHHELD, WITHHELD)
    return Person(truth, printed.parts)


def _printed(
    style: str, post: str, name: tuple[str, str], reading: tuple[str, str], reading_status: str = "printed"
) -> Person:
    blank = {"wide": "　", "tight": ""}.get(style, " ")
    whole, kana = blank.join(name), blank.join(reading)
    if style == "katakana":
        kana = kana.translate(_KATAKANA)
    if style == "none":
        return Person(PersonTruth(post, whole, None), (whole,))
    parts = (whole, f"（{kana}）") if style == "brackets" else (kana + blank, whole)
    return Person(PersonTruth(post, whole, kana, "printed", reading_status), parts)


def _headcounts(draw: Draw, count: int) -> list[tuple[int | None, str]]:
    rng, kind = draw.rng, draw["headcounts"]
    numbers = [rng.randint(2, 160) for _ in range(count)]
    if kind == "no-column":
        return [(None, "")] * count
    dash = {"empty": "", "hyphen": "-", "minus": "－" if draw["encoding"] == "cp932" else "−"}.get(kind)
    certain = rng.randrange(count)
    wide = draw["width"] in ("digits", "all")
    return [
        (None, dash)
        if dash is not None and (n == certain or rng.random() < 0.6)
        else (number, str(number).translate(FULL_DIGITS) if wide else str(number))
        for n, number in enumerate(numbers)
    ]


# --- sentences and programs


def _fill(draw: Draw, template: str) -> str:
    rng = draw.rng
    if "{" not in template:
        return template
    (p1, p2), (m1, m2) = rng.sample(draw.words["purposes"], 2), rng.sample(draw.words["means"], 2)
    return template.format(p1=p1, p2=p2, m1=m1, m2=m2)


def _sentences(draw: Draw, kind: str, count: int) -> list[str]:
    return [_fill(draw, draw.rng.choice(draw.words[kind])) for _ in range(count)]


def _programs(draw: Draw, topics: Sequence[str], sections: Sequence[str], count: int) -> tuple[ProgramTruth, ...]:
    rng = draw.rng
    kinds = draw.words["kinds"]
    chosen = rng.sample(range(len(topics) * len(kinds)), count)
    bracketed = rng.randrange(count) if draw["program_brackets"] == "one" else -1
    unreported = rng.randrange(count) if draw["empty_report"] == "one" else -1
    found = []
    for n, number in enumerate(chosen):
        topic, kind = topics[number // len(kinds)], kinds[number % len(kinds)]
        if n == bracketed:
            topic += rng.choice(["（仮称）", "(仮称)", "（拠点施設）", "(第2期)", "（市内全域）"])
        who = tuple(_in_order(rng, sections, 2 if draw["two_sections"] != "no" and rng.random() < 0.4 else 1))
        stages = _STAGES[draw["reports"]]
        reports = {stage: _report(draw) for stage in (stages[:-1] if n == unreported else stages)}
        plan = "".join(_sentences(draw, "plans", rng.randint(1, 2)))
        found.append(ProgramTruth(_wide_name(draw, topic + kind), who, plan, reports))
    return tuple(found)


def _wide_name(draw: Draw, name: str) -> str:
    """Letters and digits of a program's name in full width (ＩＣＴ); part of the name as printed."""
    if draw["width"] != "all":
        return name
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in name)


def _report(draw: Draw) -> ReportTruth:
    rng = draw.rng
    texts: list[str] = []
    quantities: list[QuantityTruth] = []
    used: set[int] = set()
    for _ in range(rng.randint(1, 3)):
        kind = rng.random()
        if kind < 0.45:
            templates = paper_quantities.TEMPLATES[draw.material]
            number = rng.randrange(len(templates))
            if number not in used:
                used.add(number)
                text, stated = paper_quantities.state(draw, templates[number])
                texts.append(text)
                quantities += stated
                continue
        texts.append(_fill(draw, rng.choice(draw.words["decoys" if 0.45 <= kind < 0.6 else "reports"])))
    if draw["house_style"] == "bullets" and len(texts) > 1:
        return ReportTruth("\n".join(f"・{text}" for text in texts), tuple(quantities))
    return ReportTruth("".join(texts), tuple(quantities))

"""Invented papers of invented cities, as the Record that reading them would give and the text that would be read.

A city's departments and most of its programs go on over the years; texts, heads and numbers of staff change. All of it
follows from (city, department, year), so any part of a corpus can be made anew by itself.
"""

from __future__ import annotations

import hashlib
import random
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lod.model import (
    Goal,
    Origin,
    PostHolder,
    ProgramEntry,
    Quantity,
    Record,
    Report,
    Section,
    Source,
    Value,
)
from lod.text.era import fiscal_year_labels
from lod.text.local_government import check_digit

FIRST_YEAR, YEARS, DEPARTMENTS = 2015, 10, 20
MOST_CITIES = 500
FORM, DOCUMENT_TYPE = "bucho-kihon-hoshin", "doctype-bucho-kihon-hoshin"
_MARKS = "①②③④⑤"
_OFTEN = 0.85
T = TypeVar("T")


@cache
def words() -> dict[str, Any]:
    """The vocabulary."""
    return tomllib.loads(Path(__file__).with_suffix("").with_name("corpus.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class City:
    """An invented city: its place in the corpus, code, name and reading."""

    number: int
    code: str
    name: str
    reading: str


def city(number: int) -> City:
    """The city of a number from 0. Codes lie above those in use."""
    table, (first, second) = words(), divmod(number % MOST_CITIES, 20)
    five = f"{1 + number % 47:02}{900 + number // 47:03}"
    name = table["city_first"][first] + table["city_second"][second] + "市"
    reading = table["city_first_kana"][first] + table["city_second_kana"][second] + "し"
    return City(number, f"{five}{check_digit(five)}", name, reading)


class _Sheet:
    """A text that is written from left to right; what is written with `value` knows where it stands."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._at = self._line_start = 0
        self._line = 1

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def write(self, text: str) -> Origin:
        """Appends text without a line end."""
        column = self._at - self._line_start + 1
        place = Origin(self._line, column, self._at, self._at + len(text), page=1)
        self._parts.append(text)
        self._at += len(text)
        return place

    def end(self, lines: int = 1) -> None:
        self._parts.append("\n" * lines)
        self._at += lines
        self._line += lines
        self._line_start = self._at

    def value(self, text: str) -> Value[str]:
        return Value(text, text, (self.write(text),))

    def as_value(self, result: T, text: str) -> Value[T]:
        """A value that is not the text that prints it."""
        return Value(result, text, (self.write(text),))


class _Paper:
    """One paper under way."""

    def __init__(self, place: City, department: int, year: int) -> None:
        self._words = words()
        self._city, self._department, self._year = place, department, year
        self._facts: dict[str, Any] = self._words["departments"][department % len(self._words["departments"])]
        self._draw = random.Random(f"{place.number}/{department}/{year}")
        self._sheet = _Sheet()
        self._is_plan = year == FIRST_YEAR + YEARS - 1
        self._topics = [topic for topics in self._facts["topics"] for topic in topics]

    def make(self) -> tuple[Record, str]:
        name, sheet, fy = self._facts["name"], self._sheet, self._year
        label = fiscal_year_labels(fy)[0]
        sheet.end(2)
        title = sheet.value(f"{name}の基本方針")
        sheet.end(2)
        sheet.write("(職員数は")
        as_of = sheet.as_value(date(fy, 4, 1), _day(fy))
        sheet.write("現在)")
        sheet.end(2)
        department, heads, sections = self._organization(name)
        sheet.end()
        sheet.write("基本方針")
        sheet.end(2)
        policy = sheet.value("".join(self._sentence(form) for form in self._some("policies", 3)))
        sheet.end(2)
        sheet.write("- ")
        year = sheet.as_value(fy, label)
        sheet.write("の目標")
        sheet.end()
        goals = tuple(self._goal(number) for number in range(1, 6))
        sheet.end()
        sheet.write("主な事業")
        sheet.end()
        programs = tuple(self._programs(label))
        text = sheet.text
        source = Source(_name(self._department), hashlib.sha256(text.encode()).hexdigest())
        record = Record(
            self._city.code,
            FORM,
            DOCUMENT_TYPE,
            source,
            title,
            department,
            year,
            "plan" if self._is_plan else "final",
            heads,
            sections,
            policy,
            goals,
            programs,
            as_of,
        )
        return record, text

    def _organization(self, name: str) -> tuple[Value[str], tuple[PostHolder, ...], tuple[Section, ...]]:
        """The table: the head of the department stands in the row of the last section."""
        sheet, names = self._sheet, self._facts["sections"]
        sheet.write("部局名\t")
        department = sheet.value(name)
        sheet.write("\t部局内の執行体制\t\t")
        sheet.end()
        sheet.write("\t\t課名\t課長名\t職員数")
        sheet.end()
        heads: tuple[PostHolder, ...] = ()
        sections = []
        for at, section in enumerate(names):
            if at == len(names) - 1:
                sheet.write("部長名\t")
                heads = (self._holder("部長", "role-bucho", name),)
                sheet.write("\t")
            else:
                sheet.write("\t\t")
            printed = sheet.value(section)
            sheet.write("\t")
            head = self._holder("課長", "role-kacho", section)
            sheet.write("\t")
            staff = 6 + (self._city.number * 7 + self._department * 3 + at * 5) % 25 + self._draw.randrange(4)
            sections.append(Section(printed, (head,), sheet.as_value(staff, str(staff))))
            sheet.end()
        return department, heads, tuple(sections)

    def _holder(self, post: str, role: str, unit: str) -> PostHolder:
        """Heads stay about three years."""
        table = self._words
        draw = random.Random(f"{self._city.number}/{self._department}/{unit}/{(self._year + len(unit)) // 3}")
        family, given = draw.randrange(len(table["family"])), draw.randrange(len(table["given"]))
        reading = self._sheet.value(f"{table['family_kana'][family]} {table['given_kana'][given]}")
        self._sheet.write(" ")
        name = self._sheet.value(f"{table['family'][family]} {table['given'][given]}")
        return PostHolder(post, role, name, reading)

    def _goal(self, number: int) -> Goal:
        mark = _MARKS[number - 1]
        self._sheet.write(f"- {mark} ")
        text = self._sheet.value(self._sentence(self._draw.choice(self._words["goals"])))
        self._sheet.end()
        return Goal(number, mark, text)

    def _programs(self, label: str) -> list[ProgramEntry]:
        found = []
        for section, topics in zip(self._facts["sections"], self._facts["topics"], strict=True):
            for topic in topics:
                if self._runs(topic):
                    found.append(self._program(section, topic, label))
        return found

    def _runs(self, topic: str) -> bool:
        """Most programs go on over all years; some begin or end in between."""
        draw = random.Random(f"{self._city.number}/{topic}")
        first = FIRST_YEAR if draw.random() < _OFTEN else FIRST_YEAR + draw.randrange(YEARS)
        last = FIRST_YEAR + YEARS if draw.random() < _OFTEN else first + draw.randrange(YEARS)
        return first <= self._year <= last

    def _program(self, section: str, topic: str, label: str) -> ProgramEntry:
        sheet, suffixes = self._sheet, self._words["suffixes"]
        chosen = random.Random(f"{self._city.number}/{topic}/name").randrange(3)
        name = sheet.value(topic + suffixes[(chosen + len(topic)) % len(suffixes)])
        sheet.write(" (")
        unit = sheet.value(section)
        sheet.write(f")\t{label}の取組")
        sheet.end()
        sheet.write("\t")
        text = self._sentence(self._draw.choice(self._words["plans"]), topic)
        plan = sheet.value(text)
        sheet.end()
        return ProgramEntry(name, (unit,), plan, () if self._is_plan else (self._report(topic),))

    def _report(self, topic: str) -> Report:
        sheet = self._sheet
        sheet.write("\t最終報告")
        sheet.end()
        sheet.write("\t")
        if self._draw.random() < 0.4:
            report = Report("final", sheet.value(self._sentence(self._draw.choice(self._words["uncounted"]), topic)))
        else:
            report = self._counted(topic)
        sheet.end()
        return report

    def _counted(self, topic: str) -> Report:
        sheet, count = self._sheet, self._draw.choice(self._words["counts"])
        item, number = topic + count["item"], self._draw.randint(2, count["most"])
        passage = f"{item}{number}{count['unit']}を{count['verb']}"
        before, _, after = self._sentence(self._draw.choice(self._words["reports"]), topic).partition("{counted}")
        start = sheet.write(before)
        evidence = sheet.value(passage)
        end = sheet.write(after)
        place = Origin(start.line, start.column, start.start, end.end, page=1)
        text = Value(before + passage + after, before + passage + after, (place,))
        label = f"{item}の{count['verb']}"
        return Report("final", text, (Quantity(item, label, number, count["unit"], count["code"], evidence),))

    def _some(self, name: str, count: int) -> list[str]:
        return self._draw.sample(self._words[name], count)

    def _sentence(self, form: str, topic: str = "") -> str:
        topic = topic or self._draw.choice(self._topics)
        other = self._draw.choice([item for item in self._topics if item != topic])
        return form.format(topic=topic, other=other, who=self._draw.choice(self._words["who"]), counted="{counted}")


def paper(place: City, department: int, year: int) -> tuple[Record, str]:
    """The record of one paper and its text."""
    return _Paper(place, department, year).make()


def _name(department: int) -> str:
    return f"d{department:02}.txt"


def file_name(record: Record) -> str:
    """The file of a paper below its city's sources/: 2016/d03.txt."""
    return f"{record.fiscal_year.value}/{record.source.name}"


def _day(year: int) -> str:
    """1 April in the era of that day."""
    return f"平成{year - 1988}年4月1日" if year <= 2019 else f"令和{year - 2018}年4月1日"

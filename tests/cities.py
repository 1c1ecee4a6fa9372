"""Two invented municipalities over four fiscal years, as papers in the layout of the sample and as a real release.

`cities.toml` says what the papers state and what changes from year to year: renames, a merger, a split, new and ended
programs, heads who move, staff who come and go, plans reported on twice. Nothing in it exists.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lod import config, municipality, release
from lod.config import Settings
from lod.model import Severity

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_FORM = ROOT / "data" / "hiratsuka" / "forms" / "bucho-kihon-hoshin.toml"
CORRECTED = ("991015", 2018, "福祉部", "早い段階から", "早い段階から丁寧に")
"""A goal that the final edition states otherwise than the interim one: (code, year, department, before, after)."""
LOST_LABEL = ("991015", 2019, "都市整備部")
"""A paper whose first program lost the label of its plan, as the sample's third did."""

CORRECTION = """
[[correction]]
paper = "sources/2017/toshi-2017-final.txt"
line = 31
printed = "遊具6基"
corrected = "遊具7基"
by = "公園緑地課"
decided = 2018-05-10
reason = "工事台帳と照合した。"
"""
"""A passage of the first municipality that a person corrected."""

Table = Mapping[str, Any]


def write_cities(folder: Path) -> list[Path]:
    """The municipalities' folders below `folder`: settings, form, identities and papers."""
    described = tomllib.loads((ROOT / "tests" / "cities.toml").read_text(encoding="utf-8"))["cities"]
    return [_write_city(folder / city["folder"], city) for city in described]


def build_cities(folder: Path) -> Settings:
    """Writes the municipalities below `folder`, publishes them and returns the settings of their site."""
    cities = [municipality.load(path) for path in write_cities(folder / "data")]
    settings = replace(config.load({"jobs": 1}, folder), query_seconds=2.0)
    built = release.build(settings, cities)
    assert built.id, [item for item in built.findings if item.severity is Severity.VIOLATION]
    return settings


def in_year(values: Table, year: int) -> Any:  # noqa: ANN401  texts, numbers or lists of numbers
    """The value that holds in a year, '' if none does."""
    known = [first for first in values if int(first) <= year]
    return values[max(known)] if known else ""


def _write_city(folder: Path, city: Table) -> Path:
    (folder / "forms").mkdir(parents=True)
    shutil.copy(SAMPLE_FORM, folder / "forms")
    lines = [f'code = "{city["code"]}"', f'reading = "{city["reading"]}"']
    for name in ("name", "licence", "contact"):
        lines += [f"[{name}]", *(f'{key} = "{value}"' for key, value in city[name].items())]
    (folder / "municipality.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    header = "kind,key,name,reading,valid_from,valid_to,becomes,context,note\n"
    rows = "".join(f"{row}\n" for row in _person_rows(city)) if city["persons_known"] else ""
    (folder / "identities.csv").write_text(header + city["identities"].strip() + "\n" + rows, encoding="utf-8")
    if city["persons_known"]:
        (folder / "corrections.toml").write_text(CORRECTION, encoding="utf-8")
    for year in city["years"]:
        for department in city["departments"]:
            for stage in ("interim",) if year == city["years"][-1] else ("interim", "final"):
                path = folder / "sources" / str(year) / f"{department['file']}-{year}-{stage}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(_paper(city, department, year, stage), encoding="utf-8")
    return folder


def _person_rows(city: Table) -> Iterator[str]:
    """One key for each name: what a clerk who knows the people would write."""
    keys: dict[str, str] = {}
    for year in city["years"]:
        for department in city["departments"]:
            for unit, role in ((department, "bucho"), *((section, "kacho") for section in department["sections"])):
                printed = in_year(unit["heads"], year)
                if in_year(unit["names"], year) and printed and "^" not in printed:
                    name = " ".join(printed.split()[-2:])
                    key = keys.setdefault(name, f"p{len(keys) + 1:04}")
                    yield f"person,{key},{name},,,,,{year}/{unit['key']}/{role},"


def _paper(city: Table, department: Table, year: int, stage: str) -> str:
    name = in_year(department["names"], year)
    label = _era(year, reiwa=city["reiwa"]) + "年度"
    lines = ["", f"{name}の基本方針", "", f"(職員数は{_era(year, reiwa=False)}年4月1日現在)", ""]
    lines += [*_organization(city, department, year, name), "", "基本方針", "", in_year(department["policy"], year), ""]
    lines += [f"- {label}の目標**", *_goals(city, department, year), "", "主な事業\t"]
    for program in department["programs"]:
        lines += _program(program, year, label, stage)
    text = "\n".join(lines) + "\n"
    if (city["code"], year, name) == LOST_LABEL:
        text = text.replace(f"\t{label}の取組\n", "", 1).replace(")\t\t", ")\t", 1)
    if (city["code"], year, name, "final") == (*CORRECTED[:3], stage):
        text = text.replace(*CORRECTED[3:])
    return text


def _era(year: int, *, reiwa: bool) -> str:
    """The year in its era. 2019 began as 平成31 and went on as 令和元; 1 April was still 平成."""
    if year > 2019:
        return f"令和{year - 2018}"
    return "令和元" if year == 2019 and reiwa else f"平成{year - 1988}"


def _organization(city: Table, department: Table, year: int, name: str) -> list[str]:
    rows = [["部局名", name, "部局内の執行体制", "", ""], ["", "", *city["section_headers"]]]
    for section in department["sections"]:
        if printed := in_year(section["names"], year):
            rows.append(["", "", printed, in_year(section["heads"], year), str(in_year(section["staff"], year))])
    rows[-1][:2] = ["部長名", in_year(department["heads"], year)]
    return ["\t".join(row) for row in rows]


def _goals(city: Table, department: Table, year: int) -> list[str]:
    stated = [text for goal in department["goals"] if (text := in_year(goal, year))]
    marks: Sequence[str] = city["goal_marks"] or [f"{n}." for n in range(1, len(stated) + 1)]
    return [f"- {mark} {text}" for mark, text in zip(marks, stated, strict=False)]


def _program(program: Table, year: int, label: str, stage: str) -> Iterator[str]:
    name = in_year(program["names"], year)
    if not name:
        return
    yield f"{name} ({in_year(program['section'], year)})\t{label}の取組"
    yield f"\t{in_year(program['plan'], year)}"
    for reported, heading in (("interim", "中間報告"), ("final", "最終報告"))[: 1 if stage == "interim" else 2]:
        numbers = program.get(f"{reported}_numbers", {}).get(str(year), ())
        yield f"\t{heading}"
        yield "\t" + in_year(program[reported], year).format(*numbers)

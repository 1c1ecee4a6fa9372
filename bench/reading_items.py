"""What a paper states and what was read of it, reduced to comparable items by field."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from lod.model import Extraction, PostHolder, Record, Status
from tests.paper_truth import UNCERTAIN, WITHHELD, PersonTruth, Truth

DOUBTS = frozenset({"L01", "L02", "L03", "L05", "N01", "N02", "N03"})  # findings that only a fault may cause
_SCALES = {"千": 1000, "百万": 1_000_000, "万": 10_000, "億": 100_000_000}
_PLACES = re.compile("^[かカケヶヵ]所$")

FIELDS: tuple[str, ...] = (
    "department", "fiscal year", "as of", "head name", "head reading", "section", "section head name",
    "section head reading", "headcount", "basic policy", "goal", "program", "program section", "plan",
    "interim report", "final report", "quantity", "quantity item", "quantity item exactly",
    "quantity status", "quantity qualifier", "withheld name", "doubtful reading", "finding of a fault",
)  # fmt: skip

Items = dict[str, list[tuple[object, ...]]]


def _text(value: str) -> str:
    return unicodedata.normalize("NFC", value).replace("\n", "").strip()


def _name(value: str) -> str:
    return re.sub(r"\s", "", _text(value))


def _measure(value: int | Decimal, unit: str) -> tuple[Decimal, str]:
    """The value in the unit without its scale (3 千円 → 3000 円), spellings of one unit made one."""
    unit = unicodedata.normalize("NFKC", unit).replace("パーセント", "%")
    for prefix, factor in _SCALES.items():
        if unit.startswith(prefix) and unit != prefix:
            return Decimal(value) * factor, unit.removeprefix(prefix)
    return Decimal(value), _PLACES.sub("箇所", unit)


def _item(value: str) -> str:
    return re.sub(r"[\s「」『』]", "", _text(value))


def _persons_stated(items: Items, kind: str, place: str, persons: Iterable[PersonTruth]) -> None:
    for person in persons:
        where = person.post if kind == "head" else place
        items[f"{kind} name"].append((where, _name(person.name)))
        if person.reading is not None:
            items[f"{kind} reading"].append((where, _name(person.reading)))
        if person.name_status == WITHHELD:
            items["withheld name"].append((where, _name(person.name)))
        elif person.reading_status == UNCERTAIN:
            items["doubtful reading"].append((where, _name(person.name)))


def _persons_read(items: Items, kind: str, place: str, persons: Iterable[PostHolder]) -> None:
    for person in persons:
        where = person.post if kind == "head" else place
        name = _name(person.name.value) if person.name else ""
        if person.name:
            items[f"{kind} name"].append((where, name))
        if person.reading:
            items[f"{kind} reading"].append((where, _name(person.reading.value)))
        if person.name and person.name.status in (Status.WITHHELD, Status.UNCERTAIN):
            items["withheld name"].append((where, name))
        elif person.reading and person.reading.status is Status.UNCERTAIN:
            items["doubtful reading"].append((where, name))


def stated(truth: Truth) -> Items:
    """What the paper says, by field."""
    items: Items = {name: [] for name in FIELDS}
    items["department"].append((truth.department,))
    items["fiscal year"].append((truth.fiscal_year,))
    if truth.as_of:
        items["as of"].append((truth.as_of,))
    _persons_stated(items, "head", "", truth.heads)
    for section in truth.sections:
        items["section"].append((section.name,))
        _persons_stated(items, "section head", section.name, section.heads)
        if section.headcount is not None:
            items["headcount"].append((section.name, section.headcount))
    items["basic policy"].append((_text(truth.basic_policy),))
    items["goal"] += [(number, _text(text)) for number, text in truth.goals]
    for program in truth.programs:
        name = _text(program.name)
        _program(items, name, program.sections, program.plan)
        for stage, report in program.reports.items():
            items[f"{stage} report"].append((name, _text(report.text)))
            for one in report.quantities:
                key = (name, stage, *_measure(one.value, one.unit))
                _quantity(items, key, one.item, one.status, one.qualifier)
    items["finding of a fault"] += [(code,) for code, _ in truth.findings]
    return items


def read_items(extraction: Extraction) -> Items:
    """What was read, by field."""
    items: Items = {name: [] for name in FIELDS}
    items["finding of a fault"] += [(one.code,) for one in extraction.findings if one.code in DOUBTS]
    record = extraction.record
    if record is None:
        return items
    items["department"].append((_text(record.department.value),))
    items["fiscal year"].append((record.fiscal_year.value,))
    if record.as_of:
        items["as of"].append((record.as_of.value,))
    _persons_read(items, "head", "", record.heads)
    for section in record.sections:
        name = _text(section.name.value)
        items["section"].append((name,))
        _persons_read(items, "section head", name, section.heads)
        if section.headcount:
            items["headcount"].append((name, section.headcount.value))
    if record.basic_policy:
        items["basic policy"].append((_text(record.basic_policy.value),))
    items["goal"] += [(goal.number, _text(goal.text.value)) for goal in record.goals]
    _programs_read(items, record)
    return items


def _programs_read(items: Items, record: Record) -> None:
    for program in record.programs:
        name = _text(program.name.value)
        plan = program.plan.value if program.plan else None
        _program(items, name, (section.value for section in program.sections), plan)
        for report in program.reports:
            items[f"{report.stage} report"].append((name, _text(report.text.value)))
            for one in report.quantities:
                key = (name, report.stage, *_measure(one.value, one.unit))
                _quantity(items, key, one.item, one.status_code.removeprefix("measure-"), one.qualifier)


def _program(items: Items, name: str, sections: Iterable[str], plan: str | None) -> None:
    items["program"].append((name,))
    items["program section"] += [(name, _text(section)) for section in sections]
    if plan is not None:
        items["plan"].append((name, _text(plan)))


def _quantity(items: Items, key: tuple[object, ...], item: str, status: str, qualifier: str) -> None:
    items["quantity"].append(key)
    items["quantity item"].append((*key, _item(item)))
    items["quantity item exactly"].append((*key, _item(item).partition("/")[0]))
    items["quantity status"].append((*key, status))
    if qualifier:
        items["quantity qualifier"].append((*key, qualifier))


def near(truth: Items, found: Items) -> None:
    """Takes a name of what was counted as the stated one where one of the two ends in the other (受診率)."""
    open_items = Counter(truth["quantity item"]) - Counter(found["quantity item"])
    for n, read in enumerate(found["quantity item"]):
        *key, item = read
        for stated_item in open_items:
            *stated_key, name = stated_item
            if stated_key == key and open_items[stated_item] and _ends_alike(str(name), str(item)):
                open_items[stated_item] -= 1
                found["quantity item"][n] = stated_item
                break


def _ends_alike(names: str, read: str) -> bool:
    """Whether one of the names a/b ends in what was read, or the other way round."""
    pairs = (sorted((name, read), key=len) for name in names.split("/"))
    return any(len(shorter) > 1 and longer.endswith(shorter) for shorter, longer in pairs)

"""Sentences that state quantities: templates of paper_material.toml, filled with numbers as the paper prints them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.paper_truth import FULL_DIGITS, MATERIALS, Draw, QuantityTruth


@dataclass(frozen=True, slots=True)
class _Slot:
    item: str
    unit: str
    status: str
    low: int
    high: int
    flags: str


def _compiled(template: str) -> tuple[str | _Slot, ...]:
    parts: list[str | _Slot] = []
    for n, part in enumerate(re.split(r"\[(.+?)\]", template)):
        if n % 2:
            item, unit, status, limits, flags = part.split("|")
            low, high = limits.split("-")
            parts.append(_Slot(item, unit, status, int(low), int(high), flags))
        elif part:
            parts.append(part)
    return tuple(parts)


TEMPLATES = {
    name: tuple(_compiled(template) for template in material["quantities"]) for name, material in MATERIALS.items()
}
_SPELLINGS = {"％": ("％", "%", "パーセント"), "か所": ("か所", "カ所", "ヶ所"), "箇所": ("箇所", "か所")}


def state(draw: Draw, template: Sequence[str | _Slot]) -> tuple[str, list[QuantityTruth]]:
    text, stated = [], []
    for part in template:
        if isinstance(part, str):
            text.append(part)
            continue
        value = _number(draw.rng, part)
        unit = draw.rng.choice(_SPELLINGS.get(part.unit, (part.unit,)))
        before, after = _qualifiers(draw.rng, part.flags)
        text.append(f"{before}{_shown(draw['numbers'], value)}{unit}{after}")
        stated.append(QuantityTruth(part.item, value, unit, part.status, before + after))
    return "".join(text), stated


def _number(rng: random.Random, slot: _Slot) -> int | Decimal:
    value = rng.randint(slot.low, slot.high)
    if "d" in slot.flags:
        return Decimal(value * 10 + rng.randint(1, 9)) / 10
    if "k" in slot.flags:
        return max(slot.low, value // 1000 * 1000) if value > 3000 else max(slot.low, value // 100 * 100)
    return value


def _qualifiers(rng: random.Random, flags: str) -> tuple[str, str]:
    chance = rng.random()
    if "n" in flags and chance < 0.3:
        return "延べ", ""
    if "q" in flags and chance < 0.6:
        return "約", ""
    return "", "以上" if "u" in flags and chance < 0.7 else ""


def _shown(style: str, value: int | Decimal) -> str:
    """12000 as 12000, 12,000, １２０００, １２，０００ or 1万2千."""
    if style == "plain":
        return str(value)
    if style == "full":
        return str(value).translate(FULL_DIGITS)
    if style == "full-comma":
        return f"{value:,}".translate(FULL_DIGITS)
    if style == "units" and value >= 10000 and value % 1000 == 0:
        return _in_units(int(value))
    return f"{value:,}"


def _in_units(value: int) -> str:
    hundred_millions, rest = divmod(value, 100_000_000)
    myriads, rest = divmod(rest, 10_000)
    shown = f"{hundred_millions}億" if hundred_millions else ""
    shown += f"{myriads:,}万" if myriads else ""
    return shown + (f"{rest // 1000}千" if rest else "")

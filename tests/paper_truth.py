"""What an invented paper states, compared by bench/reading.py with what was read; and what papers are drawn from."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

MATERIALS: dict[str, dict[str, Any]] = {
    name: tomllib.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    for name, file in (("first", "paper_material.toml"), ("second", "paper_material_second.toml"))
}
FULL_DIGITS = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
PRINTED, UNCERTAIN, WITHHELD = "printed", "uncertain", "withheld"


@dataclass(frozen=True, slots=True)
class PersonTruth:
    """`name` is what may be published: the family name alone where the given name is garbled (status withheld)."""

    post: str
    name: str
    reading: str | None
    name_status: str = PRINTED
    reading_status: str = PRINTED


@dataclass(frozen=True, slots=True)
class SectionTruth:
    name: str
    heads: tuple[PersonTruth, ...]
    headcount: int | None


@dataclass(frozen=True, slots=True)
class QuantityTruth:
    """`value` in `unit` as printed, large numbers written out (3万人 is 30000 人); `item` may name several, a/b."""

    item: str
    value: int | Decimal
    unit: str
    status: str
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class ReportTruth:
    text: str
    quantities: tuple[QuantityTruth, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgramTruth:
    name: str
    sections: tuple[str, ...]
    plan: str
    reports: dict[str, ReportTruth] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Truth:
    """`findings` are (permanent code, what it is about) that an honest reading reports."""

    department: str
    fiscal_year: int
    as_of: date | None
    heads: tuple[PersonTruth, ...]
    sections: tuple[SectionTruth, ...]
    basic_policy: str
    goals: tuple[tuple[int, str], ...]
    programs: tuple[ProgramTruth, ...]
    findings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class GeneratedPaper:
    """`text` has LF line ends and composed kana; `data` is what stands in the file."""

    text: str
    encoding: str
    data: bytes
    truth: Truth
    features: frozenset[str]


@dataclass(slots=True)
class Draw:
    """One paper's random source and the choices made for it."""

    rng: random.Random
    choices: dict[str, str]
    material: str = "first"

    @property
    def words(self) -> dict[str, Any]:
        return MATERIALS[self.material]

    def __getitem__(self, feature: str) -> str:
        return self.choices[feature]

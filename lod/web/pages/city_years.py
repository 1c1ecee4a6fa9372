"""A municipality's policies of two years side by side: departments, sections, goals and programs, as page and data.

Programs and units are followed by their identity through the whole municipality, so one that another department took
over goes on. Goals are matched by their texts: within a department first, then among what is left.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from lod.vocab import DCTERMS, MPOL, ORG
from lod.web.graph import Facts
from lod.web.pages.comparison import matched
from lod.web.pages.organization import Change, changes_of
from lod.web.pages.overview import MOST_UNITS
from lod.web.pages.reading import Reading
from lod.web.pages.shown import Linked, Year

COLUMNS = (
    "kind",
    "change",
    "before_department",
    "after_department",
    "before_iri",
    "before",
    "after_iri",
    "after",
    "related_iri",
)
CHANGES = ("new", "gone", "renamed", "moved", "changed", "same")
MOST_LEFT = 300
"""Goals of a year that are compared with those of all other departments: each with each."""
_PARTS = ("section", "goal", "program")


@dataclass(frozen=True, slots=True)
class Side:
    """A department, section, goal or program as the papers of one year state it.

    `departments` are those whose papers do: by IRI, with the names of the time.
    """

    iri: NamedNode
    name: str
    departments: Mapping[NamedNode, str]

    @property
    def department(self) -> str:
        return "・".join(self.departments.values())


@dataclass(frozen=True, slots=True)
class Pair:
    """The same in both years, or in one of them. `change` is one of CHANGES.

    `changes` are the mergers and splits that one which is new or gone came from or went into.
    """

    kind: str
    change: str
    before: Side | None
    after: Side | None

    changes: tuple[Change, ...] = ()

    @property
    def latest(self) -> Side:
        """As it was last."""
        found = self.after or self.before
        if found is None:
            raise LookupError(self.kind)
        return found

    @property
    def related(self) -> str:
        """What it came from or went into: IRIs, apart by spaces."""
        others = (unit.iri.value for item in self.changes for unit in (item.after if self.before else item.before))
        return " ".join(dict.fromkeys(others))


class CityYear:
    """What all departments of a municipality state in a year."""

    def __init__(self, reading: Reading, year: Year, policies: Mapping[NamedNode, NamedNode]) -> None:
        """`policies` are by department."""
        self.year = year
        self.policies = policies
        self._reading = reading
        self.departments: dict[NamedNode, Side] = {}
        self.parts: dict[str, dict[NamedNode, Side]] = {kind: {} for kind in _PARTS}
        for unit, policy in policies.items():
            own = {unit: reading.printed_name(policy, MPOL.policyOf, unit)}
            self.departments[unit] = Side(unit, own[unit], own)
            for kind, iri, name in self._stated(policy):
                earlier = self.parts[kind].get(iri)
                self.parts[kind][iri] = Side(iri, name, {**earlier.departments, **own} if earlier else own)

    def _stated(self, policy: NamedNode) -> Iterator[tuple[str, NamedNode, str]]:
        reading, facts = self._reading, self._reading.facts
        for unit in facts.nodes(policy, MPOL.listsUnit):
            yield "section", unit, reading.printed_name(policy, MPOL.listsUnit, unit)
        for goal in facts.nodes(policy, MPOL.hasGoal):
            texts = reading.texts(goal, DCTERMS.description)
            yield "goal", goal, texts[-1].text if texts else ""
        for initiative in facts.nodes(policy, MPOL.hasInitiative):
            program = facts.node(initiative, MPOL.program)
            if program:
                yield "program", program, reading.initiative_name(initiative)


class CityComparison:
    """`before` and `after` are an earlier and a later year of one municipality."""

    def __init__(self, reading: Reading, city: Linked, before: CityYear, after: CityYear) -> None:
        self.city = city
        self.before = before
        self.after = after
        self._reading = reading
        self.departments = self._followed("department", before.departments, after.departments)
        self.sections, self.programs = (
            self._followed(kind, before.parts[kind], after.parts[kind]) for kind in ("section", "program")
        )
        self.goals = list(_by_text(before.parts["goal"], after.parts["goal"]))

    def _followed(self, kind: str, before: Mapping[NamedNode, Side], after: Mapping[NamedNode, Side]) -> list[Pair]:
        pairs = _by_identity(kind, before, after)
        return [
            replace(pair, changes=self._changes(pair)) if pair.change in {"new", "gone"} else pair for pair in pairs
        ]

    def _changes(self, pair: Pair) -> tuple[Change, ...]:
        """What happened behind the first day of the earlier year, to the last of the later one."""
        first, last = f"{self.before.year.start:04}-04-02", f"{self.after.year.start + 1:04}-03-31"
        found = changes_of(self._reading, pair.latest.iri)
        return tuple(item for item in found if first <= item.day <= last and not item.is_rename)

    def of(self, unit: NamedNode, pairs: Iterable[Pair]) -> list[Pair]:
        """Those that a department states, in either year."""
        return [pair for pair in pairs if unit in pair.latest.departments]

    @staticmethod
    def counted(pairs: Sequence[Pair]) -> dict[str, int]:
        """How many there are of each change, those without any left out."""
        return {name: count for name in CHANGES if (count := sum(pair.change == name for pair in pairs))}

    def rows(self) -> Iterator[dict[str, str]]:
        """The comparison as rows of a table."""
        for pair in (*self.departments, *self.sections, *self.goals, *self.programs):
            sides = (pair.before, pair.after)
            departments = (side.department if side else "" for side in sides)
            stated = (cell for side in sides for cell in ((side.iri.value, side.name) if side else ("", "")))
            yield dict(zip(COLUMNS, (pair.kind, pair.change, *departments, *stated, pair.related), strict=True))

    def table(self) -> dict[str, object]:
        """The comparison as JSON has it."""
        years = [self.before.year.iri.value, self.after.year.iri.value]
        return {"municipality": self.city.iri.value, "years": years, "rows": list(self.rows())}

    def as_csv(self) -> bytes:
        """RFC 4180, UTF-8."""
        output = io.StringIO(newline="")
        writer = csv.DictWriter(output, COLUMNS)
        writer.writeheader()
        writer.writerows(self.rows())
        return output.getvalue().encode()


def compared(reading: Reading, city: NamedNode, start: int) -> CityComparison | None:
    """A year beside the last one before it of which papers are published; None where either has none."""
    by_year: dict[Year, dict[NamedNode, NamedNode]] = {}
    facts = reading.facts
    for unit in sorted(facts.subjects(ORG.unitOf, city)[:MOST_UNITS], key=lambda node: node.value):
        for year, policy in reading.by_year(facts.subjects(MPOL.policyOf, unit)):
            if year.start <= start:
                by_year.setdefault(year, {})[unit] = policy
    last = sorted(by_year, key=lambda year: year.start)[-2:]
    if len(last) < 2 or last[-1].start != start:
        return None
    before, after = (CityYear(reading, year, by_year[year]) for year in last)
    return CityComparison(reading, Linked(city, reading.name(city)), before, after)


def years_of(facts: Facts, city: str) -> set[int]:
    """The years of which a municipality's departments have policies, by the policies' IRIs."""
    units = facts.subjects(ORG.unitOf, NamedNode(city))[:MOST_UNITS]
    policies = (policy for unit in units for policy in facts.subjects(MPOL.policyOf, unit))
    return {int(year) for policy in policies if (year := policy.value.split("/")[-2]).isdigit()}


def _by_identity(kind: str, before: Mapping[NamedNode, Side], after: Mapping[NamedNode, Side]) -> Iterator[Pair]:
    for iri, side in after.items():
        yield _paired(kind, before.get(iri), side)
    for iri, side in before.items():
        if iri not in after:
            yield _paired(kind, side, None)


def _paired(kind: str, before: Side | None, after: Side | None) -> Pair:
    if before is None or after is None:
        return Pair(kind, "new" if after else "gone", before, after)
    if before.name != after.name:
        return Pair(kind, "changed" if kind == "goal" else "renamed", before, after)
    stays = kind == "department" or not before.departments.keys().isdisjoint(after.departments.keys())
    return Pair(kind, "same" if stays else "moved", before, after)


def _by_text(before: Mapping[NamedNode, Side], after: Mapping[NamedNode, Side]) -> Iterator[Pair]:
    """Goals, in the order of the later year; what is gone stands behind."""
    earlier = dict(before)
    found: dict[NamedNode, Side] = {}
    units = dict.fromkeys(unit for side in after.values() for unit in side.departments)
    for unit in (*units, None):  # at the end among all that is left
        olds = [side for side in earlier.values() if unit is None or unit in side.departments]
        news = [side for side in after.values() if side.iri not in found and (unit is None or unit in side.departments)]
        if max(len(olds), len(news)) > MOST_LEFT:
            continue
        for at, origin in matched([side.name for side in olds], [side.name for side in news]).items():
            found[news[at].iri] = olds[origin]
            del earlier[olds[origin].iri]
    for iri, side in after.items():
        yield _paired("goal", found.get(iri), side)
    for side in earlier.values():
        yield _paired("goal", side, None)

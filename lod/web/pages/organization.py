"""The page of a department or section through time: names, heads, staff, policies, programs, what it became."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from lod.vocab import DCTERMS, MPOL, ORG, PROV
from lod.web import site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.pages import chart, entity
from lod.web.pages.places import of_things
from lod.web.pages.reading import Reading
from lod.web.pages.shown import Linked, Person, Staff, Year

MOST_YEARS = 60


@dataclass(frozen=True, slots=True)
class Change:
    """A rename, merger or split: what was before and what came of it, by the names of the time."""

    iri: NamedNode
    day: str
    label: str
    before: tuple[Linked, ...]
    after: tuple[Linked, ...]

    @property
    def is_rename(self) -> bool:
        return [item.iri for item in self.before] == [item.iri for item in self.after]


@dataclass(frozen=True, slots=True)
class InYear:
    """A unit in a year: what it was called, its policy or that of the department above, heads and staff."""

    year: Year
    name: str
    policy: NamedNode
    heads: tuple[Person, ...]
    staff: tuple[Staff, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Charge:
    """A program for which a unit was in charge, in some years."""

    iri: NamedNode
    name: str
    years: tuple[tuple[Year, NamedNode], ...]


def render(live: Published, node: NamedNode, facts: Facts) -> str:
    view = UnitView(live, node, facts)
    above = view.parent
    crumbs = [entity.municipality_crumb(facts, node)]
    if above and above != entity.municipality_of(node):
        crumbs.append(entity.crumb(facts, above))
    return entity.render(
        "organization.html",
        live,
        facts,
        node,
        title=site.label(facts, node),
        crumbs=crumbs,
        structured=_structured(view, above),
        places=view.reading.places,
        view=view,
    )


def _structured(view: UnitView, above: NamedNode | None) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "GovernmentOrganization", "name": view.reading.name(view.node)}
    if above:
        name = site.label(view.facts, above).value
        found["parentOrganization"] = {"@id": above.value, "@type": "GovernmentOrganization", "name": name}
    if len(view.reading.names(view.node)) > 1:
        found["alternateName"] = view.reading.names(view.node)[1:]
    return found


class UnitView:
    """What the template shows."""

    def __init__(self, live: Published, node: NamedNode, facts: Facts) -> None:
        self.node = node
        self.facts = facts
        self.reading = Reading(facts, of_things(live))

    @property
    def kana(self) -> str:
        return self.facts.text(self.node, MPOL.nameReading, "ja-hira")

    @cached_property
    def parent(self) -> NamedNode | None:
        return self.facts.node(self.node, ORG.subOrganizationOf) or self.facts.node(self.node, ORG.unitOf)

    @cached_property
    def own_policies(self) -> list[tuple[Year, NamedNode]]:
        return self.reading.by_year(self.facts.subjects(MPOL.policyOf, self.node))[-MOST_YEARS:]

    @cached_property
    def years(self) -> list[InYear]:
        """The years of which papers tell, the latest first: by its own policies, or by those that list it."""
        own = {policy for _, policy in self.own_policies}
        listing = self.reading.by_year(self.facts.subjects(MPOL.listsUnit, self.node))[-MOST_YEARS:]
        pairs = self.own_policies + [(year, policy) for year, policy in listing if policy not in own]
        pairs.sort(key=lambda pair: (-pair[0].start, pair[1].value))
        return [self._in_year(year, policy, by_itself=policy in own) for year, policy in pairs]

    def _in_year(self, year: Year, policy: NamedNode, *, by_itself: bool) -> InYear:
        term = MPOL.policyOf if by_itself else MPOL.listsUnit
        return InYear(
            year,
            self.reading.printed_name(policy, term, self.node),
            policy,
            self.reading.people(self.node, year.iri),
            self.reading.staff_in(self.node, year),
            self._total(policy, year) if by_itself else None,
        )

    def _total(self, policy: NamedNode, year: Year) -> int | None:
        """The staff of the sections that a department's paper lists; None unless each has one number."""
        found = [self.reading.staff_in(unit, year) for unit in self.facts.nodes(policy, MPOL.listsUnit)]
        numbers = [staff[0].number for staff in found if len(staff) == 1]
        whole = found and len(numbers) == len(found) and all(number.isdigit() for number in numbers)
        return sum(map(int, numbers)) if whole else None

    @cached_property
    def chart(self) -> chart.Chart | None:
        """Staff by year: the unit's own numbers, or the sums of its sections."""
        points = []
        for item in reversed(self.years):
            number = item.staff[0].number if len(item.staff) == 1 else str(item.total or "")
            points.append(chart.Point(item.year.short.removesuffix("年度"), str(item.year.start), number))
        return chart.columns("staff", points)

    @property
    def summed(self) -> bool:
        """Whether the numbers of staff are sums of the sections'."""
        return any(item.total is not None for item in self.years)

    @cached_property
    def names(self) -> list[tuple[str, str, str]]:
        """What papers call the unit, with the first and the last year of each name; the earliest first."""
        found: list[tuple[str, str, str]] = []
        for item in reversed(self.years):
            if found and found[-1][0] == item.name:
                found[-1] = (item.name, found[-1][1], item.year.short)
            else:
                found.append((item.name, item.year.short, item.year.short))
        return found

    @cached_property
    def changes(self) -> list[Change]:
        return changes_of(self.reading, self.node)

    @cached_property
    def sections(self) -> tuple[list[Linked], list[Linked]]:
        """The units below: those that the latest paper lists, and those that only earlier ones did."""
        latest = self.own_policies[-1:]
        listed = {unit for _, policy in latest for unit in self.facts.nodes(policy, MPOL.listsUnit)}
        below = sorted(self.facts.subjects(ORG.subOrganizationOf, self.node), key=lambda unit: unit.value)
        linked = [(unit in listed, Linked(unit, self.reading.name(unit))) for unit in dict.fromkeys(below)]
        return [item for now, item in linked if now], [item for now, item in linked if not now]

    @cached_property
    def charges(self) -> list[Charge]:
        """The programs for which it was in charge, the latest first."""
        found: dict[NamedNode, list[tuple[Year, NamedNode]]] = {}
        for year, initiative in self.reading.by_year(self.facts.subjects(MPOL.responsibleUnit, self.node)):
            program = self.facts.node(initiative, MPOL.program)
            if program:
                found.setdefault(program, []).append((year, initiative))
        charges = [Charge(program, self.reading.name(program), tuple(years)) for program, years in found.items()]
        return sorted(charges, key=lambda charge: (-charge.years[-1][0].start, charge.iri.value))


def changes_of(reading: Reading, node: NamedNode) -> list[Change]:
    """The changes that a unit or program came from or went into, by day."""
    facts = reading.facts
    events = [
        *facts.subjects(ORG.originalOrganization, node),
        *facts.subjects(ORG.resultingOrganization, node),
        *facts.subjects(PROV.used, node),
        *facts.nodes(node, PROV.wasGeneratedBy),
    ]
    found = [change(reading, event) for event in dict.fromkeys(events) if "/id/change/" in event.value]
    return sorted(found, key=lambda item: (item.day, item.iri.value))


def change(reading: Reading, event: NamedNode) -> Change:
    """A change by its IRI. Names are those of the time where the label tells them, which lists them in order."""
    facts = reading.facts
    before = [*facts.nodes(event, ORG.originalOrganization), *facts.nodes(event, PROV.used)]
    after = [*facts.nodes(event, ORG.resultingOrganization), *facts.subjects(PROV.wasGeneratedBy, event)]
    if not after:
        after = before
    label = facts.label(event, "ja")
    told = label.value.split(" → ") if label else []
    then, now = (told[0].split("・"), told[1].split("・")) if len(told) == 2 else ([], [])
    return Change(
        event,
        facts.text(event, DCTERMS.date),
        label.value if label else "",
        _linked(reading, before, then),
        _linked(reading, after, now),
    )


def _linked(reading: Reading, nodes: list[NamedNode], told: list[str]) -> tuple[Linked, ...]:
    """The label's names where it has as many as there are things (a name may itself hold ・)."""
    names = told if len(told) == len(nodes) else [reading.name(node) for node in nodes]
    return tuple(Linked(node, name) for node, name in zip(nodes, names, strict=True))

"""The page of a program through the years: what was promised, what was reported, quantities side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from lod.vocab import DCTERMS, MPOL
from lod.web import site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.pages import chart, entity
from lod.web.pages.organization import Change, changes_of
from lod.web.pages.places import of_things
from lod.web.pages.reading import Reading
from lod.web.pages.shown import Program, Quantity, Year

MOST_YEARS = 40
MOST_SERIES = 8


@dataclass(frozen=True, slots=True)
class InYear:
    """The program in one year, with the policy that it belongs to."""

    year: Year
    policy: NamedNode | None
    program: Program


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity over the years: what reports count under one name and unit at one stage."""

    item: str
    unit: str
    stage: str
    values: tuple[tuple[Year, Quantity | None], ...]
    drawn: chart.Chart | None


def render(live: Published, node: NamedNode, facts: Facts) -> str:
    view = ProgramView(live, node, facts)
    return entity.render(
        "program.html",
        live,
        facts,
        node,
        title=site.label(facts, node),
        crumbs=[entity.municipality_crumb(facts, node)],
        description=view.description,
        sources=view.sources,
        structured={"@type": "CreativeWork", "name": view.reading.name(node), "genre": "事業"},
        places=view.reading.places,
        view=view,
    )


class ProgramView:
    """What the template shows."""

    def __init__(self, live: Published, node: NamedNode, facts: Facts) -> None:
        self.node = node
        self.facts = facts
        self.reading = Reading(facts, of_things(live))

    @cached_property
    def initiatives(self) -> list[tuple[Year, NamedNode]]:
        return self.reading.by_year(self.facts.subjects(MPOL.program, self.node))[-MOST_YEARS:]

    @cached_property
    def years(self) -> list[InYear]:
        """The latest first."""
        return [
            InYear(year, next(iter(self.facts.subjects(MPOL.hasInitiative, node)), None), self.reading.program(node))
            for year, node in reversed(self.initiatives)
        ]

    @property
    def description(self) -> str:
        return next((plan.text for item in self.years for plan in item.program.plans), "")

    @property
    def sources(self) -> list[NamedNode]:
        return list(dict.fromkeys(s for _, node in self.initiatives for s in self.facts.nodes(node, DCTERMS.source)))

    @property
    def names(self) -> list[str]:
        """The names in papers, the latest first."""
        return list(dict.fromkeys(item.program.name for item in self.years))

    @cached_property
    def changes(self) -> list[Change]:
        return changes_of(self.reading, self.node)

    @cached_property
    def series(self) -> list[Series]:
        """Quantities that at least two years report under one name; those of most years first."""
        return series_of([(item.year, item.program) for item in reversed(self.years)])[:MOST_SERIES]


def series_of(years: Sequence[tuple[Year, Program]]) -> list[Series]:
    """What reports of several years count under one name and unit at one stage. `years` are in order."""
    found: dict[tuple[str, str, str], dict[int, Quantity]] = {}
    unclear: set[tuple[str, str, str]] = set()
    stages: dict[str, str] = {}
    for year, program in years:
        for report in program.reports:
            stages[report.key] = report.stage.value
            for quantity in report.quantities:
                key = (report.key, quantity.item, quantity.unit)
                if year.start in found.setdefault(key, {}):
                    unclear.add(key)  # two numbers under one name in one report: which goes on cannot be told
                found[key][year.start] = quantity
    order = sorted(found.keys() - unclear, key=lambda key: (-len(found[key]), key[0] != "stage-final", key))
    return [_series(key, stages[key[0]], found[key], years, at) for at, key in enumerate(order) if len(found[key]) > 1]


def _series(
    key: tuple[str, str, str],
    stage: str,
    numbers: dict[int, Quantity],
    years: Sequence[tuple[Year, Program]],
    at: int,
) -> Series:
    values = tuple((year, numbers.get(year.start)) for year, _ in years)
    points = [
        chart.Point(year.short.removesuffix("年度"), str(year.start), quantity.value if quantity else "")
        for year, quantity in values
    ]
    return Series(key[1], key[2], stage, values, chart.columns(f"series-{at}", points))

"""The page of a department's policy of one year: people, goals, programs with plan and report side by side."""

from __future__ import annotations

from functools import cached_property

from pyoxigraph import NamedNode

from lod.vocab import DCTERMS, FOAF, MPOL
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.pages import entity
from lod.web.pages.places import in_sources
from lod.web.pages.reading import Reading
from lod.web.pages.shown import Goal, Person, Program, Section, Stated, Year


def render(live: Published, node: NamedNode, facts: Facts) -> str:
    view = PolicyView(live, node, facts)
    crumbs = [entity.municipality_crumb(facts, node), entity.crumb(facts, view.department, view.department_name)]
    return entity.render(
        "policy.html",
        live,
        facts,
        node,
        title=facts.text(node, DCTERMS.title, "ja"),
        crumbs=crumbs,
        description=view.basic_policy[0].text if view.basic_policy else "",
        sources=view.sources,
        places=view.places,
        view=view,
    )


class PolicyView:
    """What the template shows, read as it is asked for."""

    def __init__(self, live: Published, policy: NamedNode, facts: Facts) -> None:
        self.policy = policy
        self.facts = facts
        self.sources = sorted(facts.nodes(policy, DCTERMS.source), key=lambda node: node.value)
        self.places = in_sources(live, self.sources)
        self.reading = Reading(facts, self.places)
        self.names_published = live.terms(entity.code_of(policy)).names_published

    @cached_property
    def department(self) -> NamedNode:
        return self.facts.node(self.policy, MPOL.policyOf) or self.policy

    @cached_property
    def department_name(self) -> str:
        return self.reading.printed_name(self.policy, MPOL.policyOf, self.department)

    @cached_property
    def year(self) -> Year | None:
        return self.reading.year_of(self.policy)

    @cached_property
    def years(self) -> list[tuple[Year, NamedNode]]:
        """Every year of which the department has a policy, with the policy."""
        return self.reading.by_year(self.facts.subjects(MPOL.policyOf, self.department))

    @cached_property
    def before(self) -> Year | None:
        """The year with which this one is compared."""
        earlier = [year for year, _ in self.years if self.year and year.start < self.year.start]
        return earlier[-1] if earlier else None

    @cached_property
    def basic_policy(self) -> tuple[Stated, ...]:
        return self.reading.texts(self.policy, MPOL.basicPolicy)

    @cached_property
    def heads(self) -> tuple[Person, ...]:
        return self._people(self.department)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """In the order of the paper, found by the printed name."""
        units = self.facts.nodes(self.policy, MPOL.listsUnit)
        found = [(self._line_of(unit), unit) for unit in units]
        found.sort(key=lambda pair: (pair[0], pair[1].value))
        return tuple(self._section(unit) for _, unit in found)

    def _line_of(self, unit: NamedNode) -> int:
        return self.places.order(self.policy, MPOL.listsUnit, quotes=self.reading.names(unit))

    def _section(self, unit: NamedNode) -> Section:
        heads = self._people(unit)
        name = self.reading.printed_name(self.policy, MPOL.listsUnit, unit)
        lines = {place.line for place in self.places.of(self.policy, MPOL.listsUnit) if place.quote == name}
        return Section(
            unit,
            name,
            heads,
            self.reading.staff_in(unit, self.year),
            not heads and not lines.isdisjoint(self._withheld_lines),
        )

    def _people(self, unit: NamedNode) -> tuple[Person, ...]:
        return self.reading.people(unit, self.year.iri if self.year else None)

    @cached_property
    def _withheld_lines(self) -> set[int]:
        return {place.line for place in self.places.withheld() if place.term == FOAF.name.value}

    @cached_property
    def head_withheld(self) -> bool:
        """Whether the paper names a head whom the data do not: a withheld name that no section accounts for."""
        names = {place.start for place in self.places.withheld() if place.term == FOAF.name.value}
        return not self.heads and len(names) > sum(section.withheld for section in self.sections)

    @property
    def why_withheld(self) -> str:
        """The key of the words for a name that is not there: it cannot be read, or the municipality publishes none."""
        return "policy.withheld" if self.names_published else "policy.names_withheld"

    @cached_property
    def counting_day(self) -> str:
        """The day of all numbers of staff, '' if there are several."""
        days = {staff.day for section in self.sections for staff in section.staff}
        return days.pop() if len(days) == 1 else ""

    @cached_property
    def staff_total(self) -> int | None:
        """The sum of the sections' numbers; None unless each section has exactly one."""
        numbers = [section.staff[0].number for section in self.sections if len(section.staff) == 1]
        whole = len(numbers) == len(self.sections) > 1 and all(number.isdigit() for number in numbers)
        return sum(map(int, numbers)) if whole and self.counting_day else None

    @cached_property
    def anyone_doubtful(self) -> bool:
        people = (*self.heads, *(person for section in self.sections for person in section.heads))
        return any(person.doubtful for person in people)

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        return self.reading.goals(self.policy)

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        return self.reading.programs(self.policy)

    @property
    def goals_linked(self) -> bool:
        """Whether the paper says which program serves which goal."""
        return any(program.goals for program in self.programs)

    def compare_path(self) -> str:
        """The page that compares this year with the one before."""
        return compare_path(self.policy)


def compare_path(policy: NamedNode) -> str:
    """The page that compares a policy with that of the year before."""
    code, year, unit = entity.parts(policy)[2:5]
    return f"compare/{code}/{year}/{unit}"

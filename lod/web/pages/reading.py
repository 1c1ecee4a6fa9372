"""Reads what papers state of a year into the values that pages show: people, staff, goals, programs, reports.

Every page that shows a year or many uses these readings, so a program looks the same on all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from lod.identities.rows import fold_name
from lod.places import Place
from lod.vocab import DCTERMS, FOAF, MPC, MPOL, ORG, RDFS, SCHEMA, SKOS
from lod.web import site
from lod.web.graph import Facts
from lod.web.pages.places import Places
from lod.web.pages.shown import Goal, Linked, Person, Program, Quantity, Report, Staff, Stated, Year, ruby

EDITIONS = ("plan", "interim", "final", "year-end")
STAGES = ("stage-interim", "stage-final", "stage-year-end")


class Reading:
    """Facts and places together."""

    def __init__(self, facts: Facts, places: Places) -> None:
        self.facts = facts
        self.places = places

    def label(self, node: NamedNode) -> Literal:
        return site.label(self.facts, node)

    def name(self, node: NamedNode) -> str:
        """The name in Japanese, as papers print it."""
        return (self.facts.label(node, "ja") or self.label(node)).value

    def names(self, node: NamedNode) -> list[str]:
        """Every Japanese name that a unit or program has had, the latest first."""
        found = [*self.facts.literals(node, SKOS.prefLabel), *self.facts.literals(node, SKOS.altLabel)]
        return [literal.value for literal in found if literal.language == "ja"]

    def printed_name(self, subject: NamedNode, predicate: NamedNode, node: NamedNode) -> str:
        """What the paper calls a thing: a unit renamed since has another name today."""
        known = {fold_name(name) for name in self.names(node)}
        if len(known) < 2:
            return self.name(node)
        quotes = (place.quote for place in self.places.of(subject, predicate) if place.quote)
        return next((quote for quote in quotes if fold_name(quote) in known), self.name(node))

    def placed(self, subject: NamedNode, predicate: NamedNode) -> tuple[Place, ...]:
        """Where a value stands in the latest of the editions that state it."""
        return _latest(self.places.of(subject, predicate))

    def name_in(self, unit: NamedNode, year: Year) -> str:
        """What the papers of a year call a unit; its name today where none of them tells."""
        for term in (MPOL.listsUnit, MPOL.policyOf):
            for policy in self.facts.subjects(term, unit):
                if year.iri in self.facts.nodes(policy, MPOL.forFiscalYear):
                    return self.printed_name(policy, term, unit)
        return self.name(unit)

    def short(self, node: NamedNode) -> str:
        """What tells a thing apart within its paper: a goal's mark, a program's name, who or which unit it is about."""
        facts = self.facts
        if mark := facts.text(node, SKOS.notation):
            return mark
        if person := facts.node(node, ORG.member) or facts.node(node, MPOL.observedUnit):
            return self.name(person)
        owner = node
        for link in (MPOL.hasMeasure, MPOL.hasOutcome):
            owner = next(iter(facts.subjects(link, owner)), owner)
        if facts.node(owner, MPOL.program):
            return self.initiative_name(owner)
        label = facts.label(node, "ja")
        return label.value if label and not facts.nodes(node, MPOL.policyOf) else ""

    def texts(self, subject: NamedNode, predicate: NamedNode) -> tuple[Stated, ...]:
        """Each edition's text with its own places, that of the latest edition last."""
        found = [literal.value for literal in self.facts.literals(subject, predicate)]
        places = self.places.of(subject, predicate)
        if len(found) < 2:
            return tuple(Stated(text, _latest(places)) for text in found)
        stated = [Stated(text, _stating(text, places), several=True) for text in found]
        return tuple(sorted(stated, key=lambda item: (max(map(_edition, item.places), default=-1), item.text)))

    def year(self, node: NamedNode | None) -> Year | None:
        """A fiscal year; None where there is none."""
        start = self.facts.text(node, MPOL.startYear) if node else ""
        if node is None or not start.isdigit():
            return None
        short = site.label(self.facts, node).value
        name = f"{short}（{start}）" if site.lang() == "ja" else short
        return Year(node, int(start), name, short)

    def year_of(self, node: NamedNode) -> Year | None:
        return self.year(self.facts.node(node, MPOL.forFiscalYear))

    # --- people and staff

    def tenures(self, unit: NamedNode) -> list[NamedNode]:
        """Every tenure in a unit, in whatever year."""
        return sorted(self.facts.subjects(ORG.organization, unit), key=lambda node: node.value)

    def people(self, unit: NamedNode, year: NamedNode | None) -> tuple[Person, ...]:
        """Who headed a unit in a year."""
        mine = (node for node in self.tenures(unit) if year in self.facts.nodes(node, MPOL.forFiscalYear))
        return tuple(self.person(node) for node in mine if self.facts.nodes(node, ORG.member))

    def person(self, tenure: NamedNode) -> Person:
        """The member of a tenure."""
        person = self.facts.nodes(tenure, ORG.member)[0]
        role = self.facts.node(tenure, ORG.role)
        return Person(
            person,
            tenure,
            site.term(role.value).value if role else "",
            self.ruby(person),
            MPC["review-needed"] in self.facts.nodes(person, MPOL.reviewStatus),
            self.placed(tenure, ORG.member) or self.placed(person, FOAF.name),
        )

    def ruby(self, person: NamedNode) -> tuple[tuple[str, str], ...]:
        return ruby(self.facts.text(person, FOAF.name, "ja"), self.facts.text(person, MPOL.nameReading, "ja-hira"))

    def staff(self, unit: NamedNode) -> Iterator[Staff]:
        """Every number of staff of a unit, by day."""
        for node in sorted(self.facts.subjects(MPOL.observedUnit, unit), key=lambda item: item.value):
            yield Staff(
                node,
                self.facts.text(node, MPOL.headcount),
                self.facts.text(node, SCHEMA.unitText, "ja"),
                self.facts.text(node, MPOL.asOf),
                self.placed(node, MPOL.headcount),
            )

    def staff_in(self, unit: NamedNode, year: Year | None) -> tuple[Staff, ...]:
        """The numbers of a fiscal year."""
        if year is None:
            return ()
        first, last = f"{year.start:04}-04-01", f"{year.start + 1:04}-03-31"
        return tuple(staff for staff in self.staff(unit) if first <= staff.day <= last)

    # --- goals and programs

    def goals(self, policy: NamedNode) -> tuple[Goal, ...]:
        """The goals of a policy by number."""
        found = [self.goal(node) for node in self.facts.nodes(policy, MPOL.hasGoal)]
        return tuple(sorted(found, key=lambda goal: goal.number))

    def goal(self, node: NamedNode) -> Goal:
        number = int(self.facts.text(node, MPOL.goalNumber) or 0)
        mark = self.facts.text(node, SKOS.notation) or f"{number}."
        serving = self.facts.subjects(MPOL.contributesTo, node)
        served_by = tuple(Linked(initiative, self.initiative_name(initiative)) for initiative in serving)
        return Goal(node, number, mark, self.texts(node, DCTERMS.description), served_by)

    def initiative_name(self, initiative: NamedNode) -> str:
        """What the year's paper calls the program."""
        program = self.facts.node(initiative, MPOL.program)
        return self.printed_name(initiative, MPOL.program, program) if program else self.name(initiative)

    def programs(self, policy: NamedNode) -> tuple[Program, ...]:
        """In the order of the paper."""
        found = self.facts.nodes(policy, MPOL.hasInitiative)
        found.sort(key=lambda node: (self.places.order(node, MPOL.program, MPOL.plannedAction), node.value))
        return tuple(self.program(initiative) for initiative in found)

    def program(self, initiative: NamedNode) -> Program:
        units = self.facts.nodes(initiative, MPOL.responsibleUnit)
        goals = (self.goal(node) for node in self.facts.nodes(initiative, MPOL.contributesTo))
        return Program(
            self.facts.node(initiative, MPOL.program) or initiative,
            initiative,
            self.initiative_name(initiative),
            tuple(Linked(unit, self.printed_name(initiative, MPOL.responsibleUnit, unit)) for unit in units),
            self.texts(initiative, MPOL.plannedAction),
            self.reports(initiative),
            self.placed(initiative, MPOL.program),
            tuple(Linked(goal.iri, goal.mark) for goal in goals),
        )

    def reports(self, initiative: NamedNode) -> tuple[Report, ...]:
        """By stage, the earlier first."""
        found = [self.report(outcome) for outcome in self.facts.nodes(initiative, MPOL.hasOutcome)]
        return tuple(sorted(found, key=lambda report: (_stage_order(report.key), report.key)))

    def report(self, outcome: NamedNode) -> Report:
        stage = self.facts.node(outcome, MPOL.stage)
        measures = sorted(self.facts.nodes(outcome, MPOL.hasMeasure), key=_last_number)
        return Report(
            outcome,
            stage.value.removeprefix(MPC.base) if stage else "",
            site.term(stage.value) if stage else Literal(""),
            self.texts(outcome, MPOL.resultText),
            tuple(self.quantity(measure) for measure in measures),
        )

    def quantity(self, measure: NamedNode) -> Quantity:
        status = self.facts.node(measure, MPOL.measureStatus)
        return Quantity(
            measure,
            self.facts.text(measure, MPOL.measuredItem, "ja") or self.facts.text(measure, RDFS.label, "ja"),
            self.facts.text(measure, SCHEMA.value),
            self.facts.text(measure, SCHEMA.unitText, "ja"),
            site.term(status.value) if status else Literal(""),
            self.facts.text(measure, MPOL.qualifier, "ja"),
            self.placed(measure, SCHEMA.value),
        )

    # --- years

    def by_year(self, nodes: Iterable[NamedNode]) -> list[tuple[Year, NamedNode]]:
        """Things of a year with their year, the earliest first."""
        found = [(year, node) for node in nodes if (year := self.year_of(node))]
        return sorted(found, key=lambda pair: (pair[0].start, pair[1].value))


def _edition(place: Place) -> int:
    """The order of the edition in which a place stands: …/id/source/142034/2016/x/final."""
    return EDITIONS.index(stage) if (stage := place.source.rpartition("/")[2]) in EDITIONS else len(EDITIONS)


def _latest(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places in the latest of the editions that say the same."""
    last = max(map(_edition, places), default=0)
    return tuple(place for place in places if _edition(place) == last)


def _stating(text: str, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The places in the editions whose every quotation stands in a text; corrected ones quote what was printed."""
    plain = "".join(text.split())
    quoting = [place for place in places if place.state != "corrected"]
    others = {place.source for place in quoting if "".join(place.quote.split()) not in plain}
    return tuple(place for place in places if place.source not in others)


def _stage_order(key: str) -> int:
    return STAGES.index(key) if key in STAGES else len(STAGES)


def _last_number(node: NamedNode) -> int:
    tail = node.value.rpartition("/")[2]
    return int(tail) if tail.isdigit() else 0

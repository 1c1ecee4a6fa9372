"""The page of a department's policy of one year: people, goals, programs with plan and report side by side."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from flask import render_template
from pyoxigraph import Literal, NamedNode, Triple

from lod.vocab import DCTERMS, FOAF, MPC, MPOL, ORG, RDFS, SCHEMA, SKOS
from lod.web import site
from lod.web.graph import Index, construct
from lod.web.live import Published
from lod.web.pages.places import in_sources
from lod.web.pages.shown import Goal, Person, Program, Quantity, Report, Section, Staff, Stated

_STAGES = ("stage-interim", "stage-final", "stage-year-end")


def render(live: Published, policy: NamedNode) -> str:
    view = PolicyView(live, policy)
    return render_template("policy.html", view=view, path=view.path, licence=live.terms(view.code).licence)


class PolicyView:
    """What the template shows, read from one small graph and the provenance of its sources."""

    def __init__(self, live: Published, policy: NamedNode) -> None:
        self.policy = policy
        self.code = policy.value.removeprefix(site.site().settings.base).split("/")[2]
        self.municipality = NamedNode(site.site().mint.municipality(self.code))
        self.index = Index(_everything(live, policy, self.municipality))
        self.sources = sorted(self.index.nodes(policy, DCTERMS.source), key=lambda node: node.value)
        self.places = in_sources(live, self.sources)
        self.path = site.document_path(policy.value)

    def label(self, node: NamedNode) -> Literal:
        return site.label(self.index, node)

    def name(self, node: NamedNode) -> str:
        """The name in Japanese, as papers print it."""
        return (self.index.label(node, "ja") or self.label(node)).value

    def stage_of(self, source: NamedNode) -> Literal | None:
        stage = self.index.node(source, MPOL.stage)
        return site.term(stage.value) if stage else None

    @property
    def graphs(self) -> list[str]:
        """The facts of each edition: …/id/source/X → …/graph/X."""
        return [source.value.replace("/id/source/", "/graph/", 1) for source in self.sources]

    def texts(self, subject: NamedNode, predicate: NamedNode) -> tuple[Stated, ...]:
        """Each edition's text; the places are told once, behind the last."""
        found = sorted(literal.value for literal in self.index.literals(subject, predicate))
        places = self.places.of(subject, predicate)
        return tuple(Stated(text, places if text == found[-1] else ()) for text in found)

    @cached_property
    def title(self) -> str:
        return self.index.text(self.policy, DCTERMS.title, "ja") or self.name(self.policy)

    @cached_property
    def department(self) -> NamedNode:
        return self.index.node(self.policy, MPOL.policyOf) or self.policy

    @cached_property
    def year(self) -> NamedNode | None:
        return self.index.node(self.policy, MPOL.forFiscalYear)

    @cached_property
    def year_name(self) -> str:
        return self.label(self.year).value if self.year else ""

    @cached_property
    def western_year(self) -> str:
        return self.index.text(self.year, MPOL.startYear) if self.year else ""

    @cached_property
    def basic_policy(self) -> tuple[Stated, ...]:
        return self.texts(self.policy, MPOL.basicPolicy)

    @cached_property
    def heads(self) -> tuple[Person, ...]:
        return self._people(self.department)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """In the order of the paper, found by the printed name."""
        units = self.index.nodes(self.policy, MPOL.listsUnit)
        units.sort(key=lambda unit: (self.places.order(self.policy, MPOL.listsUnit, quote=self.name(unit)), unit.value))
        return tuple(Section(unit, self.name(unit), self._people(unit), tuple(self._staff(unit))) for unit in units)

    @cached_property
    def counting_day(self) -> str:
        """The day of all numbers of staff, '' if there are several."""
        days = {staff.day for section in self.sections for staff in section.staff}
        return days.pop() if len(days) == 1 else ""

    @cached_property
    def anything_withheld(self) -> bool:
        return any(place.term == FOAF.name.value for place in self.places.withheld())

    @cached_property
    def anyone_doubtful(self) -> bool:
        people = (*self.heads, *(person for section in self.sections for person in section.heads))
        return any(person.doubtful for person in people)

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        def number(goal: NamedNode) -> int:
            return int(self.index.text(goal, MPOL.goalNumber) or 0)

        goals = sorted(self.index.nodes(self.policy, MPOL.hasGoal), key=number)
        return tuple(
            Goal(
                goal, self.index.text(goal, SKOS.notation) or f"{number(goal)}.", self.texts(goal, DCTERMS.description)
            )
            for goal in goals
        )

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """In the order of the paper."""
        found = self.index.nodes(self.policy, MPOL.hasInitiative)
        found.sort(key=lambda node: (self.places.order(node, MPOL.program, MPOL.plannedAction), node.value))
        return tuple(self._program(initiative) for initiative in found)

    def _program(self, initiative: NamedNode) -> Program:
        program = self.index.node(initiative, MPOL.program) or initiative
        units = tuple((unit, self.name(unit)) for unit in self.index.nodes(initiative, MPOL.responsibleUnit))
        outcomes = sorted(
            self.index.nodes(initiative, MPOL.hasOutcome), key=lambda node: _stage_order(self.index, node)
        )
        return Program(
            program,
            initiative,
            self.name(program),
            units,
            self.texts(initiative, MPOL.plannedAction),
            tuple(self._report(outcome) for outcome in outcomes),
            self.places.of(initiative, MPOL.program),
        )

    def _report(self, outcome: NamedNode) -> Report:
        stage = self.index.node(outcome, MPOL.stage)
        measures = sorted(self.index.nodes(outcome, MPOL.hasMeasure), key=lambda node: _last_number(node))
        return Report(
            site.term(stage.value) if stage else Literal(""),
            self.texts(outcome, MPOL.resultText),
            tuple(self._quantity(measure) for measure in measures),
        )

    def _quantity(self, measure: NamedNode) -> Quantity:
        status = self.index.node(measure, MPOL.measureStatus)
        return Quantity(
            measure,
            self.index.text(measure, MPOL.measuredItem, "ja") or self.index.text(measure, RDFS.label, "ja"),
            self.index.text(measure, SCHEMA.value),
            self.index.text(measure, SCHEMA.unitText, "ja"),
            site.term(status.value) if status else Literal(""),
            self.index.text(measure, MPOL.qualifier, "ja"),
            self.places.of(measure, SCHEMA.value),
        )

    def _people(self, unit: NamedNode) -> tuple[Person, ...]:
        tenures = [node for node in self.index.subjects(ORG.organization, unit) if self.index.nodes(node, ORG.member)]
        return tuple(self._person(tenure) for tenure in sorted(tenures, key=lambda node: node.value))

    def _person(self, tenure: NamedNode) -> Person:
        person = self.index.nodes(tenure, ORG.member)[0]
        role = self.index.node(tenure, ORG.role)
        return Person(
            person,
            site.term(role.value).value if role else "",
            tuple(ruby(self.index.text(person, FOAF.name, "ja"), self.index.text(person, MPOL.nameReading, "ja-hira"))),
            MPC["review-needed"] in self.index.nodes(person, MPOL.reviewStatus),
            self.places.of(person, FOAF.name),
        )

    def _staff(self, unit: NamedNode) -> Iterable[Staff]:
        observations = self.index.subjects(MPOL.observedUnit, unit)
        for node in sorted(observations, key=lambda item: item.value):
            yield Staff(
                self.index.text(node, MPOL.headcount),
                self.index.text(node, SCHEMA.unitText, "ja"),
                self.index.text(node, MPOL.asOf),
                self.places.of(node, MPOL.headcount),
            )


def ruby(name: str, reading: str) -> Iterable[tuple[str, str]]:
    """Name and reading part by part if both have as many parts; otherwise the reading over the whole name."""
    names, readings = name.split(), reading.split()
    if len(names) == len(readings):
        return zip(names, readings, strict=True)
    return [(name, reading)]


def _stage_order(index: Index, outcome: NamedNode) -> int:
    stage = index.node(outcome, MPOL.stage)
    local = stage.value.removeprefix(MPC.base) if stage else ""
    return _STAGES.index(local) if local in _STAGES else len(_STAGES)


def _last_number(node: NamedNode) -> int:
    tail = node.value.rpartition("/")[2]
    return int(tail) if tail.isdigit() else 0


def _everything(live: Published, policy: NamedNode, municipality: NamedNode) -> list[Triple]:
    """The triples of whatever the page shows."""
    return construct(
        live.store,
        f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
          {{ VALUES ?s {{ {policy} {municipality} }} }}
          UNION {{ {policy} mpol:hasGoal|mpol:hasInitiative|mpol:listsUnit|mpol:policyOf|mpol:forFiscalYear ?s }}
          UNION {{ {policy} dcterms:source ?s }}
          UNION {{ {policy} mpol:hasInitiative/(mpol:program|mpol:responsibleUnit|mpol:hasOutcome) ?s }}
          UNION {{ {policy} mpol:hasInitiative/mpol:hasOutcome/mpol:hasMeasure ?s }}
          UNION {{ {policy} mpol:policyOf|mpol:listsUnit ?u ; mpol:forFiscalYear ?y .
                   ?s org:organization ?u ; mpol:forFiscalYear ?y }}
          UNION {{ {policy} mpol:policyOf|mpol:listsUnit ?u ; mpol:forFiscalYear ?y .
                   ?t org:organization ?u ; mpol:forFiscalYear ?y ; org:member ?s }}
          UNION {{ {policy} mpol:policyOf|mpol:listsUnit ?u ; mpol:forFiscalYear ?y .
                   ?y dcat:startDate ?first ; dcat:endDate ?last .
                   ?s mpol:observedUnit ?u ; mpol:asOf ?day . FILTER(?day >= ?first && ?day <= ?last) }}
          ?s ?p ?o }}""",
    )

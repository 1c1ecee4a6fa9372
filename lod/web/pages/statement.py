"""Pages of what a paper states in one year: a goal, an initiative, a report, a quantity, a number of staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pyoxigraph import Literal, NamedNode

from lod.places import Place
from lod.vocab import DCTERMS, MPOL, SCHEMA
from lod.web import site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.pages import chart, entity
from lod.web.pages.places import of_things
from lod.web.pages.program import series_of
from lod.web.pages.reading import Reading
from lod.web.pages.shown import Quantity, Report, Year

Shown: TypeAlias = dict[str, Any]


def goal(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    shown = reading.goal(node)
    policy = _one(facts, MPOL.hasGoal, node)
    title = site.words("goal.title", mark=shown.mark, policy=_policy_title(facts, policy))
    goals = reading.goals(policy) if policy else ()
    text = shown.texts[0].text if shown.texts else ""
    return _page(
        "goal.html", live, facts, node, policy, title, text, goal=shown, goals=goals, reading=reading, policy=policy
    )


def initiative(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    program = reading.program(node)
    years = reading.by_year(facts.subjects(MPOL.program, program.iri))
    return _page(
        "initiative.html",
        live,
        facts,
        node,
        policy := _one(facts, MPOL.hasInitiative, node),
        _in_year(program.name, reading.year_of(node)),
        program.plans[0].text if program.plans else "",
        program=program,
        years=years,
        policy=policy,
        reading=reading,
    )


def outcome(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    report = reading.report(node)
    owner = _one(facts, MPOL.hasOutcome, node)
    program = reading.program(owner) if owner else None
    policy = _one(facts, MPOL.hasInitiative, owner) if owner else None
    name = _in_year(program.name, reading.year_of(program.initiative)) if program else ""
    text = report.texts[0].text if report.texts else ""
    title = f"{name} {report.stage.value}"
    return _page("outcome.html", live, facts, node, policy, title, text, report=report, program=program, policy=policy)


def measure(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    quantity = reading.quantity(node)
    told_by = _one(facts, MPOL.hasMeasure, node)
    owner = _one(facts, MPOL.hasOutcome, told_by) if told_by else None
    report = reading.report(told_by) if told_by else None
    program = reading.program(owner) if owner else None
    policy = _one(facts, MPOL.hasInitiative, owner) if owner else None
    title = f"{quantity.item} {quantity.qualifier}{quantity.value}{quantity.unit}"
    return _page(
        "measure.html",
        live,
        facts,
        node,
        policy,
        title,
        report.texts[-1].text if report and report.texts else "",
        {"@type": "QuantitativeValue", "value": quantity.value, "unitText": quantity.unit},
        quantity=quantity,
        report=report,
        program=program,
        policy=policy,
        marked=_marked(report, quantity.places),
        series=_same(reading, owner, report, quantity),
        year=reading.year_of(owner) if owner else None,
    )


def _same(reading: Reading, owner: NamedNode | None, report: Report | None, quantity: Quantity) -> list[Any]:
    """The quantity through the years of its program."""
    program = reading.facts.node(owner, MPOL.program) if owner else None
    if program is None or report is None:
        return []
    years = reading.by_year(reading.facts.subjects(MPOL.program, program))[-40:]
    found = series_of([(year, reading.program(node)) for year, node in years])
    wanted = (quantity.item, quantity.unit, report.stage.value)
    return [series for series in found if (series.item, series.unit, series.stage) == wanted]


def _marked(report: Report | None, places: tuple[Place, ...]) -> tuple[str, str, str] | None:
    """The report's text cut before and behind the words that state a number; None if they are not just once in it."""
    quotes = {place.quote for place in places if place.quote}
    for item in report.texts if report else ():
        for quote in sorted(quotes, key=len, reverse=True):
            before, found, behind = item.text.partition(quote)
            if found and quote not in behind:
                return before, quote, behind
    return None


def headcount(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    unit = facts.node(node, MPOL.observedUnit)
    staff = list(reading.staff(unit)) if unit else []
    own = next((item for item in staff if item.iri == node), None)
    drawn = chart.columns("staff", [chart.Point(item.day[:4], item.day[5:], item.number) for item in staff])
    name = reading.name(unit) if unit else ""
    return entity.render(
        "headcount.html",
        live,
        facts,
        node,
        title=site.words("headcount.title", unit=name, day=site.day(own.day if own else "")),
        crumbs=[entity.municipality_crumb(facts, node), *([entity.crumb(facts, unit)] if unit else [])],
        structured={
            "@type": "Observation",
            "measuredProperty": {"@type": "Property", "name": "職員数"},
            "value": facts.text(node, MPOL.headcount),
            "observationDate": facts.text(node, MPOL.asOf),
            "unitText": facts.text(node, SCHEMA.unitText),
        },
        own=own,
        staff=staff,
        unit=unit,
        unit_name=name,
        chart_of=drawn,
    )


def _one(facts: Facts, predicate: NamedNode, node: NamedNode) -> NamedNode | None:
    return next(iter(facts.subjects(predicate, node)), None)


def _policy_title(facts: Facts, policy: NamedNode | None) -> str:
    return facts.text(policy, DCTERMS.title, "ja") if policy else ""


def _in_year(name: str, year: Year | None) -> str:
    return f"{name}（{year.name.replace('（', '・').replace('）', '')}）" if year else name


def _page(
    template: str,
    live: Published,
    facts: Facts,
    node: NamedNode,
    owner: NamedNode | None,
    title: str,
    text: str,
    structured: Shown | None = None,
    **context: Any,  # noqa: ANN401  whatever the template names
) -> str:
    crumbs = [entity.municipality_crumb(facts, node)]
    if owner:
        crumbs.append(entity.crumb(facts, owner, _policy_title(facts, owner)))
    return entity.render(
        template,
        live,
        facts,
        node,
        title=Literal(title, language="ja"),
        crumbs=crumbs,
        description=text,
        structured=structured or {"@type": "CreativeWork", "name": title, "text": text, "inLanguage": "ja"},
        **context,
    )


RENDERERS: dict[NamedNode, Callable[[Published, NamedNode, Facts], str]] = {
    MPOL.Goal: goal,
    MPOL.Initiative: initiative,
    MPOL.Outcome: outcome,
    MPOL.OutcomeMeasure: measure,
    MPOL.HeadcountObservation: headcount,
}

"""Pages that lead on: a municipality, a fiscal year, a change of units, the first page's list of years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from lod.vocab import DCAT, FOAF, MPOL, ORG, RDF, SKOS
from lod.web import site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.pages import entity
from lod.web.pages.organization import Change, change
from lod.web.pages.places import of_things
from lod.web.pages.reading import Reading
from lod.web.pages.shown import Linked, Year

MOST_UNITS = 400
MOST_CITIES = 2000
MOST_CHANGES = 300
MOST_POLICIES = 400
"""Policies that a page lists; a municipality with all its departments over ten years has about that many."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The policies of a municipality: its departments down, the years across."""

    years: tuple[Year, ...]
    rows: tuple[tuple[Linked, tuple[Linked | None, ...]], ...]


def cities(facts: Facts) -> list[Linked]:
    """Every municipality, by code."""
    found = sorted(facts.subjects(RDF.type, ORG.FormalOrganization)[:MOST_CITIES], key=lambda node: node.value)
    return [Linked(node, site.label(facts, node).value) for node in found]


def grid(reading: Reading, city: NamedNode) -> Grid:
    """The latest year first; only departments that have a policy."""
    facts = reading.facts
    cells: dict[NamedNode, dict[int, NamedNode]] = {}
    years: dict[int, Year] = {}
    for unit in sorted(facts.subjects(ORG.unitOf, city)[:MOST_UNITS], key=lambda node: node.value):
        for year, policy in reading.by_year(facts.subjects(MPOL.policyOf, unit)):
            cells.setdefault(unit, {})[year.start] = policy
            years[year.start] = year
    order = sorted(years, reverse=True)
    rows = tuple(
        (Linked(unit, reading.name(unit)), tuple(_cell(found.get(start)) for start in order))
        for unit, found in cells.items()
    )
    return Grid(tuple(years[start] for start in order), rows)


def _cell(policy: NamedNode | None) -> Linked | None:
    return Linked(policy, "") if policy else None


def municipality(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    codes = [(term.value, term.datatype) for term in facts.literals(node, ORG.identifier)]
    homepage = facts.node(node, FOAF.homepage)
    structured: dict[str, Any] = {"@type": "GovernmentOrganization", "name": reading.name(node)}
    if homepage:
        structured["url"] = homepage.value
    structured["identifier"] = [
        {"@type": "PropertyValue", "propertyID": site.term(kind.value).value, "value": value} for value, kind in codes
    ]
    return entity.render(
        "municipality.html",
        live,
        facts,
        node,
        title=site.label(facts, node),
        structured=structured,
        grid_of=grid(reading, node),
        code=entity.code_of(node),
        codes=codes,
        homepage=homepage.value if homepage else "",
        kana=facts.text(node, MPOL.nameReading, "ja-hira"),
        names=facts.literals(node, SKOS.prefLabel),
        changes_of=_changes(live, reading, node),
    )


def _changes(live: Published, reading: Reading, city: NamedNode) -> list[Change]:
    """The changes of its units, by day: those that its registry holds."""
    graph = NamedNode(site.site().mint.registry_graph(entity.code_of(city)))
    found = live.store.subjects(RDF.type, ORG.ChangeEvent, MOST_CHANGES, graph)
    told = [change(reading, node) for node in found if isinstance(node, NamedNode)]
    return sorted(told, key=lambda item: (item.day, item.iri.value))


def fiscal_year(live: Published, node: NamedNode, facts: Facts) -> str:
    """Municipalities with their departments' policies of the year; of many, those that come first by code."""
    reading = Reading(facts, of_things(live))
    own = reading.year(node)
    mint = site.site().mint
    shown: list[tuple[Linked, list[Linked]]] = []
    room = MOST_POLICIES
    known = cities(facts)
    for city in known if own else ():
        units = [] if room <= 0 or own is None else _policies(live, reading, city.iri, own.start)
        room -= len(units)
        shown.append((city, units))
    years = [mint.fiscal_year(own.start + step) for step in (-1, 1)] if own else []
    near = [year for iri in years if (year := reading.year(NamedNode(iri)))]
    return entity.render(
        "year.html",
        live,
        facts,
        node,
        title=site.label(facts, node),
        structured={
            "@type": "Duration",
            "name": site.label(facts, node).value,
            "startDate": facts.text(node, DCAT.startDate),
            "endDate": facts.text(node, DCAT.endDate),
        },
        cities=shown,
        year=own,
        near=near,
        others=[literal.value for literal in facts.literals(node, SKOS.altLabel)],
        first=facts.text(node, DCAT.startDate),
        last=facts.text(node, DCAT.endDate),
        whole=room > 0,
    )


def _policies(live: Published, reading: Reading, city: NamedNode, start: int) -> list[Linked]:
    """The policies of a year, by the name that each paper prints."""
    code, mint = entity.code_of(city), site.site().mint
    found = []
    for unit in sorted(reading.facts.subjects(ORG.unitOf, city)[:MOST_UNITS], key=lambda node: node.value):
        iri = mint.policy(code, start, unit.value.rpartition("/")[2])
        if live.store.contains(iri):
            found.append(Linked(NamedNode(iri), reading.printed_name(NamedNode(iri), MPOL.policyOf, unit)))
    return found


def change_event(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    return entity.render(
        "change.html",
        live,
        facts,
        node,
        title=site.label(facts, node),
        crumbs=[entity.municipality_crumb(facts, node)],
        change=change(reading, node),
    )

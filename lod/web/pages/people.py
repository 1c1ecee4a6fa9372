"""Pages of persons, posts and tenures: who held what in which year, as far as the municipality publishes names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from lod.vocab import DCTERMS, FOAF, MPOL, ORG
from lod.web import site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.pages import entity
from lod.web.pages.places import of_things
from lod.web.pages.reading import Reading
from lod.web.pages.shown import Linked, Person, Year


@dataclass(frozen=True, slots=True)
class Held:
    """A post held in a year."""

    year: Year
    person: Person
    unit: Linked | None
    post: Linked | None


def person(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    held = _held(reading, facts.subjects(ORG.member, node))
    name = facts.text(node, FOAF.name, "ja")
    latest = held[0] if held else None
    structured = {"@type": "Person", "name": name}
    if latest and latest.unit:
        structured["jobTitle"] = f"{latest.unit.name} {latest.person.post}"
    return entity.render(
        "person.html",
        live,
        facts,
        node,
        title=site.label(facts, node),
        crumbs=[entity.municipality_crumb(facts, node)],
        sources=_sources(facts, [item.person.tenure for item in held]),
        structured=structured,
        held=held,
        ruby=reading.ruby(node),
        doubtful=bool(latest and latest.person.doubtful),
    )


def post(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    held = _held(reading, facts.subjects(MPOL.post, node))
    unit = facts.node(node, ORG.postIn)
    crumbs = [entity.municipality_crumb(facts, node), *([entity.crumb(facts, unit)] if unit else [])]
    sources = _sources(facts, [item.person.tenure for item in held])
    title = site.label(facts, node)
    return entity.render(
        "post.html", live, facts, node, title=title, crumbs=crumbs, sources=sources, held=held, unit=unit
    )


def tenure(live: Published, node: NamedNode, facts: Facts) -> str:
    reading = Reading(facts, of_things(live))
    own = _held(reading, [node])
    post = facts.node(node, MPOL.post)
    unit = facts.node(node, ORG.organization)
    held = _held(reading, facts.subjects(MPOL.post, post)) if post else own
    title = site.label(facts, node).value
    if own:
        name = " ".join(part for part, _ in own[0].person.ruby)
        title = f"{own[0].unit.name if own[0].unit else ''} {own[0].person.post} {name}（{own[0].year.short}）"
    crumbs = [entity.municipality_crumb(facts, node), *([entity.crumb(facts, unit)] if unit else [])]
    return entity.render(
        "tenure.html", live, facts, node, title=title, crumbs=crumbs, own=own[0] if own else None, held=held, unit=unit
    )


def _held(reading: Reading, tenures: Iterable[NamedNode]) -> list[Held]:
    """Tenures with their year, the latest first."""
    found = []
    for year, node in reversed(reading.by_year(tenures)):
        if reading.facts.nodes(node, ORG.member):
            unit, held = reading.facts.node(node, ORG.organization), reading.facts.node(node, MPOL.post)
            holder = reading.person(node)
            of_unit = Linked(unit, reading.name_in(unit, year)) if unit else None
            found.append(Held(year, holder, of_unit, Linked(held, holder.post) if held else None))
    return found


def _sources(facts: Facts, tenures: Iterable[NamedNode]) -> list[NamedNode]:

    return list(dict.fromkeys(paper for node in tenures for paper in facts.nodes(node, DCTERMS.source)))


RENDERERS: dict[NamedNode, Callable[[Published, NamedNode, Facts], str]] = {
    FOAF.Person: person,
    ORG.Post: post,
    ORG.Membership: tenure,
}

"""The municipality, its units and their posts: nodes of the registry, the same in every paper."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from lod.identities import Names
from lod.iri import Mint
from lod.mapping.codes import unit_level
from lod.mapping.draft import Draft, Thing
from lod.mapping.terms import TYPE, ja, kana
from lod.municipality import Municipality
from lod.vocab import FOAF, MPC, MPOL, ORG, SCHEMA, SKOS


def municipality_triples(municipality: Municipality, mint: Mint) -> Iterator[Triple]:
    """The municipality itself, identified by typed codes (ORG 5.1.2)."""
    city = NamedNode(mint.municipality(municipality.code))
    for kind in (ORG.FormalOrganization, FOAF.Agent, SCHEMA.GovernmentOrganization):
        yield Triple(city, TYPE, kind)
    for language, name in municipality.names.items():
        yield Triple(city, SKOS.prefLabel, Literal(name, language=language))
        yield Triple(city, FOAF.name, Literal(name, language=language))
    if municipality.reading:
        yield Triple(city, MPOL.nameReading, kana(municipality.reading))
    yield Triple(city, ORG.identifier, Literal(municipality.code, datatype=MPC["jp-local-government-code"]))
    if municipality.corporate_number:
        number = Literal(municipality.corporate_number, datatype=MPC["jp-corporate-number"])
        yield Triple(city, ORG.identifier, number)
    if municipality.homepage:
        yield Triple(city, FOAF.homepage, NamedNode(municipality.homepage))


def label_triples(node: NamedNode, names: Names) -> Iterator[Triple]:
    """What a unit or program is called: one preferred label, whatever the year; earlier names beside it."""
    yield Triple(node, SKOS.prefLabel, ja(names.label))
    for earlier in names.earlier:
        yield Triple(node, SKOS.altLabel, ja(earlier))
    if names.reading:
        yield Triple(node, MPOL.nameReading, kana(names.reading))


def unit_triples(unit: NamedNode, names: Names, above: NamedNode, above_is_city: bool) -> Iterator[Triple]:
    """A unit. `org:unitOf` leads to the municipality only: its range is FormalOrganization."""
    yield Triple(unit, TYPE, ORG.OrganizationalUnit)
    yield from label_triples(unit, names)
    yield Triple(unit, ORG.classification, unit_level(names.label))
    yield Triple(unit, ORG.unitOf if above_is_city else ORG.subOrganizationOf, above)


def map_department(draft: Draft) -> None:
    """The department, a unit of the municipality."""
    _add(draft, draft.department, draft.city, above_is_city=True)


def map_section(draft: Draft, section: Thing) -> None:
    """A section that the paper lists below its department; one that is the department itself is known already."""
    if section.key != draft.department.key:
        _add(draft, section, draft.department.node, above_is_city=False)


def map_other_unit(draft: Draft, unit: Thing) -> None:
    """A unit in charge of a program that the paper does not list: only that it belongs to the municipality is sure."""
    _add(draft, unit, draft.city, above_is_city=True)


def _add(draft: Draft, unit: Thing, above: NamedNode, *, above_is_city: bool) -> None:
    draft.registry += unit_triples(unit.node, unit.names, above, above_is_city)
    draft.codes[unit_level(unit.names.label)] = None


def map_post(draft: Draft, unit: Thing, title: str, role: str) -> NamedNode:
    """The post of a unit's head. `role` is the code (role-bucho), `title` the printed one (部長)."""
    post = NamedNode(draft.mint.post(draft.lg, unit.key, role_key(role)))
    draft.registry += (
        Triple(post, TYPE, ORG.Post),
        Triple(post, SKOS.prefLabel, ja(post_label(unit.names.label, title))),
        Triple(post, ORG.role, draft.code(role)),
        Triple(post, ORG.postIn, unit.node),
    )
    return post


def role_key(role: str) -> str:
    """role-bucho → bucho, the key in the IRIs of posts and tenures."""
    return role.removeprefix("role-")


def post_label(unit: str, title: str) -> str:
    """Unit and title, what both say written once: 産業振興部, 部長 → 産業振興部長; without overlap simply joined."""
    overlap = next((size for size in range(len(title), 0, -1) if unit.endswith(title[:size])), 0)
    return unit + title[overlap:]

"""Where the live release uses the terms of the vocabulary: counts, and a query that shows the places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from lod.catalog.statistics import Statistics
from lod.web import site
from lod.web.holdings import of_release_or_none

MOST_COUNTED = 10_000
"""Uses of a code are counted while somebody waits; beyond this it is said that there are more."""
_MOST_CLASSES = 5


@dataclass(frozen=True, slots=True)
class Use:
    """How often a term is used; `at_least` where counting stopped. `classes` are those whose things have a property."""

    count: int
    address: str
    at_least: bool = False
    classes: tuple[str, ...] = ()


def of_class(iri: str) -> Use | None:
    """The things of a class; None where nothing is published."""
    facts = _facts()
    query = f"SELECT ?thing {{ ?thing a <{iri}> }} LIMIT 100"
    return Use(facts.classes.get(iri, 0), _address(query)) if facts else None


def of_property(iri: str) -> Use | None:
    """The statements with a property, and the classes of the things that most have it."""
    facts = _facts()
    if facts is None:
        return None
    known = facts.properties.get(iri)
    having = sorted(((-used[iri], kind) for kind, used in facts.used.items() if iri in used))[:_MOST_CLASSES]
    query = f"SELECT ?thing ?value {{ ?thing <{iri}> ?value }} LIMIT 100"
    return Use(known.triples if known else 0, _address(query), classes=tuple(kind for _, kind in having))


def of_code(iri: str) -> Use | None:
    """What points to a code."""
    live = site.site().live.current()
    if live is None:
        return None
    counted = live.store.pointing_to(iri, MOST_COUNTED)
    query = f"SELECT ?thing ?property {{ ?thing ?property <{iri}> }} LIMIT 100"
    return Use(counted, _address(query), counted == MOST_COUNTED)


def of_terms(nodes: Sequence[NamedNode], properties: bool) -> dict[str, Use | None]:
    return {node.value: (of_property if properties else of_class)(node.value) for node in nodes}


def _facts() -> Statistics | None:
    found = of_release_or_none()
    return found.facts if found else None


def _address(query: str) -> str:
    return site.address_of("sparql", query=query, lang=site.lang())

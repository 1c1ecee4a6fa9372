"""The registry of a release, judged in pieces: however many units a city has, few are in memory at a time.

A unit's rules look at its own statements, at the units above it and at those below the same parent. So a piece is some
top units with all below them. Units that lead up to no municipality (a cycle, a parent that is not there) make the last
piece: in a sound registry it is empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from lod.validation.release import Queryable
from lod.validation.report import Report
from lod.validation.validator import Validator
from lod.vocab import PREFIXES

TOP_UNITS = 200
"""Top units of one piece: with their sections some thousand triples, far below what one paper takes."""

_HEAD = f"PREFIX org: <{PREFIXES['org']}>\n"
_CITIES = "SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s a org:FormalOrganization ; ?p ?o }} }}"
_TOPS = (
    "SELECT DISTINCT ?unit WHERE {{ GRAPH <{graph}> {{ ?unit org:unitOf ?city . ?city a org:FormalOrganization }} }}"
)
_BELOW = """SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES ?top {{ {units} }}
  GRAPH <{graph}> {{ ?s (org:subOrganizationOf|org:unitOf)* ?top . ?s ?p ?o }} }}"""
_STRAY = """SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s a org:OrganizationalUnit ; ?p ?o
  FILTER NOT EXISTS {{ ?s (org:subOrganizationOf|org:unitOf)+ ?city . ?city a org:FormalOrganization }} }} }}"""


def check_registry(
    validator: Validator, store: Queryable, registry: str, codes: Iterable[ox.Triple], source: str = ""
) -> Iterator[Report]:
    """Judges the registry graph of that IRI, with the fiscal years among the codes; each result is told once."""
    cities = _triples(store, _CITIES, registry)
    told: frozenset[tuple[str, ...]] = frozenset()
    for piece in itertools.chain((list(codes),), _units(store, registry)):
        report = validator.check_registry((*cities, *piece), source, told)
        told = told.union(result.key for result in report.results)
        yield report


def _units(store: Queryable, registry: str) -> Iterator[list[ox.Triple]]:
    tops = (row["unit"] for row in store.query(_HEAD + _TOPS.format(graph=registry)))
    while piece := list(itertools.islice(tops, TOP_UNITS)):
        yield _triples(store, _BELOW, registry, " ".join(str(unit) for unit in piece))
    yield _triples(store, _STRAY, registry)


def _triples(store: Queryable, query: str, registry: str, units: str = "") -> list[ox.Triple]:
    rows = store.query(_HEAD + query.format(graph=registry, units=units))
    return [ox.Triple(row["s"], row["p"], row["o"]) for row in rows]

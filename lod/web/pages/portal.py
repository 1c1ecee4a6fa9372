"""The first page: municipalities, years and departments."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from pyoxigraph import Literal, NamedNode, QuerySolution

from lod.web import site
from lod.web.graph import select
from lod.web.live import Published
from lod.web.negotiation import HTML
from lod.web.responses import answer

blueprint = Blueprint("portal", __name__)

_COUNTED = {
    "policies": "DepartmentPolicy",
    "goals": "Goal",
    "initiatives": "Initiative",
    "measures": "OutcomeMeasure",
}
MOST_POLICIES = 400
"""Policies that a page lists; a municipality with all its departments over ten years has about that many."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One department's policy of one year."""

    iri: str
    department: str
    year: str
    year_name: str


@blueprint.get("/")
def portal() -> ResponseReturnValue:
    """Every municipality with its policies; of many, their names only."""
    live = site.published()
    cities = _municipalities(live)
    listed = {iri: years(live, iri) for iri, _ in cities} if len(cities) <= 3 else {}
    return answer(render_template("portal.html", cities=cities, listed=listed, counts=_counts(live)), HTML)


def years(live: Published, organization: str) -> dict[str, list[Entry]]:
    """The policies of a municipality or a department, by the name of their year, the latest first."""
    rows = select(
        live.store,
        f"""SELECT ?policy ?department ?name ?year ?yearName {{
          {{ BIND(<{organization}> AS ?department) }} UNION {{ ?department org:unitOf <{organization}> }}
          ?policy mpol:policyOf ?department ; mpol:forFiscalYear ?y .
          ?department skos:prefLabel ?name FILTER(LANG(?name) = "ja")
          ?y mpol:startYear ?year ; skos:prefLabel ?yearName FILTER(LANG(?yearName) = "{site.lang()}") }}
        ORDER BY DESC(?year) ?policy LIMIT {MOST_POLICIES}""",
    )
    found: dict[str, list[Entry]] = {}
    for row in rows:
        entry = Entry(*(_text(row, name) for name in ("policy", "name", "year", "yearName")))
        listed = found.setdefault(f"{entry.year_name}（{entry.year}）" if site.lang() == "ja" else entry.year_name, [])
        if entry not in listed:
            listed.append(entry)
    return found


def _municipalities(live: Published) -> list[tuple[str, str]]:
    rows = select(
        live.store,
        """SELECT DISTINCT ?city ?ja ?en { ?city a org:FormalOrganization ; skos:prefLabel ?ja FILTER(LANG(?ja) = "ja")
           OPTIONAL { ?city skos:prefLabel ?en FILTER(LANG(?en) = "en") } } ORDER BY ?city""",
    )
    name = "en" if site.lang() == "en" else "ja"
    return [(_text(row, "city"), _text(row, name) or _text(row, "ja")) for row in rows]


def _counts(live: Published) -> dict[str, int]:
    counts = {}
    for key, name in _COUNTED.items():
        row = select(live.store, f"SELECT (COUNT(*) AS ?count) {{ ?thing a mpol:{name} }}")[0]
        counts[key] = int(_text(row, "count"))
    return counts


def _text(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, NamedNode | Literal) else ""

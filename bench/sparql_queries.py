"""The queries that policy research asks, as the endpoint gets them; `{…}` are filled from the release itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from lod.stores.oxigraph import ReleaseStore
from lod.vocab import PREFIXES

_USED = ("mpol", "dcterms", "org", "schema", "skos", "xsd")
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in _USED)


@dataclass(frozen=True, slots=True)
class Query:
    """A named query. `light` ones are look-ups; those over named graphs need a store that has them."""

    name: str
    text: str
    light: bool = False
    named_graphs: bool = False


QUERIES = (
    Query("describe", "DESCRIBE <{initiative}>", light=True),
    Query(
        "one policy",
        "SELECT ?title ?basic ?number ?text {{ <{policy}> dcterms:title ?title ; mpol:basicPolicy ?basic ; "
        "mpol:hasGoal ?goal . ?goal mpol:goalNumber ?number ; dcterms:description ?text }} ORDER BY ?number",
        light=True,
    ),
    Query(
        "programs of a unit over years",
        "SELECT ?year ?program ?label {{ ?policy mpol:policyOf <{department}> ; mpol:forFiscalYear/mpol:startYear "
        "?year ; mpol:hasInitiative/mpol:program ?program . ?program skos:prefLabel ?label }} ORDER BY ?year ?label",
        light=True,
    ),
    Query(
        "text of 2 characters",
        'SELECT ?initiative ?text {{ ?initiative mpol:plannedAction ?text FILTER CONTAINS(?text, "{two}") }} '
        "ORDER BY ?initiative LIMIT 50",
    ),
    Query(
        "text of 4 characters",
        'SELECT ?outcome ?text {{ ?outcome mpol:resultText ?text FILTER CONTAINS(?text, "{four}") }} '
        "ORDER BY ?outcome LIMIT 50",
    ),
    Query(
        "regex",
        'SELECT ?outcome ?text {{ ?outcome mpol:resultText ?text FILTER REGEX(?text, "{two}.*補助金[0-9]{{2}}件") }} '
        "ORDER BY ?outcome LIMIT 50",
    ),
    Query(
        "headcount of a city",
        "SELECT ?day (SUM(?count) AS ?staff) {{ ?seen mpol:observedUnit/org:subOrganizationOf/org:unitOf <{city}> ; "
        "mpol:asOf ?day ; mpol:headcount ?count }} GROUP BY ?day ORDER BY ?day",
        light=True,
    ),
    Query(
        "headcount of all by year",
        "SELECT ?day (SUM(?count) AS ?staff) (COUNT(?seen) AS ?units) {{ ?seen mpol:asOf ?day ; "
        "mpol:headcount ?count }} GROUP BY ?day ORDER BY ?day",
    ),
    Query(
        "goals with initiatives",
        "SELECT ?policy ?goal ?label {{ ?policy mpol:policyOf/org:unitOf <{city}> ; mpol:forFiscalYear <{year}> ; "
        "mpol:hasGoal/dcterms:description ?goal ; mpol:hasInitiative/mpol:program/skos:prefLabel ?label }}",
    ),
    Query(
        "top quantities",
        "SELECT ?measure ?item ?value ?unit ?label {{ ?outcome mpol:hasMeasure ?measure . ?initiative mpol:hasOutcome "
        "?outcome ; mpol:program/skos:prefLabel ?label . ?measure schema:value ?value ; mpol:measuredItem ?item ; "
        "schema:unitText ?unit }} ORDER BY DESC(?value) ?measure LIMIT 20",
    ),
    Query(
        "paths",
        "SELECT ?unit ?label {{ ?unit (org:subOrganizationOf|org:unitOf)+ <{city}> ; skos:prefLabel ?label }}",
    ),
    Query(
        "OPTIONAL",
        "SELECT ?initiative ?label ?result ?value ?unit {{ ?initiative mpol:forFiscalYear <{year}> ; "
        "mpol:program/skos:prefLabel ?label OPTIONAL {{ ?initiative mpol:hasOutcome ?outcome . "
        "?outcome mpol:resultText ?result OPTIONAL {{ ?outcome mpol:hasMeasure ?measure . "
        "?measure schema:value ?value }} }} OPTIONAL {{ ?initiative mpol:responsibleUnit/skos:prefLabel ?unit }} }} "
        "ORDER BY ?initiative ?unit LIMIT 100",
    ),
    Query("COUNT(*)", "SELECT (COUNT(*) AS ?triples) {{ ?s ?p ?o }}"),
    Query(
        "most common programs",
        "SELECT ?label (COUNT(*) AS ?papers) {{ ?initiative mpol:program/skos:prefLabel ?label }} GROUP BY ?label "
        "ORDER BY DESC(?papers) ?label LIMIT 20",
    ),
    Query(
        "graphs of a city",
        "SELECT ?graph ?policy {{ GRAPH ?graph {{ ?policy mpol:policyOf <{department}> ; mpol:forFiscalYear ?year }} "
        'FILTER STRSTARTS(STR(?graph), "http") }}',
        light=True,
        named_graphs=True,
    ),
)


@dataclass(slots=True)
class Filling:
    """What parameters may be, drawn from a release; the same seed draws the same."""

    choices: dict[str, list[str]]
    _draw: random.Random = field(default_factory=lambda: random.Random(7))
    _number: int = 0

    def fill(self, query: Query) -> str:
        """A text that nobody sent before: other parameters, and a number in a comment."""
        self._number += 1
        values = {name: self._draw.choice(items) for name, items in self.choices.items()}
        return f"{PROLOGUE}{query.text.format(**values)}\n# {self._number}"


def filling(store: ReleaseStore, most: int = 500) -> Filling:
    """Things of the release by kind; what is asked for again and again is spread over all of it."""

    def things(pattern: str) -> list[str]:
        rows = store.query(f"{PROLOGUE} SELECT ?x {{ {pattern} }}")
        assert isinstance(rows, ox.QuerySolutions)
        found = sorted(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))
        return random.Random(1).sample(found, min(most, len(found)))

    years = list(_years(things("?x a mpol:FiscalYear")))
    return Filling(
        {
            "initiative": things("?x a mpol:Initiative"),
            "policy": things("?x a mpol:DepartmentPolicy ; mpol:basicPolicy ?text"),
            "department": things("?city a org:FormalOrganization . ?x org:unitOf ?city"),
            "city": things("?x a org:FormalOrganization"),
            "year": years,
            "two": ["観光", "融資", "創業", "緑化", "救急", "住宅"],
            "four": ["子育て世", "地域福祉", "企業立地", "防災訓練", "公共交通", "生涯学習"],
        }
    )


def _years(found: list[str]) -> Iterator[str]:
    """Years with reports: the last one has plans only."""
    yield from sorted(found)[:-1] or found

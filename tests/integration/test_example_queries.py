"""Each example query runs as it stands and finds something: on the sample, or on years that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lod.config import Settings
from lod.iri import Mint
from lod.mapping import ExampleQuery, example_queries
from lod.querying.kind import kind_of
from lod.vocab import PREFIXES
from lod.web import create_app
from lod.web.site import EXTENSION

EXAMPLES = example_queries()
BY_KEY = {example.key: example for example in EXAMPLES}


@pytest.fixture(scope="module")
def sample(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def years(invented_site: Settings) -> Iterator[FlaskClient]:
    made = create_app(invented_site)
    yield made.test_client()
    made.extensions[EXTENSION].pool.close()


@cache
def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    """The rows as texts by variable; a graph's triples as rows of one line."""
    accept = "application/sparql-results+json, application/n-triples"
    answer = client.post("/sparql", data=query, content_type="application/sparql-query", headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    if answer.mimetype == "application/n-triples":
        return [{"triple": line} for line in answer.text.splitlines()]
    found = answer.get_json()["results"]["bindings"]
    return [{name: str(term["value"]) for name, term in row.items()} for row in found]


def test_there_are_examples_of_each_level() -> None:
    levels = [example.level for example in EXAMPLES]
    assert len(EXAMPLES) >= 18
    assert min(levels.count(level) for level in (1, 2, 3)) >= 6
    assert len(BY_KEY) == len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)
def test_an_example_finds_something(example: ExampleQuery, sample: FlaskClient, years: FlaskClient) -> None:
    """Every example has rows on the sample, but for those that say that they need more; these have none by accident."""
    found = rows(years if example.needs else sample, example.text)
    assert found
    assert all(any(row.values()) for row in found)
    if example.needs:
        assert not rows(sample, example.text), "it needs nothing: say so"
    assert len(found) == len({tuple(row.values()) for row in found}), "the same row twice"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)
def test_an_example_reads_well(example: ExampleQuery) -> None:
    """It declares what it uses with our prefixes, names no site, and says the same things in both languages."""
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", example.text, re.MULTILINE))
    used = set(re.findall(r"(?<!\w)([a-z]+):[A-Za-z]", re.sub(r"<[^>]*>|\"[^\"]*\"", "", example.text)))
    assert declared == {name: PREFIXES[name] for name in declared}
    assert used - {"PREFIX"} == set(declared)
    assert "example.org" not in example.text
    assert kind_of(example.text).value.upper() == example.verb
    for words in (example.title, example.about):
        assert re.search("[ぁ-ん一-鿿]", words["ja"])
        assert words["en"].isascii() or "…" in words["en"] or re.search("[一-鿿]", words["en"])
    assert example.needs in {"", "years", "editions"}


def test_what_examples_find_is_right(sample: FlaskClient, years: FlaskClient) -> None:
    """The answers that can be told from the papers by reading them."""
    heads = rows(sample, BY_KEY["departments-and-heads"].text)
    assert [(row["department"], row["name"]) for row in heads] == [("産業振興部", "今井 宏明")]
    assert len(rows(sample, BY_KEY["quantities-of-a-year-by-section"].text)) == 5
    assert rows(sample, BY_KEY["staff-of-departments"].text)[0]["total"] == "45"
    assert len(rows(sample, BY_KEY["goals-without-programs"].text)) == 5  # the paper never says which goal is served
    changed = rows(years, BY_KEY["changed-between-editions"].text)
    assert [(row["year"], row["department"], row["number"]) for row in changed] == [("平成30年度", "福祉部", "3")]
    assert len(rows(years, BY_KEY["reorganizations"].text)) == 4
    staff = [row["staff"] for row in rows(years, BY_KEY["staff-over-years"].text) if row["section"] == "経済政策課"]
    assert staff == ["12", "13", "13", "14"]


def test_examples_are_data_in_the_endpoint(client: FlaskClient, app: Flask) -> None:
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      SELECT ?query ?label ?text { GRAPH <https://lod.example.org/graph/queries> {
        ?query a sh:SPARQLExecutable ; rdfs:label ?label ; rdfs:comment ?about ; sh:select|sh:construct ?text ;
          sh:prefixes/sh:declare/sh:prefix "mpol" FILTER (LANG(?label) = "ja" && LANG(?about) = "ja") } }"""
    answer = client.get("/sparql?" + urlencode({"query": query}), headers={"Accept": "application/json"})
    found = {row["query"]["value"]: row["text"]["value"] for row in answer.get_json()["results"]["bindings"]}
    mint = Mint("https://lod.example.org/")
    assert found == {mint.query(example.key): example.text for example in EXAMPLES}
    plain = "SELECT * { ?s a <http://www.w3.org/ns/shacl#SPARQLExecutable> }"
    merged = client.get("/sparql?" + urlencode({"query": plain}), headers={"Accept": "application/json"})
    assert merged.get_json()["results"]["bindings"] == []
    page = client.get("/id/query/staff-over-years", headers={"Accept": "text/html"}, follow_redirects=True)
    assert page.status_code == 200
    assert "職員数の推移" in page.text

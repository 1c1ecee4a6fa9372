"""Answers do not hang on how the store is laid out: merged facts, named graphs, and columns say the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from bench import corpus
from bench.sparql_queries import PROLOGUE, QUERIES, Filling, Query, filling
from lod import analysis, config, release
from lod.analysis.parsing import parse
from lod.config import Settings
from lod.iri import Mint
from lod.stores.oxigraph import ReleaseStore
from lod.web import create_app

_MERGED = re.compile(r".*/graph/(?:[0-9]{6}/|registry/|links/|inferred/|codes$)")
SELECTS = [query for query in QUERIES if "DESCRIBE" not in query.text and not query.named_graphs]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two departments over ten years, and one paper more."""
    folder = tmp_path_factory.mktemp("shape")
    corpus.invent(folder, 21, ["turtle", "sources", "distributions", "catalog"], say=lambda _: None)
    return folder


@pytest.fixture(scope="module")
def store(site: Path) -> ReleaseStore:
    live = release.current(site / "var")
    assert live is not None
    return live.open()


@pytest.fixture(scope="module")
def values(store: ReleaseStore) -> Filling:
    """With words that these departments use."""
    found = filling(store)
    found.choices |= {"two": ["観光"], "four": ["企業立地"]}
    return found


@pytest.fixture(scope="module")
def client(site: Path) -> FlaskClient:
    return create_app(config.load({}, site)).test_client()


def _merged_graphs(store: ReleaseStore) -> list[str]:
    rows = store.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(rows, ox.QuerySolutions)
    return [row[0].value for row in rows if isinstance(row[0], ox.NamedNode) and _MERGED.match(row[0].value)]


def test_the_default_graph_is_the_union_of_facts_registry_and_codes(store: ReleaseStore) -> None:
    merged = {str(triple) for triple in _all(store, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")}
    graphs = _merged_graphs(store)
    apart = {str(triple) for name in graphs for triple in store.graph(name)}
    assert merged == apart
    assert Mint(config.PLACEHOLDER).codes_graph in graphs


def _all(store: ReleaseStore, query: str) -> list[ox.Triple]:
    results = store.query(query)
    assert isinstance(results, ox.QueryTriples)
    return list(results)


def _rows(table: dict[str, Any]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in table["results"]["bindings"])


@pytest.mark.parametrize("query", SELECTS, ids=lambda query: query.name)
def test_research_queries_have_one_answer(
    client: FlaskClient, store: ReleaseStore, values: Filling, query: Query
) -> None:
    """Over HTTP from columns; from the store's merged facts; and from the named graphs, where nothing is counted."""
    text = values.fill(query)
    assert parse(text) is not None, "columns answer what research asks"
    answer = client.get("/sparql", query_string={"query": text, "format": "json"})
    assert answer.status_code == 200
    ours = dict(answer.json or {})
    results = store.query(text)
    assert isinstance(results, ox.QuerySolutions)
    theirs = json.loads(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    assert ours["head"] == theirs["head"]
    assert _rows(ours) == _rows(theirs)
    assert ours["results"]["bindings"] or query.name == "regex"
    if "COUNT" not in text and "SUM" not in text and "LIMIT" not in text:
        apart = store.query(text, default_graphs=_merged_graphs(store))
        assert isinstance(apart, ox.QuerySolutions)
        named = json.loads(apart.serialize(format=ox.QueryResultsFormat.JSON) or b"")
        assert set(_rows(named)) == set(_rows(ours))


@pytest.mark.parametrize("made", ["sample", "cities"])
def test_columns_say_of_every_thing_what_the_store_says(
    made: str, published: Settings, invented_site: Settings
) -> None:
    live = release.current((published if made == "sample" else invented_site).var)
    assert live is not None
    store, facts = live.open(), analysis.shared(live.path)
    assert facts is not None
    said = [(thing, list(triples)) for thing, triples in groupby(store.all_facts(), lambda triple: triple.subject)]
    assert len(said) > 100
    for thing, triples in said:
        assert isinstance(thing, ox.NamedNode)
        assert facts.about(thing.value) == triples
        pointing = list(islice(store.triples(value=thing), 600))
        assert facts.pointing_to(thing.value, 600) == pointing


def test_every_format_is_written_from_columns(client: FlaskClient, store: ReleaseStore) -> None:
    """The store's own bytes, since the order is asked for."""
    text = (
        f"{PROLOGUE} SELECT ?i ?t ?r {{ ?i mpol:plannedAction ?t OPTIONAL {{ ?i mpol:hasOutcome/mpol:resultText ?r }} "
    )
    text += "} ORDER BY ?i ?t ?r"
    assert parse(text) is not None
    for name, kind in (
        ("json", ox.QueryResultsFormat.JSON),
        ("xml", ox.QueryResultsFormat.XML),
        ("csv", ox.QueryResultsFormat.CSV),
        ("tsv", ox.QueryResultsFormat.TSV),
    ):
        results = store.query(text)
        assert isinstance(results, ox.QuerySolutions)
        assert client.get("/sparql", query_string={"query": text, "format": name}).data == results.serialize(
            format=kind
        )


def test_graphs_that_a_request_chooses_are_the_store_s_business(client: FlaskClient, store: ReleaseStore) -> None:
    """Columns hold the merged facts alone."""
    name = next(name for name in _merged_graphs(store) if "/graph/registry" not in name and "/codes" not in name)
    text = f"{PROLOGUE} SELECT (COUNT(*) AS ?n) {{ ?i mpol:plannedAction ?t }}"
    for graphs, expected in (([], None), ([name], sum(1 for t in store.graph(name) if "plannedAction" in str(t)))):
        answer = client.get("/sparql", query_string={"query": text, "format": "csv", "default-graph-uri": graphs})
        found = int(list(csv.reader(io.StringIO(answer.text)))[1][0])
        assert found == expected if expected is not None else found > 100

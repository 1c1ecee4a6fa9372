"""Look-ups answered before the application have its bytes and headers; what is wrong or unusual is left to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from lod.mapping import example_queries
from lod.web.sparql_direct import DirectQueries
from lod.web.sparql_formats import GRAPHS
from tests.integration.test_web_front import POLICY, _layer, _told

THING = f"https://lod.example.org{POLICY.replace('/doc/', '/id/')}"
PREFIXES = "PREFIX mpol: <https://w3id.org/mupol/def#> PREFIX dcterms: <http://purl.org/dc/terms/>\n"
SMALL = (
    f"DESCRIBE <{THING}>",
    f"describe <{THING}> # 説明",
    "DESCRIBE <https://lod.example.org/id/none>",
    f"SELECT ?p ?o {{ <{THING}> ?p ?o }}",
    f"SELECT ?s ?p {{ ?s ?p <{THING}> }} ORDER BY ?s",
    f"{PREFIXES}SELECT ?title {{ <{THING}> dcterms:title ?title }}",
    f"{PREFIXES}SELECT ?t {{ <{THING}> mpol:hasGoal ?g . ?g mpol:goalNumber ?n ; dcterms:description ?t }} ORDER BY ?t",
    f"{PREFIXES}SELECT ?g {{ GRAPH ?g {{ <{THING}> dcterms:title ?title }} FILTER STRSTARTS(STR(?g), 'http') }}",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?x { ?x a <https://example.org/None> }",
)
OTHERS = (
    "ASK { ?s ?p ?o }",
    f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o FILTER(?s = <{THING}>) }}",
    f"DESCRIBE ?x {{ BIND(<{THING}> AS ?x) }}",
    "SELECT ?s { ?s ?p ?o } LIMIT 1",
    "SELECT ?s { ?s ?p ",
    "SELECT ?x { ?x <https://w3id.org/mupol/text#matches> '観光' }",
    f"SELECT ?x {{ <{THING}> dcterms:title ?x }}",
    "SELECT ?x { SERVICE <http://localhost/> { ?x ?y ?z } }",
    "PREFIX service: <https://x.example/> SELECT ?x { ?x service:y ?z }",
    "SELECT ?x { ?x ?y '\ufffd' }",
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "",
    " ",
    "\ufeffASK {}",
)
RESULTS = ("application/sparql-results+json", "application/json", "*/*", "text/csv", "application/sparql-results+xml")


@pytest.fixture
def client(app: Flask) -> Client:
    """The layer that answers look-ups; nothing is kept from one test for the next that asks otherwise."""
    return Client(_layer(app), TestResponse)


@pytest.fixture
def bare(app: Flask) -> Client:
    return Client(Flask.wsgi_app.__get__(app), TestResponse)


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each query was answered before the application."""
    seen: list[bool] = []
    made = DirectQueries.made

    def noted(self: DirectQueries, *args: Any) -> object:  # noqa: ANN401
        found = made(self, *args)
        seen.append(found is not None)
        return found

    monkeypatch.setattr(DirectQueries, "made", noted)
    return seen


def _both(client: Client, bare: Client, address: str, **asked: Any) -> TestResponse:  # noqa: ANN401
    ours, theirs = (each.open(address, **asked) for each in (client, bare))
    assert _told(ours) == _told(theirs), (address, asked)
    return ours


@pytest.mark.parametrize("query", [*SMALL, *OTHERS, *(example.text for example in example_queries())])
def test_every_query_is_answered_the_same_with_and_without(client: Client, bare: Client, query: str) -> None:
    is_graph = "describe" in query.lower() or "construct" in query.lower()
    accepts = [offer.media_type for offer in GRAPHS] if is_graph else RESULTS
    for accept in (*accepts, "text/html", "image/png"):
        address = "/sparql?" + urlencode({"query": query})
        if "SELECT ?s { ?s ?p ?o } LIMIT" not in query or accept == "text/html":
            _both(client, bare, address, headers={"Accept": accept})


def test_look_ups_are_answered_before_the_application(client: Client, direct: list[bool]) -> None:
    for number, query in enumerate(SMALL):
        text = f"{query}\n# {number} alone"
        for asked in (
            {"query_string": {"query": text}},
            {"query_string": {"query": text, "format": "nt" if "describe" in query.lower() else "json"}},
            {"method": "POST", "data": {"query": text + " form"}},
            {"method": "POST", "data": text + " text", "content_type": "application/sparql-query; charset=UTF-8"},
        ):
            assert client.open("/sparql", **asked).status_code == 200
    assert direct == [True] * 4 * len(SMALL)


@pytest.mark.parametrize("query", [SMALL[0], SMALL[3], SMALL[5], OTHERS[4]])
def test_every_way_to_ask_is_answered_the_same(client: Client, bare: Client, query: str) -> None:
    given = urlencode({"query": query})
    for address in (
        f"/sparql?{given}",
        f"/sparql?{given}&format=json",
        f"/sparql?{given}&format=nt",
        f"/sparql?{given}&output=html",
        f"/sparql?{given}&results=",
        f"/sparql?{given}&format=nonsense",
        f"/sparql?{given}&format=json&output=csv",
        f"/sparql?{given}&{given}",
        f"/sparql?{given}&update=x",
        f"/sparql?{given}&default-graph-uri=https%3A%2F%2Flod.example.org%2Fgraph%2Fcodes",
        f"/sparql?{given}&default-graph-uri=x",
        f"/sparql?{given}&lang=en",
        f"/sparql?{given}&graph=x",
        f"/sparql?{given}%ff",
        f"/sparql?{given}%zz",
        f"/sparql?{quote('query')}={quote(query)}",
        f"/sparql?QUERY={quote(query)}",
        f"/sparql?{given}&x={'y' * 17000}",
        "/sparql?query",
        "/sparql?format=json",
    ):
        for method in ("GET", "HEAD", "OPTIONS", "PUT"):
            _both(client, bare, address, method=method)
    for content_type in (
        "application/sparql-query",
        "application/sparql-query; charset=utf-8",
        "application/sparql-query; charset=latin-1",
        "application/sparql-update",
        "text/plain",
    ):
        for address in ("/sparql", "/sparql?format=json", "/sparql?format=nt", f"/sparql?{given}"):
            _both(client, bare, address, method="POST", data=query.encode(), content_type=content_type)
    for form in ({"query": query}, {"query": [query, query]}, {"query": query, "format": "nt"}, {"update": query}, {}):
        for address in ("/sparql", "/sparql?format=json", f"/sparql?{given}"):
            _both(client, bare, address, method="POST", data=form)
    for data in (b"query=%ff", b"query=\xff", b"", b"query=" + query.encode()):
        _both(client, bare, "/sparql", method="POST", data=data, content_type="application/x-www-form-urlencoded")


def test_conditions_and_packing_hold_for_look_ups(client: Client, bare: Client) -> None:
    address = "/sparql?" + urlencode({"query": f"DESCRIBE <{THING}> # conditions"})
    tag = bare.get(address).headers["ETag"]
    for wanted in (tag, f'W/{tag}, "x"', "*", '"x"'):
        ours, theirs = (each.get(address, headers={"If-None-Match": wanted}) for each in (client, bare))
        assert (ours.status, ours.data, ours.headers["ETag"]) == (theirs.status, theirs.data, theirs.headers["ETag"])
    assert client.get(address, headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"

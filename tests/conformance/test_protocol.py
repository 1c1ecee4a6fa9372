"""SPARQL 1.1 Protocol, result formats and service description, clause by clause, asked of the running server."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import requests

from tests.conformance.cases import data
from tests.conformance.results import csv_texts, same_graph, same_solutions, solutions
from tests.integration.conftest import build_sample
from tests.served import Served, serving

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}
G1, G2 = "http://example.org/g1", "http://example.org/g2"
OBJECTS = "SELECT ?o { <http://example.org/s> ?p ?o }"
NAMES = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture
def served(endpoint: Served) -> Served:
    endpoint.publish(data("graphs.trig"))
    return endpoint


def _get(served: Served, query: str, more: dict[str, list[str]]) -> requests.Response:
    return requests.get(served.address, params={"query": [query], **more}, timeout=60)


def _values(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return sorted(cell["value"] for row in answer.json()["results"]["bindings"] for cell in row.values())


@pytest.mark.parametrize("kind", ["get", "form", "body"])
def test_the_three_ways_to_ask(served: Served, kind: str) -> None:
    """Protocol 2.1.1 to 2.1.3, and the data set of a request (2.1.4): percent-encoded once, decoded once."""
    query = 'SELECT ("a+b%20&産業" AS ?x) (<http://e/%E7%94%A3%25> AS ?y) {}'
    match kind:
        case "get":
            answer = requests.get(served.address, params={"query": query}, timeout=60)
        case "form":
            answer = requests.post(served.address, data={"query": query}, timeout=60)
        case _:
            body = {"Content-Type": "application/sparql-query; charset=UTF-8"}
            answer = requests.post(served.address, data=query.encode(), headers=body, timeout=60)
    assert _values(answer) == ["a+b%20&産業", "http://e/%E7%94%A3%25"]


@pytest.mark.parametrize(
    ("default", "named", "objects", "graphs"),
    [
        ([], [], ["default"], [G1, G2]),
        ([G1], [], ["one"], []),
        ([G1, G2], [], ["one", "two"], []),
        ([], [G1], [], [G1]),
        ([G1], [G2], ["one"], [G2]),
        (["http://example.org/none"], [], [], []),
    ],
)
def test_the_data_set_of_a_request(
    served: Served, default: list[str], named: list[str], objects: list[str], graphs: list[str]
) -> None:
    """Protocol 2.1.4: what is given is the whole data set, and goes before FROM."""
    more = {"default-graph-uri": default, "named-graph-uri": named}
    for query, expected in ((OBJECTS, objects), (NAMES, graphs)):
        assert _values(_get(served, query, more)) == expected
        assert _values(requests.post(served.address, data={"query": query, **more}, timeout=60)) == expected
        answer = requests.post(served.address, params=more, data=query.encode(), headers=QUERY, timeout=60)
        assert _values(answer) == expected
    if default or named:
        with_from = OBJECTS.replace("{", "FROM <http://example.org/g2> {", 1)
        assert _values(_get(served, with_from, more)) == objects


UPDATE_TYPE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle"}
SJIS = {"Content-Type": "application/sparql-query; charset=shift_jis"}
BAD = [
    ("two queries", 400, "missing", {"params": [("query", "ASK {}"), ("query", "ASK {}")]}),
    ("none", 400, "missing", {"data": "x=1", "headers": FORM}),
    ("an empty one", 400, "missing", {"params": {"query": " "}}),
    ("query and update", 400, "update", {"data": {"query": "ASK {}", "update": "CLEAR ALL"}}),
    ("an update", 400, "update", {"data": {"update": "CLEAR ALL"}}),
    ("an update as a query", 400, "update", {"data": {"query": "DROP ALL"}}),
    ("an update's body", 415, "update", {"data": "CLEAR ALL", "headers": UPDATE_TYPE}),
    ("a graph to store", 415, "update", {"params": {"default": ""}, "data": "", "headers": TURTLE}),
    ("another type", 415, "media", {"data": "ASK {}", "headers": {"Content-Type": "text/plain"}}),
    ("another charset", 415, "media", {"data": "ASK {}", "headers": SJIS}),
    ("bytes that are no UTF-8", 400, "encoding", {"data": b"ASK { ?s ?p '\xff' }", "headers": QUERY}),
    ("a graph that is no IRI", 400, "graph", {"data": {"query": "ASK {}", "default-graph-uri": "x y"}}),
    ("a syntax error", 400, "syntax", {"data": {"query": "SELECT * {\n ?s ?p }"}}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "problem", "sent"), [pytest.param(*case[1:], id=case[0]) for case in BAD])
def test_what_is_wrong_has_its_status(served: Served, status: int, problem: str, sent: dict[str, object]) -> None:
    """Protocol 2.1.6, and problem documents (RFC 9457) with words in the language asked for."""
    for language, word in (("ja", "ください"), ("en", " ")):
        sent = sent | {"headers": {**dict(sent.get("headers", {})), "Accept-Language": language}}  # type: ignore[call-overload]
        method = "POST" if "data" in sent else "GET"
        answer = requests.request(method, served.address, timeout=60, **sent)  # type: ignore[arg-type]
        told = answer.json()
        assert (answer.status_code, told["status"], told["type"].rpartition("/")[2]) == (status, status, problem)
        assert answer.headers["Content-Language"] == language
        assert word in told["detail"] or problem == "syntax"
        if status == 415:
            assert "application/sparql-query" in answer.headers["Accept-Post"]
    if problem == "syntax":
        assert (told["line"], told["column"]) == (2, 9)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_is_written(served: Served, method: str) -> None:
    """Graph Store HTTP Protocol: refused with the methods that there are."""
    answer = requests.request(method, served.address + "?default", data="", timeout=60)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (405, "update")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_head_and_options(served: Served) -> None:
    head = requests.head(served.address, params={"query": "ASK {}"}, timeout=60)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(served.get("ASK {}").content)
    asked = {"Origin": "https://e.example", "Access-Control-Request-Method": "POST"}
    ready = requests.options(served.address, headers=asked, timeout=60)
    assert ready.ok
    assert "POST" in ready.headers["Access-Control-Allow-Methods"]
    assert ready.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in ready.headers


def test_no_script_is_made_of_a_result(served: Served) -> None:
    """JSONP would run in the pages of whoever asks."""
    answer = served.get("ASK {}", callback="f")
    assert answer.headers["Content-Type"] == "application/sparql-results+json"
    assert not answer.text.startswith("f(")


TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
EVERYTHING = r"""SELECT * {
 VALUES (?a ?b) { (<http://e/産> "a\n\"b\"<&>,;\t漢"@ja) (1.5 UNDEF) ("x"^^<http://e/t> true) } }"""


@pytest.mark.parametrize("media_type", TABLES)
def test_result_formats_say_the_same(served: Served, media_type: str) -> None:
    """Query Results JSON, XML and TSV Formats, as media types with parameters and weights, and by ?format=."""
    expected = solutions(served.get(EVERYTHING).content, ox.QueryResultsFormat.JSON)
    answer = served.get(EVERYTHING, f"text/x;q=0.9, {media_type};charset=utf-8;q=0.5, */*;q=0")
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    found = solutions(answer.content, TABLES[media_type])
    assert not isinstance(found, bool)
    assert not isinstance(expected, bool)
    assert same_solutions(found, expected, ordered=True)
    assert served.get(EVERYTHING, "image/png", format=media_type).content == answer.content
    if media_type != "text/tab-separated-values":
        assert solutions(served.get("ASK {}", media_type).content, TABLES[media_type]) is True


def test_csv_says_the_values(served: Served) -> None:
    """Query Results CSV Format 3.2: values without their kind, quoted as RFC 4180 says."""
    answer = served.get(EVERYTHING, "text/csv")
    assert [dict(row) for row in csv_texts(answer.content)] == [
        {"a": "http://e/産", "b": 'a\n"b"<&>,;\t漢'},
        {"a": "1.5", "b": ""},
        {"a": "x", "b": "true"},
    ]


@pytest.mark.parametrize("media_type", GRAPHS)
def test_graph_formats_say_the_same(served: Served, media_type: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o . [] <http://e/of> ?o } { GRAPH ?g { ?s ?p ?o } }"
    expected = [quad.triple for quad in ox.parse(served.get(query).content, format=ox.RdfFormat.TURTLE)]
    answer = served.get(query, media_type)
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert same_graph((quad.triple for quad in ox.parse(answer.content, format=GRAPHS[media_type])), expected)


def test_nothing_acceptable(served: Served) -> None:
    for language, word in (("ja", "形式"), ("en", "can be had")):
        headers = {"Accept": "image/png", "Accept-Language": language}
        answer = requests.get(served.address, params={"query": "ASK {}"}, headers=headers, timeout=60)
        assert answer.status_code == 406
        assert word in answer.text
        assert "application/sparql-results+json" in answer.text


def test_the_service_describes_itself(tmp_path: Path, root: Path) -> None:
    """SPARQL 1.1 Service Description 2 and 3: at the endpoint itself, in RDF, with its address and its formats."""
    with serving(build_sample(tmp_path, root).var) as sample:
        answer = requests.get(sample.address, headers={"Accept": "text/turtle"}, timeout=60)
    assert answer.status_code == 200
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    space = "http://www.w3.org/ns/sparql-service-description#"
    services = list(store.quads_for_pattern(None, None, ox.NamedNode(space + "Service"), None))
    assert len(services) == 1
    told = {
        quad.predicate.value.removeprefix(space) for quad in store.quads_for_pattern(services[0].subject, None, None)
    }
    assert {"endpoint", "supportedLanguage", "resultFormat", "defaultDataset"} <= told
    language = ox.NamedNode(space + "SPARQL11Query")
    assert list(store.quads_for_pattern(services[0].subject, ox.NamedNode(space + "supportedLanguage"), language, None))

"""The SPARQL endpoint: protocol, formats, and queries that mean harm."""

from __future__ import annotations

import csv
import http.server
import io
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

QUANTITIES = """PREFIX mpol: <https://w3id.org/mupol/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX schema: <https://schema.org/>
SELECT ?program ?section ?value ?unit WHERE {
  ?policy mpol:forFiscalYear/skos:prefLabel "平成28年度"@ja ; mpol:hasInitiative ?i .
  ?i mpol:program/skos:prefLabel ?program ; mpol:responsibleUnit/skos:prefLabel ?section .
  ?i mpol:hasOutcome ?o . ?o mpol:stage <https://w3id.org/mupol/code/stage-final> ; mpol:hasMeasure ?m .
  ?m schema:value ?value ; schema:unitText ?unit } ORDER BY ?program ?value"""
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def post(client: FlaskClient, query: str, accept: str = "*/*") -> TestResponse:
    return client.post("/sparql", data=query, content_type="application/sparql-query", headers={"Accept": accept})


def test_the_five_quantities(client: FlaskClient) -> None:
    answer = client.get("/sparql?" + urlencode({"query": QUANTITIES}), headers={"Accept": "text/csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert sorted((row["section"], int(row["value"]), row["unit"]) for row in rows) == [
        ("産業振興課", 1, "件"),
        ("産業振興課", 2, "件"),
        ("産業振興課", 4, "件"),
        ("産業振興課", 15, "件"),
        ("農水産課", 7, "回"),
    ]


def test_a_table_for_excel(client: FlaskClient) -> None:
    query = 'SELECT ?a ?b { VALUES (?a ?b) { ("=1+1" "011002") ("平塚" UNDEF) (<https://a.example/> 7) } }'
    answer = client.get("/sparql?" + urlencode({"query": query, "format": "csv-excel"}), headers=HTML)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="result.csv"'
    assert answer.text == '\ufeffa,b\r\n\'=1+1,"=""011002"""\r\n平塚,\r\nhttps://a.example/,7\r\n'
    asked = client.get("/sparql?" + urlencode({"query": "ASK {}", "format": "csv-excel"}))
    assert asked.text == "\ufefftrue\r\n"
    document = client.get("/doc/org/142034.csv-excel")
    assert document.headers["Content-Disposition"] == 'attachment; filename="142034.csv"'
    assert '"=""142034""' not in document.text  # six digits without a zero before them lose nothing
    assert '"=""3000020142034"""' in document.text


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "*/*", "application/sparql-results+json"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("ASK { ?s ?p ?o }", "application/json", "application/sparql-results+json"),
        ("#c\nBASE <http://a/> PREFIX\n select:<http://a/>\nASK{ ?s ?p ?o }", "*/*", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "*/*", "text/turtle; charset=utf-8"),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "application/ld+json", "application/ld+json"),
        ("DESCRIBE <https://lod.example.org/id/org/142034>", "application/n-triples", "application/n-triples"),
    ],
)
def test_formats(client: FlaskClient, query: str, accept: str, media_type: str) -> None:
    answer = post(client, query, accept)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    form = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    assert (form.status_code, form.data) == (200, answer.data)


def test_the_data_set_asked_for_is_the_one_seen(client: FlaskClient) -> None:
    codes = "https://lod.example.org/graph/codes"
    count = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/mupol/def#Goal> }"
    every, none = (
        client.get("/sparql?" + urlencode({"query": count, **extra}), headers={"Accept": "text/csv"}).text.split()[1]
        for extra in ({}, {"default-graph-uri": codes})
    )
    assert (every, none) == ("5", "0")
    wrong = client.get("/sparql?" + urlencode({"query": count, "default-graph-uri": "not an iri"}))
    assert (wrong.status_code, wrong.get_json()["type"]) == (400, "https://lod.example.org/problem/graph")


def test_a_browser_gets_a_form_and_a_table(client: FlaskClient) -> None:
    assert "<textarea" in client.get("/sparql", headers=HTML).text
    page = client.get("/sparql?" + urlencode({"query": QUANTITIES, "format": "html"}), headers=HTML).text
    assert '<td class="number"><span>15</span></td>' in page
    assert "農水産課" in page
    nasty = "SELECT (<javascript:alert(1)> AS ?a) ('<script>alert(1)</script>' AS ?b) {}"
    page = client.get("/sparql?" + urlencode({"query": nasty}), headers=HTML).text
    assert "<script>" not in page
    assert 'href="javascript' not in page
    chosen = client.get("/sparql?" + urlencode({"query": QUANTITIES, "format": "csv"}), headers=HTML)
    assert chosen.headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("query", "status", "problem"),
    [
        ("SELECT * {\n ?s ?p }", 400, "syntax"),
        ("SELEC", 400, "syntax"),
        ("", 400, "missing"),
        ("INSERT DATA { <a:a> <a:b> 1 }", 400, "update"),
        ("PREFIX a: <b:> #x\n DELETE WHERE { ?s ?p ?o }", 400, "update"),
        ("SELECT * " + "{" * 1000 + "}" * 1000, 400, "nesting"),
        ("CONSTRUCT { <a:a> <http://a/1> 1 } {}", 406, "unwritable"),
    ],
)
def test_what_is_wrong_is_said(client: FlaskClient, query: str, status: int, problem: str) -> None:
    answer = post(client, query, "application/rdf+xml" if problem == "unwritable" else "*/*")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    told = answer.get_json()
    assert told["type"] == f"https://lod.example.org/problem/{problem}"
    assert client.get(f"/problem/{problem}").status_code == 200
    if query.startswith("SELECT * {\n"):
        assert (told["line"], told["column"]) == (2, 9)


def test_the_protocol_is_kept(client: FlaskClient) -> None:
    assert client.post("/sparql", data="x", content_type="text/plain").status_code == 415
    assert client.post("/sparql", data="x", content_type="application/sparql-update").status_code == 415
    assert client.post("/sparql", data={"update": "CLEAR ALL"}).get_json()["type"].endswith("/update")
    assert client.post("/sparql", data=b"\xff", content_type="application/sparql-query").status_code == 400
    assert client.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D").status_code == 400
    assert client.get("/sparql?query=%FF").status_code == 400
    assert client.put("/sparql").status_code == 405
    assert post(client, "ASK {}" + " " * 300_000).status_code == 413
    head = client.head("/sparql?query=ASK%7B%7D")
    assert (head.status_code, head.data) == (200, b"")
    kept = client.get("/sparql?query=ASK%7B%7D")
    again = client.get("/sparql?query=ASK%7B%7D", headers={"If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 304
    ready = client.options("/sparql", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"})
    assert "POST" in ready.headers["Access-Control-Allow-Methods"]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address that notes every call."""
    calls: list[str] = []

    class Noting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815  the name that http.server looks for

        def log_message(self, *_: object) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", calls
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <U> { ?s ?p ?o } }",
        "SELECT * { service<U>{ ?s ?p ?o } }",
        "SELECT * { # \r SERVICE SILENT <U> { ?s ?p ?o }\n }",
        'SELECT * { #"""\r SERVICE <U> { ?s ?p ?o } #"""\n }',
        "PREFIX x: <U> SELECT * { SERVICEx:y { ?s ?p ?o } }",
        "PREFIX x: <U> SELECT * { SERVICESILENTx:y { ?s ?p ?o } }",
        "PREFIX : <U> SELECT * { SERVICE:y { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o.SERVICE<U>{ ?s ?p ?o } }",
        "SELECT * { BIND('a\\'' AS ?x) SERVICE <U> { ?s ?p ?o } BIND('' AS ?y) }",
        "SELECT * { VALUES ?x { <U> } SERVICE ?x { ?s ?p ?o } }",
    ],
)
def test_no_other_server_is_called(client: FlaskClient, listener: tuple[str, list[str]], query: str) -> None:
    """Each of these reaches the address when pyoxigraph is given it directly."""
    address, calls = listener
    answer = post(client, query.replace("U", address))
    assert answer.status_code == 400
    assert answer.get_json()["type"] == "https://lod.example.org/problem/service"
    assert not calls


def test_graphs_are_never_fetched(client: FlaskClient, listener: tuple[str, list[str]]) -> None:
    address, calls = listener
    for query in (
        "SELECT * FROM <U> { ?s ?p ?o }",
        "ASK FROM NAMED <U> { GRAPH ?g { ?s ?p ?o } }",
    ):
        assert post(client, query.replace("U", address)).status_code == 200
    assert not calls


def test_the_word_service_is_fine_in_texts_and_names(client: FlaskClient) -> None:
    query = 'SELECT * { ?service <http://a/service> "SERVICE" # SERVICE\n }'
    assert post(client, query).status_code == 200


CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        (CROSS, {(504, "timeout")}),
        # which limit a growing sort meets first depends on the machine's speed
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d", {(504, "timeout"), (503, "memory")}),
        ("SELECT * { FILTER(" + "!" * 20_000 + "true) }", {(503, "crash"), (504, "timeout")}),
        ("SELECT (" + "+".join("1" * 20_000) + " AS ?x) {}", {(503, "crash"), (504, "timeout")}),
    ],
)
def test_a_harmful_query_hurts_only_itself(client: FlaskClient, query: str, problems: set[tuple[int, str]]) -> None:
    started = time.monotonic()
    answer = post(client, query)
    assert time.monotonic() - started < 10
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) in problems
    assert int(answer.headers["Retry-After"]) > 0
    assert post(client, "ASK { ?s ?p ?o }").get_json()["boolean"] is True


def test_others_are_answered_while_one_runs(client: FlaskClient) -> None:
    slow = threading.Thread(target=post, args=(client.application.test_client(), CROSS))
    slow.start()
    time.sleep(0.3)
    started = time.monotonic()
    assert post(client, "ASK { ?s ?p ?o }").status_code == 200
    assert time.monotonic() - started < 1.5
    slow.join()

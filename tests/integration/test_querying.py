"""The endpoint under harm: limits with a true status, queues, crashes, switches, and answers given again."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from zstandard import ZstdDecompressor

from lod import municipality, release
from lod.config import Settings
from lod.querying import Job, Limits, Pool
from lod.querying.lanes import Lanes
from lod.web import create_app
from lod.web.site import EXTENSION
from tests.integration.conftest import build_sample

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ALL = "SELECT * { ?s ?p ?o }"
PAIRS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
SIMPLE = "ASK { ?s ?p ?o }"


@contextmanager
def site(settings: Settings, **changed: object) -> Iterator[FlaskClient]:
    made = create_app(replace(settings, **changed))  # type: ignore[arg-type]  # names of settings
    yield made.test_client()
    made.extensions[EXTENSION].pool.close()


def post(client: FlaskClient, query: str, accept: str = "*/*", **headers: str) -> TestResponse:
    return client.post(
        "/sparql", data=query, content_type="application/sparql-query", headers={"Accept": accept, **headers}
    )


def _problem(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    told = answer.get_json()
    assert told["title"]
    assert told["detail"]
    return answer.status_code, told["type"].rpartition("/")[2]


@pytest.mark.parametrize("accept", ["application/json", "application/xml", "text/csv", "text/tab-separated-values"])
def test_too_many_rows_give_no_part_of_a_result(published: Settings, accept: str) -> None:
    with site(published, query_rows=20) as client:
        assert post(client, ALL + " LIMIT 20", accept).status_code == 200
        answer = post(client, ALL, accept)
        # a refusal comes in the syntax that was asked for, never as a result
        assert answer.status_code == 413
        assert answer.mimetype in {"application/problem+json", "application/problem+xml", "text/plain"}
        assert "LIMIT" in answer.text
        plain = post(client, ALL)
        assert _problem(plain) == (413, "rows")
        assert (plain.get_json()["limit"], plain.get_json()["unit"]) == (20, "rows")


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_too_many_triples_are_refused_too(published: Settings, accept: str) -> None:
    with site(published, query_rows=500, query_seconds=30.0) as client:
        answer = post(client, "CONSTRUCT WHERE { ?s ?p ?o }", accept)
        assert answer.status_code == 413
        assert str(answer.mimetype).startswith(("application/problem", "text/plain"))
        assert post(client, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 500", accept).status_code == 200


def test_a_result_is_bounded_in_bytes(published: Settings) -> None:
    with site(published, query_mib=1) as client:
        answer = post(client, PAIRS)
        assert _problem(answer) == (413, "bytes")
        assert post(client, SIMPLE).status_code == 200


def test_a_long_result_comes_whole_with_its_length(published: Settings) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
    with site(published) as client:
        answer = post(client, query, "text/csv")
        assert answer.status_code == 200
        assert int(answer.headers["Content-Length"]) == len(answer.data) > 1024**2
        assert answer.data.count(b"\r\n") == 20_001
        head = client.head("/sparql?" + urlencode({"query": query, "format": "csv"}))
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_memory_is_bounded(published: Settings) -> None:
    with site(published, query_memory_mib=256, query_seconds=30.0) as client:
        answer = post(client, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i LIMIT 1")
        assert _problem(answer) == (503, "memory")
        assert answer.get_json()["limit"] == 256
        assert post(client, SIMPLE).status_code == 200


DOUBLING = "BIND(CONCAT(?x0,?x0) AS ?x1)" + "".join(
    f" BIND(CONCAT(?x{number},?x{number}) AS ?x{number + 1})" for number in range(1, 40)
)
HOSTILE = {
    "cross product": CROSS,
    "order by everything": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d",
    "deep path": "SELECT * { ?a (!<a:a>|!<a:b>)+ ?b . ?c (!<a:a>|!<a:b>)+ ?d . ?e (!<a:a>|^!<a:b>)* ?f }",
    "long path": f"SELECT * {{ ?a {'/'.join(['<a:b>'] * 5000)} ?b }}",
    "regular expression": f'SELECT * {{ FILTER(REGEX("{"a" * 5000}", "{"(a+)+" * 50}$")) }}',
    "one megabyte": SIMPLE + " " * 1_000_000,
    "10,000 parentheses": "SELECT * { FILTER(" + "(" * 10_000 + "1" + ")" * 10_000 + ") }",
    "huge VALUES": "SELECT * { VALUES ?x { " + "1 " * 100_000 + "} }",
    "many UNIONs": "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 3000) + " }",
    "many ORs": "SELECT * { FILTER(" + "||".join(["?x"] * 20_000) + ") }",
    "many minus signs": "SELECT (" + "- " * 30_000 + "1 AS ?x) {}",
    "many semicolons": "SELECT * { ?s ?p ?o " + ";" * 100_000 + " }",
    "many OPTIONALs": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 3000 + "}",
    "doubling texts": f'SELECT ?x40 {{ BIND("aaaaaaaaaaaaaaaa" AS ?x0) {DOUBLING} }}',
    "one long text": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "nested blank nodes": "SELECT * { " + "[ <a:b> " * 90 + "1" + " ]" * 90 + " }",
    "comment without end": SIMPLE + "#" * 200_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_truly_and_hurts_nobody(published: Settings, name: str) -> None:
    with site(published, query_seconds=1.5, query_memory_mib=512) as client:
        answer = post(client, HOSTILE[name])
        assert answer.status_code in {200, 400, 413, 503, 504}
        if answer.status_code == 200:
            json.loads(answer.data)
        else:
            assert answer.mimetype == "application/problem+json"
        after = post(client, SIMPLE)
        assert after.get_json() == {"head": {}, "boolean": True}, after.text


@pytest.mark.slow
def test_a_simple_query_is_answered_while_eight_heavy_ones_run(published: Settings) -> None:
    with site(published, query_seconds=6.0) as client:
        app: Flask = client.application
        heavy = [threading.Thread(target=post, args=(app.test_client(), CROSS + f"#{n}")) for n in range(8)]
        for thread in heavy:
            thread.start()
        time.sleep(1.5)
        answers = [post(client, f"ASK {{ ?s ?p {number} }}").status_code for number in range(10)]
        assert answers == [200] * 10
        assert all(thread.is_alive() for thread in heavy)
        refused = post(client, CROSS + "# one more")
        assert _problem(refused) == (503, "busy")
        assert int(refused.headers["Retry-After"]) > 0
        for thread in heavy:
            thread.join()


def test_one_client_cannot_take_every_place(published: Settings) -> None:
    proxies = replace(published, trusted_proxies=(ip_network("127.0.0.0/8"),))
    with site(proxies, query_seconds=3.0, query_per_client=1) as client:
        app: Flask = client.application
        first = threading.Thread(
            target=post, args=(app.test_client(), CROSS), kwargs={"X-Forwarded-For": "198.51.100.1"}
        )
        first.start()
        time.sleep(0.5)
        same = post(client, SIMPLE, **{"X-Forwarded-For": "203.0.113.9, 198.51.100.1"})
        assert _problem(same) == (429, "client")
        assert int(same.headers["Retry-After"]) > 0
        assert post(client, SIMPLE, **{"X-Forwarded-For": "198.51.100.2"}).status_code == 200
        first.join()


def test_clients_take_turns() -> None:
    lanes = Lanes(quick=1, long=1, waiting=10, per_client=10)
    order: list[str] = []
    gate = threading.Event()

    def wait(client: str) -> None:
        with lanes.place(client, 10):
            order.append(client)

    def hold() -> None:
        with lanes.place("first", 10):
            gate.wait()

    threads = [threading.Thread(target=hold)]
    threads[0].start()
    while lanes._free:
        time.sleep(0.01)
    for client in ("greedy", "greedy", "greedy", "modest"):
        threads.append(threading.Thread(target=wait, args=(client,)))
        threads[-1].start()
        time.sleep(0.05)
    gate.set()
    for thread in threads:
        thread.join()
    assert order == ["greedy", "modest", "greedy", "greedy"]


def test_a_killed_worker_is_replaced(published: Settings) -> None:
    live = release.current(published.var)
    assert live is not None
    pool = Pool(Limits(5.0))
    try:
        job = Job(SIMPLE, "json", live.path)
        assert b"true" in pool.run(job).read()
        for found in list(pool._idle):
            os.kill(found._process.pid or 0, signal.SIGKILL)
            found._process.join()
        assert b"true" in pool.run(job).read()
    finally:
        pool.close()


@pytest.mark.slow
def test_releases_switch_under_load_without_a_failed_or_mixed_answer(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    first = release.current(settings.var)
    path = tmp_path / "data" / "hiratsuka" / "municipality.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Hiratsuka City", "City of Hiratsuka"), encoding="utf-8")
    release.build(settings, [municipality.load(path.parent)])
    second = release.current(settings.var)
    assert first is not None
    assert second is not None
    query = """SELECT ?name ?label { <https://lod.example.org/id/org/142034> <http://xmlns.com/foaf/0.1/name> ?name ;
      <http://www.w3.org/2004/02/skos/core#prefLabel> ?label FILTER(LANG(?name) = "en" && LANG(?label) = "en") }"""
    with site(settings) as client:
        app: Flask = client.application
        wrong: list[object] = []
        seen: set[str] = set()
        stop = threading.Event()

        def ask() -> None:
            own = app.test_client()
            number = 0
            while not stop.is_set():
                number += 1
                fresh = f"{query}# {threading.get_ident()} {number}" if number % 2 else query
                answer = post(own, fresh, "text/csv")
                names = set(answer.text.split("\r\n")[1].split(",")) if answer.status_code == 200 else set()
                if len(names) != 1:
                    wrong.append((answer.status_code, answer.text))
                seen.update(names)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for turn in range(12):
            release.rollback(settings.var, (first if turn % 2 else second).id)
            time.sleep(0.15)
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert seen == {"Hiratsuka City", "City of Hiratsuka"}


def test_answers_are_given_again_and_packed(client: FlaskClient) -> None:
    address = "/sparql?" + urlencode({"query": ALL + " LIMIT 300 # packed", "format": "json"})
    plain = client.get(address)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.vary
    for header, coding in (("gzip, deflate, br, zstd", "zstd"), ("gzip", "gzip"), ("zstd;q=0, gzip;q=0.1", "gzip")):
        packed = client.get(address, headers={"Accept-Encoding": header})
        assert packed.headers["Content-Encoding"] == coding
        data = packed.data
        opened = (
            gzip.decompress(data) if coding == "gzip" else ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
        )
        assert opened == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]
        again = client.get(address, headers={"Accept-Encoding": header, "If-None-Match": packed.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == packed.headers["ETag"]
        assert set(again.vary) == set(packed.vary)
    for header in ("", "identity", "gzip;q=0", "br"):
        assert "Content-Encoding" not in client.get(address, headers={"Accept-Encoding": header}).headers


def test_the_kept_answer_is_the_made_answer(published: Settings) -> None:
    """With and without the cache, the first and the second time, by GET and by POST: one answer."""
    query = {"query": ALL + " LIMIT 50", "format": "csv"}
    with site(published) as kept, site(published, cache_mib=0) as made:
        answers = [each.get("/sparql?" + urlencode(query)) for each in (kept, kept, made, made)]
        answers += [kept.post("/sparql", data=query) for _ in range(2)]
        assert len({answer.data for answer in answers}) == 1
        told = [{(k, v) for k, v in answer.headers.items() if k != "Date"} for answer in answers]
        assert all(headers == told[0] for headers in told)
        page = [client.get("/doc/org/142034", headers={"Accept": "text/html"}) for client in (kept, kept, made)]
        assert len({answer.data for answer in page}) == 1
        errors = [client.get("/nothing", headers={"Accept": "text/html"}).status_code for client in (kept, kept)]
        assert errors == [404, 404]


def test_a_description_names_what_it_mentions(client: FlaskClient) -> None:
    org = "<https://lod.example.org/id/org/142034/nosuisan-ka>"
    told = post(client, f"DESCRIBE {org}", "application/n-triples").text
    assert "<https://lod.example.org/id/org/142034/sangyo-shinko-bu>" in told
    assert "産業振興部" in told
    chosen = post(
        client, f"DESCRIBE {org} FROM <https://lod.example.org/graph/registry/142034>", "application/n-triples"
    )
    assert "産業振興部" not in chosen.text


MISTAKES = [
    ("SELECT * { ?s mpol:program ?o }", 1, 15, "PREFIX mpol: <https://w3id.org/mupol/def#>"),
    ("SELECT * {\n  ?s foo:bar ?o }", 2, 6, "PREFIX foo: <…>"),
    ("SELECT ＊ { ?s ?p ?o }", 1, 8, "「＊」"),
    ("SELECT * { ?s ?p “観光” }", 1, 18, "“"),
    ("SELECT * { ?s ?p ?o　}", 1, 20, "半角"),
    ("SELECT * { ?s ?p ?o", 1, 10, "}"),
    ("SELECT * { ?s ?p ?o }}", 1, 22, "開き括弧"),
    ("SELECT * { FILTER(?a == 1) }", 1, 22, "=="),
    ('SELECT * { ?s ?p "abc }', 1, 18, "引用符"),
    ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", 1, 40, "GROUP BY"),
]


@pytest.mark.parametrize(("query", "line", "column", "words"), MISTAKES)
def test_a_mistake_is_shown_where_it_is(client: FlaskClient, query: str, line: int, column: int, words: str) -> None:
    answer = post(client, query, **{"Accept-Language": "ja"})
    assert _problem(answer) == (400, "syntax")
    told = answer.get_json()
    assert (told["line"], told["column"]) == (line, column)
    assert words in told["detail"]
    assert told["excerpt"].split("\n")[0] == query.split("\n")[line - 1]
    page = post(client, query, "text/html", **{"Accept-Language": "en"})
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert f"Line {line}, column {column}" in page.text

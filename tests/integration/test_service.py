"""SERVICE: to addresses of the configuration only, never inside, in bounded time and bytes; else refused."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient

from lod import release
from lod.config import Settings
from lod.querying import Job, Limits, QueryError, remote
from lod.querying.evaluation import Output, evaluate
from lod.querying.federation import Ask
from lod.querying.remote import RemoteError, ask, is_public
from lod.web import create_app
from lod.web.site import EXTENSION

TABLE = {
    "head": {"vars": ["s", "n"]},
    "results": {
        "bindings": [
            {"s": {"type": "uri", "value": "http://a/1"}, "n": {"type": "literal", "value": 'a"b', "xml:lang": "ja"}},
            {"s": {"type": "uri", "value": "http://a/2"}},
        ]
    },
}


class Other:
    """Another endpoint, on this machine. `reply` gives status, headers and body."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.reply: Callable[[], tuple[int, dict[str, str], bytes]] = lambda: self.table(TABLE)
        other = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                other.asked.append(parse_qs(body)["query"][0])
                status, headers, data = other.reply()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self) -> None:
                other.asked.append(self.path)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.address = f"http://127.0.0.1:{self.server.server_port}/sparql"

    @staticmethod
    def table(table: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Type": "application/sparql-results+json"}, json.dumps(table).encode()


@pytest.fixture
def other() -> Iterator[Other]:
    made = Other()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def here(_: str) -> bool:
    """The address policy of these tests alone: this machine may be called."""
    return True


def evaluated(published: Settings, query: str, limits: Limits, asking: Ask | None = None) -> list[dict[str, str]]:
    live = release.current(published.var)
    assert live is not None
    pieces: list[bytes] = []
    output = Output(pieces.append, limits, "json")
    evaluate(live.open(), Job(query, "json", live.path), limits, output, None, asking or partial(ask, permitted=here))
    rows = json.loads(b"".join(pieces))["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_the_other_s_answer_is_joined(published: Settings, other: Other) -> None:
    limits = Limits(services=(other.address,))
    query = f"PREFIX x: <http://x/>\nSELECT * {{ SERVICE <{other.address}> {{ ?s x:p ?n }} BIND(1 AS ?k) }}"
    assert evaluated(published, query, limits) == [
        {"s": "http://a/1", "n": 'a"b', "k": "1"},
        {"s": "http://a/2", "k": "1"},
    ]
    assert other.asked == ["PREFIX x: <http://x/>\n\nSELECT * { ?s x:p ?n }"]


def test_it_may_stand_in_any_group_and_be_named_by_a_prefix(published: Settings, other: Other) -> None:
    limits = Limits(services=(other.address,))
    prologue = f"PREFIX o: <{other.address.removesuffix('sparql')}>"
    found = evaluated(
        published,
        f"{prologue} SELECT ?x ?n {{ VALUES ?x {{ 1 2 }} "
        "OPTIONAL { service o:sparql{ ?s ?p ?n } FILTER(?x = 2) } }",
        limits,
    )
    assert sorted(json.dumps(row) for row in found) == sorted(
        json.dumps(row) for row in ({"x": "1"}, {"x": "2", "n": 'a"b'}, {"x": "2"})
    )


def test_no_rows_and_no_variables(published: Settings, other: Other) -> None:
    limits = Limits(services=(other.address,))
    query = f"SELECT ?k {{ SERVICE <{other.address}> {{ ?s ?p ?o }} BIND(1 AS ?k) }}"
    other.reply = lambda: other.table({"head": {"vars": ["s"]}, "results": {"bindings": []}})
    assert evaluated(published, query, limits) == []
    other.reply = lambda: other.table({"head": {"vars": []}, "results": {"bindings": [{}, {}]}})
    assert evaluated(published, query, limits) == [{"k": "1"}, {"k": "1"}]


BAD: dict[str, tuple[int, dict[str, str], bytes]] = {
    "an error": (500, {"Content-Type": "application/sparql-results+json"}, b"{}"),
    "a redirect": (307, {"Location": "/elsewhere"}, b""),
    "no JSON": (200, {"Content-Type": "application/sparql-results+json"}, b"<html>"),
    "another type": (200, {"Content-Type": "text/html"}, json.dumps(TABLE).encode()),
    "a truth": (200, {"Content-Type": "application/json"}, b'{"head":{},"boolean":true}'),
    "less than said": (200, {"Content-Type": "application/json", "Content-Length": "9999"}, b'{"head":{"vars":[]}'),
    "too much": (200, {"Content-Type": "application/json"}, b" " * 2_000_000 + json.dumps(TABLE).encode()),
    "blank nodes": (
        200,
        {"Content-Type": "application/json"},
        b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"bnode","value":"b"}}]}}',
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_the_other_gets_wrong_is_told_or_silent(published: Settings, other: Other, name: str) -> None:
    limits = Limits(services=(other.address,), service_bytes=1_000_000)
    other.reply = lambda: BAD[name]
    query = f"SELECT * {{ SERVICE <{other.address}> {{ ?s ?p ?o }} BIND(1 AS ?k) }}"
    with pytest.raises(QueryError) as caught:
        evaluated(published, query, limits)
    assert caught.value.outcome == "remote"
    assert evaluated(published, query.replace("SERVICE", "SERVICE SILENT"), limits) == [{"k": "1"}]
    assert "/elsewhere" not in other.asked


def test_it_has_its_own_time(published: Settings, other: Other) -> None:
    def slow() -> tuple[int, dict[str, str], bytes]:
        time.sleep(2)
        return other.table(TABLE)

    other.reply = slow
    started = time.monotonic()
    limits = Limits(services=(other.address,), service_seconds=0.5)
    with pytest.raises(QueryError) as caught:
        evaluated(published, f"SELECT * {{ SERVICE <{other.address}> {{ ?s ?p ?o }} }}", limits)
    assert caught.value.outcome == "remote"
    assert time.monotonic() - started < 1.8


REFUSED = [
    "SELECT * { VALUES ?x { <U> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { SERVICE <U> { SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { SERVICE <http://example.net/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <U> { ?s ?p ?o } SERVICE <http://example.net/> { ?s ?p ?o } }",
    "PREFIX x: <U> SELECT * { SERVICEx: { ?s ?p ?o } }",
    "PREFIX x: <U> SELECT * { SERVICESILENTx: { ?s ?p ?o } }",
    "SELECT * { SERVICE <U> }",
    "SELECT * { SERVICE",
    "SELECT * { SERVICE <U> { ?s ?p ?o ",
    "SELECT * { SERVICE <U?x> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_not_certain_is_refused(published: Settings, other: Other, query: str) -> None:
    with pytest.raises(QueryError) as caught:
        evaluated(published, query.replace("U", other.address), Limits(services=(other.address,)))
    assert caught.value.outcome == "service"
    assert other.asked == []


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",  # noqa: S104  judged, not listened on
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
        ),
        *(
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1%eth0",
            "fc00::1",
            "ff02::1",
            "2001:db8::1",
        ),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2002:a00:1::1"),
    ],
)
def test_an_address_inside_is_none(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_outside_is_one(address: str) -> None:
    assert is_public(address)


def _resolving(*addresses: str) -> Callable[..., list[tuple[object, ...]]]:
    return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("169.254.169.254",)])
def test_a_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]) -> None:
    calls: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", _resolving(*addresses))
    monkeypatch.setattr(socket, "create_connection", lambda *given, **_: calls.append(given))
    with pytest.raises(RemoteError, match="not a public address"):
        ask("http://rebound.example/sparql", "ASK {}", 1.0, 1000)
    assert calls == []


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch, other: Other) -> None:
    """A name that answers otherwise the second time (DNS rebinding) is not asked a second time."""
    real = socket.getaddrinfo
    answers = iter([_resolving("127.0.0.1"), _resolving("10.0.0.1")])

    def resolve(host: str, *more: object, **named: object) -> object:
        return next(answers)() if host == "name.example" else real(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    port = other.server.server_port
    with pytest.raises(RemoteError, match="not a public"):
        ask(f"http://name.example:{port}/sparql", "ASK {}", 2.0, 10_000, lambda address: address != "127.0.0.1")
    answers = iter([_resolving("127.0.0.1")])
    assert json.loads(ask(f"http://name.example:{port}/sparql", "ASK {}", 5.0, 10_000, here)) == TABLE


def _client(published: Settings, *allowed: str) -> FlaskClient:
    return create_app(replace(published, service_allowed=allowed)).test_client()


def test_the_list_does_not_open_this_machine(published: Settings, other: Other) -> None:
    client = _client(published, other.address)
    query = f"SELECT * {{ SERVICE <{other.address}> {{ ?s ?p ?o }} BIND(1 AS ?k) }}"
    answer = client.post("/sparql", data={"query": query})
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (502, "remote")
    assert "not a public address" in answer.get_json()["detail"]
    silent = client.post("/sparql", data={"query": query.replace("SERVICE", "SERVICE SILENT")})
    assert silent.get_json()["results"]["bindings"][0]["k"]["value"] == "1"
    assert silent.headers["Cache-Control"] == "no-store"
    elsewhere = client.post("/sparql", data={"query": query.replace(other.address, "http://example.net/sparql")})
    assert (elsewhere.status_code, elsewhere.get_json()["type"].rpartition("/")[2]) == (400, "service_other")
    assert other.address in elsewhere.get_json()["detail"]
    assert other.asked == []
    client.application.extensions[EXTENSION].pool.close()


def test_the_module_asks_only_public_addresses_by_itself() -> None:
    assert remote.ask.__defaults__ == (is_public,)
    assert Path(remote.__file__).is_file()

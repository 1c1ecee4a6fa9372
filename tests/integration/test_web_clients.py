"""What real clients send, and what they get: over the real server, with the headers that the programs send."""

from __future__ import annotations

import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from urllib.request import urlopen

import pytest
import requests
import zstandard
from rdflib import Graph

from lod.config import Settings

POLICY = "policy/142034/2016/sangyo-shinko-bu"
_RDFLIB = "application/rdf+xml, */*;q=0.1"
_COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,image/svg+xml;q=0.3,"
    "text/xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18,application/json;q=0.135"
)
_CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
_RDF4J = (
    "text/turtle;q=0.8, application/rdf+xml;q=0.8, application/n-triples;q=0.8, application/n-quads;q=0.8, "
    "text/x-nquads;q=0.8, application/trig;q=0.8, text/n3;q=0.8, application/ld+json;q=0.8, "
    "application/x-binary-rdf;q=0.8, text/plain;q=0.7"
)

# client, Accept (None: the header is not sent), Content-Type that it gets
CLIENTS: list[tuple[str, str | None, str]] = [
    ("Chrome, Edge", _CHROME, "text/html"),
    ("Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "text/html"),
    ("Safari", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ("Internet Explorer 11", "text/html, application/xhtml+xml, */*", "text/html"),
    ("Internet Explorer 8", "image/gif, image/jpeg, image/pjpeg, application/x-ms-xbap, */*", "text/html"),
    ("Googlebot", "text/html,application/xhtml+xml,application/signed-exchange;v=b3,*/*;q=0.8", "text/html"),
    ("Bingbot", "*/*", "text/html"),
    ("curl, wget, requests, httpx, aiohttp", "*/*", "text/html"),
    ("urllib, pandas, Go, Power Query", None, "text/html"),
    ("Excel", "*/*", "text/html"),
    ("a script with an empty header", "", "text/html"),
    (
        "Java HttpURLConnection, OpenRefine before 3.4",
        "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
        "text/html",
    ),
    ("RDFa distillers", "text/html, application/xhtml+xml;q=0.9, application/xml;q=0.5, text/xml;q=0.5", "text/html"),
    ("curl for Turtle", "text/turtle", "text/turtle"),
    ("curl for Turtle with a charset", "text/turtle;charset=utf-8", "text/turtle"),
    ("rdflib, RDF/XML", _RDFLIB, "application/rdf+xml"),
    (
        "rdflib 6 without format",
        "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1",
        "application/rdf+xml",
    ),
    ("rdflib, Turtle", "text/turtle, application/x-turtle, */*;q=0.1", "text/turtle"),
    ("rdflib, N3", "text/n3, */*;q=0.1", "text/turtle"),
    ("rdflib, N-Triples", "text/plain, */*;q=0.1", "application/n-triples"),
    ("rdflib, TriG", "application/trig, */*;q=0.1", "application/trig"),
    ("rdflib, JSON-LD", "application/ld+json, application/json;q=0.9, */*;q=0.1", "application/ld+json"),
    (
        "Jena 3",
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.5",
        "text/turtle",
    ),
    (
        "Jena 5 (riot, arq)",
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3",
        "text/turtle",
    ),
    ("RDF4J", _RDF4J, "text/turtle"),
    (
        "OWL API, Protégé",
        "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09",
        "application/rdf+xml",
    ),
    ("Comunica", _COMUNICA, "application/n-quads"),
    ("jsonld.js, R jsonld", "application/ld+json, application/json", "application/ld+json"),
    (
        "pyld",
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#context", application/ld+json, '
        "application/json;q=0.5, text/html;q=0.8, application/xhtml+xml;q=0.8",
        "application/ld+json",
    ),
    ("axios", "application/json, text/plain, */*", "application/ld+json"),
    ("jQuery getJSON", "application/json, text/javascript, */*; q=0.01", "application/ld+json"),
    ("R httr, crul", "application/json, text/xml, application/xml, */*", "application/ld+json"),
    ("R rdflib (raptor)", "application/rdf+xml, text/rdf;q=0.6, */*;q=0.1", "application/rdf+xml"),
    ("R read.csv with a header", "text/csv", "text/csv"),
    ("a table tool", "text/csv, application/json;q=0.5", "text/csv"),
]
assert len(CLIENTS) >= 25


@pytest.fixture(scope="module")
def address(published: Settings) -> Iterator[str]:
    """Address of `lod serve` over the sample, started as a user starts it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LOD_")}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "lod.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=published.var.parent, env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if process.poll() is not None:
                pytest.fail("the server did not start")
            try:
                if requests.get(f"{base}/health", timeout=5).ok:
                    break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield base
    finally:
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        process.wait(30)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def vary(self) -> set[str]:
        return set(", ".join(self.headers.get_all("Vary", [])).split(", "))


def _asked(address: str, path: str, headers: dict[str, str], method: str = "GET") -> Answer:
    """One request with these headers and no others."""
    host, _, port = address.removeprefix("http://").partition(":")
    line = http.client.HTTPConnection(host, int(port), timeout=30)
    with closing(line):
        line.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders()
        answer = line.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


@pytest.mark.parametrize(("client", "accept", "media_type"), CLIENTS, ids=[row[0] for row in CLIENTS])
def test_each_client_gets_the_format_it_reads(address: str, client: str, accept: str | None, media_type: str) -> None:
    answer = _asked(address, f"/doc/{POLICY}", {} if accept is None else {"Accept": accept})
    assert (answer.status, str(answer.headers["Content-Type"]).partition(";")[0]) == (200, media_type), client
    assert {"Accept", "Accept-Language"} <= answer.vary


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own parser
@pytest.mark.parametrize("syntax", [None, "turtle", "xml", "json-ld", "nt"])
def test_rdflib_follows_the_iri_of_a_thing(address: str, syntax: str | None) -> None:
    graph = Graph().parse(f"{address}/id/{POLICY}", format=syntax)
    assert len(graph) > 20


def test_tools_that_only_take_an_address_get_tables(address: str) -> None:
    with urlopen(f"{address}/id/{POLICY}.csv") as answer:  # noqa: S310 -- as pandas.read_csv opens an address
        assert answer.read().startswith(b"subject,property")


@pytest.mark.parametrize(
    ("encodings", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),  # Chrome, Firefox
        ("gzip, deflate, br", "gzip"),  # Safari
        ("gzip, deflate", "gzip"),  # requests, R curl
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
        ("br", None),
        ("gzip;q=0, *;q=0.1", "zstd"),
        ("zstd;q=0, gzip;q=0", None),
    ],
)
def test_each_coding_is_a_representation_of_its_own(address: str, encodings: str, coding: str | None) -> None:
    plain = _asked(address, f"/doc/{POLICY}.ttl", {})
    body, tag = plain.body, plain.headers["ETag"]
    packed = _asked(address, f"/doc/{POLICY}.ttl", {"Accept-Encoding": encodings})
    assert (packed.status, packed.headers["Content-Encoding"]) == (200, coding)
    data = packed.body
    assert int(packed.headers["Content-Length"]) == len(data)
    assert "Accept-Encoding" in packed.vary
    match coding:
        case "gzip":
            assert gzip.decompress(data) == body
        case "zstd":
            assert zstandard.ZstdDecompressor().decompress(data) == body
        case _:
            assert data == body
    assert (packed.headers["ETag"] == tag) is (coding is None)
    assert not packed.headers["ETag"].startswith("W/")
    again = {"Accept-Encoding": encodings, "If-None-Match": packed.headers["ETag"]}
    unchanged = _asked(address, f"/doc/{POLICY}.ttl", again)
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert unchanged.headers["ETag"] == packed.headers["ETag"]


def test_conditions_of_rfc_9110(address: str) -> None:
    path = f"/doc/{POLICY}.ttl"
    first = _asked(address, path, {})
    tag, since = first.headers["ETag"], first.headers["Last-Modified"]
    for headers, status in (
        ({"If-None-Match": f'"other", {tag}'}, 304),
        ({"If-None-Match": f"W/{tag}"}, 304),  # weak comparison (RFC 9110 13.1.2)
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": since}, 200),  # the tag decides (13.1.3)
        ({"If-Modified-Since": since}, 304),
        ({"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "nonsense"}, 200),
    ):
        for method in ("GET", "HEAD"):
            assert _asked(address, path, headers, method).status == status, headers
    kept = _asked(address, path, {"If-None-Match": tag})
    for name in ("Vary", "ETag", "Cache-Control", "Content-Location", "Last-Modified"):
        assert kept.headers[name] == first.headers[name]  # what a cache must learn anew (15.4.5)


@pytest.mark.parametrize(
    "path", [f"/doc/{POLICY}", f"/id/{POLICY}", "/", "/def", "/code/stages", "/shapes", "/graph/codes", "/nothing"]
)
def test_head_is_get_without_a_body(address: str, path: str) -> None:
    for accept in ("text/html", "text/turtle", "*/*"):
        got, head = (_asked(address, path, {"Accept": accept}, method) for method in ("GET", "HEAD"))
        assert head.body == b""
        assert head.status == got.status
        ours, theirs = (dict(answer.headers.items()) for answer in (head, got))
        for clock in ("Date", "date"):
            ours.pop(clock, None)
            theirs.pop(clock, None)
        assert ours == theirs


def test_pages_of_other_sites_may_read(address: str) -> None:
    """The Fetch standard's CORS protocol: a preflight with headers that need one, then the request."""
    origin = {"Origin": "https://elsewhere.example"}
    for path, method in ((f"/doc/{POLICY}", "GET"), ("/sparql", "POST"), ("/def", "HEAD")):
        asked = {
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "content-type,if-none-match",
        }
        flight = _asked(address, path, origin | asked, "OPTIONS")
        assert 200 <= flight.status < 300
        assert flight.headers["Access-Control-Allow-Origin"] == "*"
        assert method in flight.headers["Access-Control-Allow-Methods"].split(", ")
        assert flight.headers["Access-Control-Allow-Headers"] == "*"
        assert "Access-Control-Allow-Credentials" not in flight.headers
    answer = _asked(address, f"/doc/{POLICY}.ttl", origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link", "Content-Location"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))

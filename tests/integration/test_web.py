"""Things, documents, graphs, errors and headers of the web server, over a real release of the sample."""

from __future__ import annotations

import http.client
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import Graph
from werkzeug.serving import make_server

from lod import municipality, release
from lod.config import Settings
from lod.formats import FORMATS
from lod.web import create_app
from lod.web.negotiation import DOCUMENT_OFFERS, choose, choose_language
from tests.integration.conftest import build_sample

POLICY = "policy/142034/2016/sangyo-shinko-bu"
MEASURE = "measure/142034/2016/toshi-nogyo-sokushin/final/1"
GRAPHS = (
    "142034/2016/sangyo-shinko-bu/final",
    "provenance/142034/2016/sangyo-shinko-bu/final",
    "registry/142034",
    "codes",
    "meta",
)
_SYNTAX = {"ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}

CLIENTS = [
    (None, "html"),
    ("", "html"),
    ("*/*", "html"),  # curl, wget
    ("text/turtle", "ttl"),
    ("text/turtle;charset=utf-8", "ttl"),
    ("TEXT/TURTLE", "ttl"),
    ("text/turtle; q=0.5, application/ld+json; q=0.9", "jsonld"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x"', "jsonld"),
    ("application/json", "jsonld"),
    ("application/json, text/plain, */*", "jsonld"),  # axios
    ("application/n-triples", "nt"),
    ("text/plain", "nt"),
    ("application/rdf+xml", "rdf"),
    (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "html",
    ),  # Firefox, Chrome
    ("application/rdf+xml, text/turtle;q=0.9, text/n3;q=0.8, */*;q=0.1", "rdf"),
    ("text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.9, */*;q=0.1", "ttl"),
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "html"),  # Java
    ("text/*", "html"),
    ("application/*", "jsonld"),
    ("text/html;q=0, */*", "ttl"),
    ("text/turtle;q=0, application/*;q=0.1", "jsonld"),
    ("text/turtle;q=nonsense", "ttl"),
    (",, text/turtle ,", "ttl"),
    ("image/png", None),
    ("text/turtle;q=0", None),
    ("*/*;q=0", None),
]


@pytest.mark.parametrize(("header", "suffix"), CLIENTS)
def test_clients_get_what_they_ask_for(header: str | None, suffix: str | None) -> None:
    chosen = choose(header, DOCUMENT_OFFERS)
    assert (chosen.suffix if chosen else None) == suffix


@pytest.mark.parametrize(
    ("header", "language"),
    [(None, "ja"), ("", "ja"), ("en-US,en;q=0.9", "en"), ("fr, en;q=0.3", "en"), ("en;q=0.5, ja", "ja"), ("*", "ja")],
)
def test_readers_get_their_language(header: str | None, language: str) -> None:
    assert choose_language(header, ("ja", "en")) == language


def test_a_thing_leads_to_its_document(client: FlaskClient) -> None:
    answer = client.get(f"/id/{POLICY}", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/doc/{POLICY}")
    assert client.get(f"/id/{POLICY}.ttl").headers["Location"] == f"/doc/{POLICY}.ttl"
    assert client.get("/id/org/142034/nothing").status_code == 404


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("org/142034/産業振興部", "org/142034/sangyo-shinko-bu"),
        ("org/平塚市", "org/142034"),
        ("policy/142034/2016/産業振興部", POLICY),
        ("program/142034/商店街にぎわい創出事業", "program/142034/shotengai-nigiwai-soshutsu"),
        ("fiscal-year/平成28年度", "fiscal-year/2016"),
    ],
)
def test_a_name_leads_to_the_canonical_address(client: FlaskClient, path: str, canonical: str, form: str) -> None:
    name = quote(unicodedata.normalize(form, path))  # type: ignore[arg-type]  # a literal of the cases above
    assert client.get(f"/id/{name}").headers["Location"] == f"/id/{canonical}"
    answer = client.get(f"/doc/{name}.ttl")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/doc/{canonical}.ttl")


def _triples(data: bytes, suffix: str) -> set[Triple]:
    return {quad.triple for quad in parse(data, format=_SYNTAX[suffix])}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own parser
@pytest.mark.parametrize(
    "path", [f"doc/{POLICY}", f"doc/{MEASURE}", "doc/org/142034", *(f"graph/{name}" for name in GRAPHS)]
)
def test_every_format_holds_the_same_graph(client: FlaskClient, path: str) -> None:
    bodies = {item.suffix: client.get(f"/{path}.{item.suffix}").data for item in FORMATS}
    graphs = {suffix: _triples(data, suffix) for suffix, data in bodies.items()}
    assert graphs["nt"]
    for suffix, graph in graphs.items():
        assert graph == graphs["nt"], suffix
    # a second reader of JSON-LD: no blank nodes anywhere, so equal graphs are equal sets
    lines = Graph().parse(data=bodies["nt"], format="nt")
    assert set(Graph().parse(data=bodies["jsonld"], format="json-ld")) == set(lines)


def test_a_document_says_what_it_is(client: FlaskClient) -> None:
    answer = client.get(f"/doc/{POLICY}", headers={"Accept": "text/turtle"})
    assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert answer.headers["Content-Location"] == f"/doc/{POLICY}.ttl"
    assert "Accept" in answer.vary
    links = answer.headers.getlist("Link")
    assert f'<https://lod.example.org/id/{POLICY}>; rel="describes"' in links
    assert f'</doc/{POLICY}.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert "Accept" not in client.get(f"/doc/{POLICY}.ttl").vary


def test_an_unchanged_document_is_not_sent_again(client: FlaskClient) -> None:
    for accept in ("text/turtle", "text/html"):
        first = client.get(f"/doc/{POLICY}", headers={"Accept": accept})
        tag = first.headers["ETag"]
        assert not tag.startswith("W/")
        again = client.get(f"/doc/{POLICY}", headers={"Accept": accept, "If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Vary"] == first.headers["Vary"]
        head = client.head(f"/doc/{POLICY}", headers={"Accept": accept})
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == first.headers["Content-Length"]
    assert client.get(f"/doc/{POLICY}.nt").headers["ETag"] != client.get(f"/doc/{POLICY}.ttl").headers["ETag"]


def test_places_and_activities_have_documents_too(client: FlaskClient) -> None:
    graph = _triples(client.get(f"/graph/{GRAPHS[1]}.nt").data, "nt")
    place = next(triple.object for triple in graph if triple.predicate.value.endswith("wasDerivedFrom"))
    path = "/doc" + str(place)[1:-1].removeprefix("https://lod.example.org/id")
    assert client.get(path.replace("/doc/", "/id/", 1)).headers["Location"] == path
    answer = client.get(f"{path}.ttl")
    assert answer.status_code == 200
    assert b"oa:start" in answer.data


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/doc/policy/142034/2017/sangyo-shinko-bu", f"id/{POLICY}"),
        ("/id/org/142034/sangyo-shinko-bo", "id/org/142034/sangyo-shinko-bu"),
        ("/doc/goal/142034/2016/sangyo-shinko/1", "id/goal/142034/2016/sangyo-shinko-bu/1"),
    ],
)
def test_a_wrong_address_names_near_ones(client: FlaskClient, path: str, near: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert f"https://lod.example.org/{near}" in answer.get_json()["near"]
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "見つかりません" in page.text


def test_errors_are_told_in_two_languages_and_two_forms(client: FlaskClient) -> None:
    refused = client.get(f"/doc/{POLICY}", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert "text/turtle" in refused.get_json()["detail"]
    assert "Accept" in refused.vary
    english = client.get("/nothing", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert "Not found" in english.text
    wrong = client.post(f"/doc/{POLICY}")
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
    assert client.open("/", method="TRACE").status_code == 405
    assert client.get("/" + "x" * 20_000).status_code == 414


@pytest.mark.parametrize(
    "path",
    [
        "/doc/%00",
        "/doc/..%2F..%2Fetc%2Fpasswd",
        "/doc//etc",
        "/dump/x/../../lod.toml",
        "/id/a%3E%20b",
        "/doc/a%0Ab",
        "/doc/%FF",
    ],
)
def test_hostile_paths_lead_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_unforeseen_error_shows_no_traceback(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = create_app(published)
    monkeypatch.setattr("lod.web.pages.of_thing", lambda *_: 1 / 0)
    answer = broken.test_client().get(f"/doc/{POLICY}", headers={"Accept": "text/html"})
    assert answer.status_code == 500
    assert "内部の誤り" in answer.text
    assert "ZeroDivision" not in answer.text


def test_every_answer_is_guarded(client: FlaskClient) -> None:
    for path in ("/", f"/doc/{POLICY}.ttl", "/nothing", "/static/style.css", "/sparql"):
        with client.get(path) as answer:
            headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert "Referrer-Policy" in headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers
        assert "Set-Cookie" not in headers


def test_health(client: FlaskClient, published: Settings) -> None:
    live = release.current(published.var)
    assert live
    health = client.get("/health").get_json()
    assert (health["status"], health["release"], health["quads"]) == ("ok", live.id, live.manifest["quads"])


def test_a_switch_is_seen_at_once_and_nothing_published_is_said(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    empty = create_app(replace(settings, var=tmp_path / "empty")).test_client()
    assert (empty.get("/").status_code, empty.get("/health").status_code) == (503, 503)
    site = create_app(settings).test_client()
    first = site.get("/health").get_json()["release"]
    path = tmp_path / "data" / "hiratsuka" / "municipality.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Hiratsuka City", "City of Hiratsuka"), encoding="utf-8")
    release.build(settings, [municipality.load(path.parent)])
    assert site.get("/health").get_json()["release"] != first
    assert "City of Hiratsuka" in site.get("/?lang=en").text
    release.rollback(settings.var, first)
    assert site.get("/health").get_json()["release"] == first
    (settings.var / "current").write_text("gone\n", encoding="ascii")
    assert site.get("/").status_code == 503


@pytest.fixture
def address(app: Flask) -> Iterator[tuple[str, int]]:
    """Host and port of a real server."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield "127.0.0.1", server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_real_http(address: tuple[str, int]) -> None:
    """From the thing to its Turtle, as curl -L does it, with the Host header of an attacker."""
    line = http.client.HTTPConnection(*address, timeout=10)
    line.request("GET", quote(f"/id/{POLICY}"), headers={"Accept": "text/turtle", "Host": "evil.example"})
    seen = line.getresponse()
    seen.read()
    assert (seen.status, seen.headers["Location"]) == (303, f"/doc/{POLICY}")
    line.request("GET", seen.headers["Location"], headers={"Accept": "text/turtle", "Host": "evil.example"})
    document = line.getresponse()
    body = document.read()
    assert document.status == 200
    assert b"mpol:DepartmentPolicy" in body
    assert b"evil.example" not in body + str(document.headers).encode()
    line.request("HEAD", f"/doc/{POLICY}", headers={"Accept": "text/turtle"})
    head = line.getresponse()
    assert (head.status, head.read(), int(head.headers["Content-Length"])) == (200, b"", len(body))
    line.close()

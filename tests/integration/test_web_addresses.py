"""Every address answers: each format of a document, each spelling of an IRI, every IRI that any document mentions."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib import Graph
from rdflib.compare import isomorphic

from lod import municipality, release
from lod.stores import oxigraph
from lod.vocab import PREFIXES
from lod.web import create_app
from lod.web.negotiation import CSV_EXCEL, DATASET_OFFERS, GRAPH_OFFERS, THING_OFFERS
from tests.integration.conftest import build_sample

BASE = "https://lod.example.org/"
POLICY = "policy/142034/2016/sangyo-shinko-bu"
MEMBERS = ("type", "title", "status", "detail")
SPACES = {
    "https://w3id.org/mupol/def/": "def/",
    PREFIXES["mpol"]: "def#",
    PREFIXES["mpc"]: "code/",
    PREFIXES["mps"]: "shapes#",
    BASE: "",
}


def _triples(client: FlaskClient, path: str) -> set[Triple]:
    answer = client.get(f"{path}.nt")
    assert answer.status_code == 200, path
    return {quad.triple for quad in parse(answer.data, format=RdfFormat.N_TRIPLES)}


def _quads(client: FlaskClient, path: str, suffix: str) -> set[Quad]:
    syntax = {"trig": RdfFormat.TRIG, "nq": RdfFormat.N_QUADS}[suffix]
    return set(parse(client.get(f"{path}.{suffix}").data, format=syntax))


@pytest.mark.parametrize(
    "offer", [offer for offer in THING_OFFERS if offer is not CSV_EXCEL], ids=lambda offer: offer.suffix
)
def test_suffix_query_and_header_ask_for_the_same(client: FlaskClient, offer: object) -> None:
    suffix, media_type = offer.suffix, offer.media_type  # type: ignore[attr-defined]
    by_suffix = client.get(f"/doc/{POLICY}.{suffix}")
    assert by_suffix.mimetype == media_type
    for other in (
        client.get(f"/doc/{POLICY}?format={suffix}", headers={"Accept": "image/png"}),
        client.get(f"/doc/{POLICY}?format={quote(media_type)}"),
        client.get(f"/doc/{POLICY}", headers={"Accept": f"{media_type};q=0.7"}),
        client.get(f"/doc/{POLICY}.{suffix.upper()}"),
    ):
        assert (other.status_code, other.mimetype) == (200, media_type)
        if suffix != "html":  # a page carries the address that it was asked by in its language switch
            assert other.data == by_suffix.data
    assert client.get(f"/id/{POLICY}.{suffix}").headers["Location"] == f"/doc/{POLICY}.{suffix}"
    refused = client.get(f"/doc/{POLICY}?format=nonsense")
    assert refused.status_code == 406


@pytest.mark.parametrize("path", [f"/doc/{POLICY}", "/doc/org/142034", "/graph/codes"])
def test_formats_with_named_graphs_hold_the_same_statements(client: FlaskClient, path: str) -> None:
    plain = _triples(client, path)
    for suffix in ("trig", "nq"):
        quads = _quads(client, path, suffix)
        assert {quad.triple for quad in quads} == plain
        named = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
        assert named
        for name in named:
            stated = _triples(client, "/" + name.removeprefix(BASE))
            assert {quad.triple for quad in quads if quad.graph_name == NamedNode(name)} <= stated


def test_a_table_of_a_document_has_a_row_for_each_statement(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"/doc/{POLICY}.csv").text, newline="")))
    triples = _triples(client, f"/doc/{POLICY}")
    assert len(rows) == len(triples)
    told = {(row["subject"], row["property"], row["value"]) for row in rows}
    assert told == {(t.subject.value, t.predicate.value, t.object.value) for t in triples}  # type: ignore[union-attr]
    named = {row["value"]: row["value_label"] for row in rows}
    assert named[f"{BASE}id/org/142034/sangyo-shinko-bu"] == "産業振興部"


def test_a_document_says_where_it_comes_from(client: FlaskClient) -> None:
    doc = NamedNode(f"{BASE}doc/{POLICY}")
    said = {(t.predicate.value, str(t.object)) for t in _triples(client, f"/doc/{POLICY}") if t.subject == doc}
    assert (PREFIXES["foaf"] + "primaryTopic", f"<{BASE}id/{POLICY}>") in said
    assert (PREFIXES["dcterms"] + "isPartOf", f"<{BASE}graph/142034/2016/sangyo-shinko-bu/final>") in said
    assert (PREFIXES["dcterms"] + "source", f"<{BASE}id/source/142034/2016/sangyo-shinko-bu/final>") in said


def test_headers_lead_on(client: FlaskClient) -> None:
    answer = client.get(f"/doc/{POLICY}", headers={"Accept": "text/turtle"})
    links = answer.headers.getlist("Link")
    for relation in ("describes", "canonical", "type", "describedby"):
        assert any(f'rel="{relation}"' in link for link in links), relation
    assert f'<{BASE}doc/{POLICY}>; rel="canonical"' in links
    assert not any('rel="license"' in link for link in links)  # the sample's licence is not known
    assert answer.headers["Content-Location"] == f"/doc/{POLICY}.ttl"


def test_a_licence_is_told_where_it_is_settled(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    path = tmp_path / "data" / "hiratsuka" / "municipality.toml"
    text = path.read_text(encoding="utf-8")
    licence = "https://creativecommons.org/licenses/by/4.0/"
    path.write_text(text.replace('iri = ""', f'iri = "{licence}"', 1), encoding="utf-8")
    release.build(settings, [municipality.load(path.parent)])
    client = create_app(settings).test_client()
    answer = client.get(f"/doc/{POLICY}.ttl")
    assert f'<{licence}>; rel="license"' in answer.headers.getlist("Link")
    assert f"dcterms:license <{licence}>" in answer.text


def test_last_modified_is_when_the_release_went_live(tmp_path: Path, root: Path) -> None:
    """By the clock of the build, a rollback would seem older than what a client holds, and give it 304."""
    settings = build_sample(tmp_path, root)
    client = create_app(settings).test_client()
    os.utime(settings.var / "current", (1_600_000_000, 1_600_000_000))
    first = client.get(f"/doc/{POLICY}.ttl").headers["Last-Modified"]
    assert parsedate_to_datetime(first).timestamp() == 1_600_000_000
    assert client.get(f"/doc/{POLICY}.ttl", headers={"If-Modified-Since": first}).status_code == 304
    os.utime(settings.var / "current", (1_700_000_000, 1_700_000_000))
    assert client.get(f"/doc/{POLICY}.ttl", headers={"If-Modified-Since": first}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        (f"{POLICY}/", POLICY),
        (POLICY.upper(), POLICY),
        ("ORG/142034/Sangyo-Shinko-Bu", "org/142034/sangyo-shinko-bu"),
        ("org/142034/産業振興部/", "org/142034/sangyo-shinko-bu"),
        ("Policy/142034/平成28年度/産業振興部", None),
    ],
)
def test_another_spelling_leads_to_the_one_address(client: FlaskClient, asked: str, canonical: str | None) -> None:
    answer = client.get(f"/doc/{quote(asked)}")
    if canonical is None:
        assert answer.status_code in {301, 404}
        return
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/doc/{canonical}")
    thing = client.get(f"/id/{quote(asked)}")
    assert (thing.status_code, thing.headers["Location"]) == (303, f"/id/{canonical}")


def test_what_points_to_a_thing_comes_in_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/doc/fiscal-year/2016"
    node = NamedNode(f"{BASE}id/fiscal-year/2016")
    whole = {triple for triple in _triples(client, path) if triple.object == node}
    monkeypatch.setattr(oxigraph, "INCOMING_LIMIT", 4)
    seen: set[Triple] = set()
    address: str | None = f"{path}?format=nt"
    for number in range(1, 100):
        answer = client.get(address or "")
        page = {quad.triple for quad in parse(answer.data, format=RdfFormat.N_TRIPLES)}
        fresh = {t for t in page if t.object == node and t.subject != NamedNode(f"{BASE}doc/fiscal-year/2016")}
        assert len(fresh) <= 4
        assert not fresh & seen
        seen |= fresh
        if not any('rel="next"' in link for link in answer.headers.getlist("Link")):
            break
        address = f"{path}?page={number + 1}&format=nt"
    assert {t for t in whole if "doc/" not in str(t.subject)} == seen
    assert number > 1
    for wrong in ("0", "-1", "x", "9999999999", "²", str(number + 1)):
        assert client.get(f"{path}?page={quote(wrong)}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/def/", "/def"),
        ("/DEF", "/def"),
        ("/def.TTL", "/def.ttl"),
        ("/code/Stages/", "/code/stages"),
        ("/code/Stages.ttl", "/code/stages.ttl"),
        ("/Shapes//", "/shapes"),
        ("/releases/", "/releases"),
        ("/graph/codes/", "/graph/codes"),
        ("/graph/142034/2016/Sangyo-Shinko-Bu/final.ttl/", "/graph/142034/2016/sangyo-shinko-bu/final.ttl"),
        (f"/doc/{POLICY}.ttl/", f"/doc/{POLICY}.ttl"),
        (f"/doc/{POLICY}/?page=1&format=nt", f"/doc/{POLICY}?page=1&format=nt"),
    ],
)
def test_documents_of_the_site_are_found_under_other_spellings(client: FlaskClient, asked: str, canonical: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (301, canonical)
    assert client.get(canonical).status_code == 200
    assert "no-cache" in answer.headers["Cache-Control"]  # the next release may know the address


def test_a_redirect_keeps_the_query_and_the_method(client: FlaskClient) -> None:
    led = client.get(f"/id/{POLICY}?format=nt&lang=en")
    assert led.headers["Location"] == f"/doc/{POLICY}?format=nt&lang=en"
    assert client.post("/sparql/", data={"query": "ASK {}"}).status_code == 308
    for hostile in ("//evil.example/DEF", "//DEF", "/\\evil.example/DEF", "/def/\r\nSet-Cookie: a"):
        answer = client.get("/", environ_overrides={"PATH_INFO": hostile, "QUERY_STRING": 'x=%0d%0a&y="<'})
        location = answer.headers.get("Location", "/")
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert "\r" not in location


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html", "text/html"),
        ("*/*", "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("application/xml", "application/problem+xml"),
        ("text/plain", "text/plain"),
        ("text/csv", "text/plain"),
        *((offer.media_type, offer.media_type) for offer in GRAPH_OFFERS),
    ],
)
def test_what_is_not_there_is_told_in_the_format_and_language_asked_for(
    client: FlaskClient, accept: str, media_type: str, language: str
) -> None:
    path = "/doc/policy/142034/2017/sangyo-shinko-bu"
    answer = client.get(path, headers={"Accept": accept, "Accept-Language": language})
    assert (answer.status_code, answer.mimetype) == (404, media_type)
    assert answer.headers["Content-Language"] == language
    words = "このアドレスには何も公開されていません。" if language == "ja" else "Nothing is published at this address."
    near = f"{BASE}id/{POLICY}"
    syntax = RdfFormat.from_media_type(media_type)
    if syntax and media_type != "text/plain":
        triples = [quad.triple for quad in parse(answer.data, format=syntax)]
        node = NamedNode(f"{BASE.rstrip('/')}{path}#problem")
        assert {triple.subject for triple in triples} == {node}
        assert words in {str(t.object.value) for t in triples}
        assert NamedNode(near) in {t.object for t in triples}
    elif media_type == "application/problem+xml":
        root = ElementTree.fromstring(answer.data)  # noqa: S314 -- our own answer
        assert [element.tag for element in root][:4] == [f"{{urn:ietf:rfc:7807}}{name}" for name in MEMBERS]
        assert words in answer.text
    elif media_type == "application/problem+json":
        assert answer.get_json()["detail"] == words
        assert near in answer.get_json()["near"]
    else:
        assert words in answer.text
        assert POLICY in answer.text


def test_a_suffix_asks_for_the_format_of_an_error_too(client: FlaskClient) -> None:
    assert client.get("/doc/nothing.ttl", headers={"Accept": "text/html"}).mimetype == "text/turtle"
    assert client.get("/doc/nothing?format=jsonld").mimetype == "application/ld+json"
    assert client.get("/doc/%3Cnothing%3E%20%22.ttl").mimetype == "text/turtle"


def _subjects(client: FlaskClient) -> list[str]:
    """Every thing of ours that any graph says something of, as a path of its document."""
    rows = client.get(
        "/sparql?format=json&query=SELECT DISTINCT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    ).get_json()["results"]["bindings"]
    iris = {row["s"]["value"].partition("#")[0] for row in rows}
    paths = sorted(iri.removeprefix(BASE) for iri in iris if iri.startswith(BASE))
    return [path.replace("id/", "/doc/", 1) if path.startswith("id/") else f"/{path}" for path in paths]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own parser
def test_every_thing_is_the_same_graph_in_every_syntax_and_without_blank_nodes(client: FlaskClient) -> None:
    paths = [path for path in _subjects(client) if path.startswith("/doc/")]
    assert len(paths) > 100, "the sample's things and places"
    for path in paths:
        expected = _triples(client, path)
        assert expected, path
        assert not any(isinstance(term, BlankNode) for t in expected for term in (t.subject, t.object)), path
        for offer in GRAPH_OFFERS + DATASET_OFFERS:
            syntax = RdfFormat.from_media_type(offer.media_type)
            assert syntax
            answer = client.get(f"{path}.{offer.suffix}")
            assert {quad.triple for quad in parse(answer.data, format=syntax)} == expected, f"{path}.{offer.suffix}"
    for path in paths[:: len(paths) // 20]:  # a second reader, which knows no pyoxigraph
        lines = Graph().parse(data=client.get(f"{path}.nt").data, format="nt")
        for suffix, syntax_name in (("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")):
            other = Graph().parse(data=client.get(f"{path}.{suffix}").data, format=syntax_name)
            assert isomorphic(other, lines), f"{path}.{suffix}"


def test_a_description_holds_what_one_wants_to_know_of_a_thing(client: FlaskClient) -> None:
    """The thing, its labels and reading, what it points to and what points to it with their labels."""
    unit = NamedNode(f"{BASE}id/org/142034/sangyo-shinko-bu")
    said = _triples(client, "/doc/org/142034/sangyo-shinko-bu")
    label = NamedNode(PREFIXES["skos"] + "prefLabel")
    languages = {t.object.language for t in said if t.subject == unit and t.predicate == label}  # type: ignore[union-attr]
    assert {"ja"} <= languages
    city = NamedNode(f"{BASE}id/org/142034")
    assert any(t.subject == city and t.predicate == label for t in said)  # points to it, with its label
    policy = NamedNode(f"{BASE}id/{POLICY}")
    assert Triple(policy, NamedNode(PREFIXES["mpol"] + "policyOf"), unit) in said  # is pointed to
    title = {PREFIXES["dcterms"] + "title", PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label"}
    assert any(t.subject == policy and t.predicate.value in title for t in said)
    people = [path for path in _subjects(client) if path.startswith("/doc/person/")]
    readings = [t for path in people for t in _triples(client, path) if t.predicate.value.endswith("nameReading")]
    assert readings
    assert {t.object.language for t in readings} <= {"ja-hira", "ja-kana"}  # type: ignore[union-attr]


def _own(triples: Iterable[Triple]) -> set[str]:
    """The IRIs of our namespaces in triples, as paths of the server without fragment."""
    found = set()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            iri = term.value if isinstance(term, NamedNode) else ""
            for space, place in SPACES.items():
                if iri.startswith(space):
                    found.add("/" + (place + iri.removeprefix(space)).partition("#")[0])
                    break
    return found


def test_every_iri_that_any_document_mentions_answers(client: FlaskClient) -> None:
    """A crawler that follows everything as data: from the municipality, every thing, graph, term, code and shape."""
    waiting = {"/doc/org/142034", "/def", "/shapes", "/graph/codes", "/graph/meta", *_subjects(client)}
    known, described = set[str](), 0
    while waiting:
        path = waiting.pop()
        known.add(path)
        # the endpoint itself is a service: without a query it has nothing to say but how to use it
        answer = client.get(path, headers={"Accept": "text/html" if path == "/sparql" else "application/n-triples"})
        assert answer.status_code in {200, 303}, path
        if answer.status_code == 303:
            fresh = {answer.headers["Location"].partition("#")[0]}
        elif answer.mimetype == "application/n-triples":
            described += 1
            fresh = _own(quad.triple for quad in parse(answer.data, format=RdfFormat.N_TRIPLES))
        else:
            fresh = set()
        waiting |= fresh - known
    assert described > 120
    for kind in ("doc", "id", "graph", "code", "dataset"):
        assert any(path.startswith(f"/{kind}/") for path in known), kind
    links = {link.partition(">")[0].removeprefix("<") for link in client.get(f"/doc/{POLICY}").headers.getlist("Link")}
    for link in links:
        if link.startswith(("/", BASE)):
            assert client.get(link.removeprefix(BASE.rstrip("/"))).status_code in {200, 302, 303}, link

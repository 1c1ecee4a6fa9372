"""Every address answers: each format of a document, each spelling of an IRI, every IRI that any document mentions."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from lod import municipality, release
from lod.stores import oxigraph
from lod.vocab import PREFIXES
from lod.web import create_app
from lod.web.negotiation import CSV_EXCEL, THING_OFFERS
from tests.integration.conftest import build_sample

BASE = "https://lod.example.org/"
POLICY = "policy/142034/2016/sangyo-shinko-bu"
SPACES = {PREFIXES["mpol"]: "def#", PREFIXES["mpc"]: "code/", PREFIXES["mps"]: "shapes#", BASE: ""}


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
    """A crawler that follows everything from the municipality on, as data."""
    waiting, known, described = {"/doc/org/142034"}, set[str](), 0
    while waiting:
        path = waiting.pop()
        known.add(path)
        answer = client.get(path, headers={"Accept": "application/n-triples"})
        assert answer.status_code in {200, 303}, path
        if answer.status_code == 303:
            fresh = {answer.headers["Location"].partition("#")[0]}
        elif answer.mimetype == "application/n-triples":
            described += 1
            fresh = _own(quad.triple for quad in parse(answer.data, format=RdfFormat.N_TRIPLES))
        else:
            fresh = set()
        waiting |= fresh - known
    assert described > 100
    facts = client.get("/sparql?query=SELECT DISTINCT ?s { ?s ?p ?o }&format=json").get_json()["results"]["bindings"]
    subjects = {"/" + row["s"]["value"].removeprefix(BASE) for row in facts if row["s"]["value"].startswith(BASE)}
    assert len(subjects) >= 50
    assert subjects <= known

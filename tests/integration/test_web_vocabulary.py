"""Vocabulary, code lists and rules as pages: every term, code and rule at its hash, in both languages, with its use."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from lod.vocab import MPC, MPOL, OWL, PREFIXES, SH
from lod.web.ontology import Ontology
from lod.web.texts import LANGUAGES

ONTOLOGY = Ontology()
HTML = {"Accept": "text/html"}


def _page(client: FlaskClient, path: str, lang: str = "ja") -> str:
    answer = client.get(f"{path}?lang={lang}", headers=HTML)
    assert answer.status_code == 200
    return answer.text


def _entry(page: str, anchor: str) -> str:
    """The block of a term, by its anchor."""
    return re.split(r'class="term" id="', page.partition(f'class="term" id="{anchor}"')[2])[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_term_stands_at_its_hash_with_words_in_both_languages(client: FlaskClient, lang: str) -> None:
    page = _page(client, "/def", lang)
    for node in (*ONTOLOGY.classes, *ONTOLOGY.properties):
        entry = _entry(page, node.value.rpartition("#")[2])
        assert entry, node
        for label in ONTOLOGY.index.literals(node, NamedNode(PREFIXES["rdfs"] + "label")):
            assert label.value in unescape(entry)
    anchors = re.findall(r'id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert "@prefix mpol:" in unescape(_entry(page, "Outcome"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_code_stands_at_its_hash_and_its_iri_leads_there(client: FlaskClient, lang: str) -> None:
    for scheme in ONTOLOGY.schemes:
        name = scheme.value.removeprefix(PREFIXES["mpc"])
        page = _page(client, f"/code/{name}", lang)
        for code in ONTOLOGY.concepts(scheme):
            key = code.value.removeprefix(PREFIXES["mpc"])
            assert _entry(page, key), code
            assert client.get(f"/code/{key}").headers["Location"] == f"/code/{name}#{key}"


def test_the_counts_are_those_that_the_endpoint_gives(client: FlaskClient) -> None:
    """The number, and the query behind it, for a class, a property and a code."""
    cases = [
        ("/def", "Outcome", f"?s a <{MPOL.Outcome.value}>"),
        ("/def", "resultText", f"?s <{MPOL.resultText.value}> ?o"),
        ("/code/stages", "stage-final", f"?s ?p <{MPC['stage-final'].value}>"),
    ]
    for path, anchor, pattern in cases:
        query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        rows = client.get("/sparql", query_string={"query": query, "format": "json"}).get_json()["results"]["bindings"]
        number = int(rows[0]["n"]["value"])
        assert number > 0
        entry = _entry(_page(client, path), anchor)
        link = re.search(r'<a href="([^"]+)" rel="nofollow">([0-9,]+)件', entry)
        assert link
        assert int(link.group(2).replace(",", "")) == number
        shown = parse_qs(urlsplit(unescape(link.group(1))).query)["query"][0]
        answer = client.get("/sparql", query_string={"query": shown, "format": "csv"})
        assert len(answer.text.splitlines()) == min(number, 100) + 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_rule_says_what_a_paper_must_hold(client: FlaskClient, lang: str) -> None:
    page = _page(client, "/shapes", lang)
    words = {"ja": ("必須", "推奨", "任意"), "en": ("must", "should", "may")}[lang]
    marks = dict(zip(("Violation", "Warning", "Info"), words, strict=True))
    index = ONTOLOGY.shape_index
    for node in ONTOLOGY.rules:
        entry = unescape(_entry(page, node.value.rpartition("#")[2]))
        assert entry, node
        severity = index.node(node, SH.severity)
        assert severity
        assert f">{marks[severity.value.rpartition('#')[2]]}<" in entry
        for predicate in (SH.name, SH.description, NamedNode(PREFIXES["mps"] + "hint")):
            assert index.text(node, predicate, lang) in entry
    assert "ちょうど1つ" in _page(client, "/shapes")


def test_the_history_names_every_term_and_the_version_iri_answers(client: FlaskClient) -> None:
    came = [node for _, nodes, _ in ONTOLOGY.history for node in nodes]
    assert set(ONTOLOGY.classes) <= set(came)
    version = ONTOLOGY.index.node(ONTOLOGY.document, OWL.versionIRI)
    assert version
    path = version.value.removeprefix("https://w3id.org/mupol")
    assert client.get(path).headers["Location"] == "/def"
    assert client.get("/def/1999-01-01").status_code == 404

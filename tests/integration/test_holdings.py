"""The counts that a release publishes of itself are those that its own endpoint finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, VOID, Graph, Literal, Namespace, URIRef
from rdflib.term import Node
from werkzeug.test import TestResponse

from lod import formats, release
from lod.catalog import contents, void
from lod.catalog.linksets import linksets
from lod.catalog.statistics import Statistics
from lod.config import Settings
from lod.formats.registers import W3C_FORMATS
from lod.iri import Mint
from lod.stores import oxigraph
from lod.vocab import PREFIXES
from lod.web import create_app
from lod.web.negotiation import GRAPH_OFFERS, RESULT_OFFERS
from lod.web.site import EXTENSION

BASE = "https://lod.example.org/"
SD = Namespace(PREFIXES["sd"])
SH = Namespace(PREFIXES["sh"])
FACTS, SERVICE = URIRef(f"{BASE}dataset/all"), URIRef(f"{BASE}service/sparql")


@pytest.fixture(scope="module")
def years(invented_site: Settings) -> Iterator[FlaskClient]:
    """The server over two invented municipalities and four years."""
    app = create_app(invented_site)
    yield app.test_client()
    app.extensions[EXTENSION].pool.close()


@pytest.fixture(scope="module")
def store(invented_site: Settings) -> oxigraph.ReleaseStore:
    live = release.current(invented_site.var)
    assert live
    return live.open()


def _graph(answer: TestResponse) -> Graph:
    assert answer.status_code == 200
    return Graph().parse(data=answer.data, format="turtle")


@pytest.fixture(scope="module")
def described(years: FlaskClient) -> Graph:
    """VoID and the endpoint's description together."""
    return _graph(years.get("/void.ttl")) + _graph(years.get("/sparql", headers={"Accept": "text/turtle"}))


def _count(store: oxigraph.ReleaseStore, what: str, pattern: str, graph: str = "") -> int:
    rows = store.query(f"SELECT ({what} AS ?n) {{ {pattern} }}", [graph] if graph else ())
    return int(next(iter(rows))["n"].value)  # type: ignore[arg-type]


def _number(graph: Graph, node: Node, term: URIRef) -> int:
    value = graph.value(node, term)
    assert isinstance(value, Literal), (node, term)
    return int(value)


def _named(described: Graph) -> list[str]:
    return [str(name) for name in described.objects(None, SD.name)]


def test_every_number_is_what_the_endpoint_counts(described: Graph, store: oxigraph.ReleaseStore) -> None:
    full = [name for name in _named(described) if (URIRef(name), VOID.distinctSubjects, None) in described]
    assert {name.removeprefix(BASE) for name in full} == {
        "graph/codes", "graph/meta", "graph/queries", "graph/registry/991015", "graph/registry/992020"
    }  # fmt: skip
    for node, graph in ((FACTS, ""), *((URIRef(name), name) for name in full)):
        assert _number(described, node, VOID.triples) == _count(store, "COUNT(*)", "?s ?p ?o", graph)
        assert _number(described, node, VOID.distinctSubjects) == _count(store, "COUNT(DISTINCT ?s)", "?s ?p ?o", graph)
        _check_classes(described, store, node, graph)
        _check_properties(described, store, node, graph)


def _check_classes(described: Graph, store: oxigraph.ReleaseStore, node: URIRef, graph: str) -> None:
    parts = {str(described.value(part, VOID["class"])): part for part in described.objects(node, VOID.classPartition)}
    found = store.query("SELECT DISTINCT ?c { ?s a ?c }", [graph] if graph else ())
    assert set(parts) == {row["c"].value for row in found}  # type: ignore[union-attr]
    assert _number(described, node, VOID.classes) == len(parts)
    for iri, part in parts.items():
        assert _number(described, part, VOID.entities) == _count(store, "COUNT(DISTINCT ?s)", f"?s a <{iri}>", graph)
        for inner in described.objects(part, VOID.propertyPartition):
            pattern = f"?s a <{iri}> ; <{described.value(inner, VOID.property)}> ?o"
            assert _number(described, inner, VOID.triples) == _count(store, "COUNT(*)", pattern, graph)
        if not graph:
            pattern = f"?s a <{iri}> ; ?p ?o"
            assert _number(described, part, VOID.triples) == _count(store, "COUNT(*)", pattern)
            used = len(list(described.objects(part, VOID.propertyPartition)))
            assert used == _count(store, "COUNT(DISTINCT ?p)", pattern)


def _check_properties(described: Graph, store: oxigraph.ReleaseStore, node: URIRef, graph: str) -> None:
    parts = {str(described.value(p, VOID.property)): p for p in described.objects(node, VOID.propertyPartition)}
    found = store.query("SELECT DISTINCT ?p { ?s ?p ?o }", [graph] if graph else ())
    assert set(parts) == {row["p"].value for row in found}  # type: ignore[union-attr]
    assert _number(described, node, VOID.properties) == len(parts)
    for iri, part in parts.items():
        pattern = f"?s <{iri}> ?o"
        assert _number(described, part, VOID.triples) == _count(store, "COUNT(*)", pattern, graph)
        assert _number(described, part, VOID.distinctSubjects) == _count(store, "COUNT(DISTINCT ?s)", pattern, graph)


def test_a_year_counts_each_triple_of_its_editions_once(
    described: Graph, store: oxigraph.ReleaseStore, invented_site: Settings
) -> None:
    subsets = sorted(str(node) for node in described.objects(FACTS, VOID.subset))
    assert len(subsets) == 8
    live = release.current(invented_site.var)
    assert live
    for iri in subsets:
        code, _, year = iri.removeprefix(f"{BASE}dataset/").split("/")
        found = contents.read_year(live.path, code, int(year))
        assert found
        triples = {triple for name in found.graphs for triple in store.graph(name)}
        assert _number(described, URIRef(iri), VOID.triples) == found.facts.triples == len(triples)
        assert found.facts.subjects == len({triple.subject for triple in triples})
        for name, counted in found.facts.properties.items():
            of_it = [triple for triple in triples if triple.predicate.value == name]
            assert (counted.triples, counted.subjects) == (len(of_it), len({triple.subject for triple in of_it}))
        for name, size in found.graphs.items():
            assert size == _number(described, URIRef(name), VOID.triples) == len(list(store.graph(name)))
        places = [name.replace("/graph/", "/graph/provenance/") for name in found.graphs]
        assert found.places == sum(len(list(store.graph(name))) for name in places) > 0


def test_the_service_says_what_it_is(described: Graph) -> None:
    assert (SERVICE, RDF.type, SD.Service) in described
    assert described.value(SERVICE, SD.endpoint) == URIRef(f"{BASE}sparql")
    written = {item.suffix for item in (*GRAPH_OFFERS, *RESULT_OFFERS)}
    assert {str(iri) for iri in described.objects(SERVICE, SD.resultFormat)} == {
        W3C_FORMATS[s] for s in written - {"csv-excel"}
    }
    assert (SERVICE, SD.feature, SD.BasicFederatedQuery) not in described
    declared = {
        str(described.value(node, SH.prefix)): str(described.value(node, SH.namespace))
        for node in described.objects(SERVICE, SH.declare)
    }
    assert declared == PREFIXES
    dataset = described.value(SERVICE, SD.defaultDataset)
    assert described.value(dataset, SD.defaultGraph) == FACTS
    assert len(_named(described)) == len(set(_named(described))) == 5 + 35


def test_every_named_graph_and_example_answers(described: Graph, years: FlaskClient) -> None:
    for name in _named(described):
        assert years.get(f"/{name.removeprefix(BASE)}.nt").status_code == 200, name
    examples = [str(iri) for iri in described.objects(FACTS, VOID.exampleResource)]
    assert len(examples) == 3
    for iri in examples:
        assert years.get("/" + iri.removeprefix(BASE), follow_redirects=True).status_code == 200, iri


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/turtle;q=0.9, text/html", "text/html"),
    ],
)
def test_without_a_query_the_endpoint_describes_itself(client: FlaskClient, accept: str, media_type: str) -> None:
    answer = client.get("/sparql", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert "Accept" in answer.headers["Vary"]
    again = client.get("/sparql", headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.head("/sparql", headers={"Accept": accept}).headers["ETag"] == answer.headers["ETag"]


def test_results_of_no_query_are_still_a_mistake(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "application/sparql-results+json"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("offer", GRAPH_OFFERS, ids=lambda offer: offer.suffix)
def test_void_in_every_syntax_by_suffix_and_by_header(client: FlaskClient, offer: object) -> None:
    suffix, media_type = offer.suffix, offer.media_type  # type: ignore[attr-defined]
    by_suffix = client.get(f"/void.{suffix}")
    by_header = client.get("/void", headers={"Accept": media_type})
    assert by_suffix.mimetype == by_header.mimetype == media_type
    assert by_suffix.data == by_header.data
    known = formats.by_suffix(suffix)
    assert known
    syntax = ox.RdfFormat.from_media_type(media_type)
    assert syntax
    quads = {quad.triple for quad in ox.parse(by_suffix.data, syntax)}
    turtle = {quad.triple for quad in ox.parse(client.get("/void.ttl").data, ox.RdfFormat.TURTLE)}
    assert quads == turtle


def test_the_dumps_of_everything_are_named_and_there(years: FlaskClient) -> None:
    dumps = [str(iri) for iri in _graph(years.get("/void.ttl")).objects(FACTS, VOID.dataDump)]
    assert len(dumps) == 2
    for address in dumps:
        with years.head("/" + address.removeprefix(BASE)) as answer:
            assert answer.status_code == 200


def test_the_well_known_address_leads_there(client: FlaskClient) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/void")
    assert client.get("/void.xyz").status_code == 404


def test_the_page_says_the_numbers_in_both_languages(client: FlaskClient) -> None:
    html = {"Accept": "text/html"}
    ja, en = (client.get(f"/void?lang={lang}", headers=html).text for lang in ("ja", "en"))
    assert "収録内容と件数" in ja
    assert "What the data hold" in en
    assert "部局の年度方針" in ja


def test_links_are_counted_by_property_and_target(tmp_path: Path) -> None:
    mint = Mint(BASE)
    graph = mint.links_graph("142034")
    city = mint.municipality("142034")
    lines = [
        f"<{city}> <{PREFIXES['schema']}sameAs> <http://www.wikidata.org/entity/Q1> <{graph}> .",
        f"<{city}/a> <{PREFIXES['schema']}sameAs> <http://www.wikidata.org/entity/Q2> <{graph}> .",
        f"<{city}/a> <{PREFIXES['dcterms']}spatial> <http://data.e-stat.go.jp/lod/sac/C1> <{graph}> .",
        f"<{city}/a> <{PREFIXES['dcterms']}spatial> <{city}> <{graph}> .",
        f'<{city}/a> <{PREFIXES["skos"]}prefLabel> "x" <{graph}> .',
    ]
    (tmp_path / "a.nq").write_text("\n".join(lines), encoding="utf-8")
    oxigraph.build(tmp_path / "store", [tmp_path / "a.nq"])
    found = linksets(oxigraph.ReleaseStore(tmp_path / "store"), graph, BASE)
    assert [(item.property.rpartition("/")[2], item.target, item.triples) for item in found] == [
        ("spatial", "http://data.e-stat.go.jp/", 1),
        ("sameAs", "http://www.wikidata.org/", 2),
    ]
    empty = Statistics(0, 0, {}, {}, {})
    held = contents.Contents(empty, {}, {}, tuple(found), ())
    said = Graph()
    for triple in void.document(mint, {"ja": "試し"}, held):
        said.parse(data=f"{triple} .", format="nt")
    kinds = list(said.subjects(RDF.type, VOID.Linkset))
    assert len(kinds) == 2
    for node in kinds:
        assert (FACTS, VOID.subset, node) in said
        assert said.value(said.value(node, VOID.objectsTarget), VOID.uriSpace)

"""The data catalogue: what DCAT-AP 3.0.1 asks for, what harvesters and search engines read, what people see."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from lod import municipality, release
from lod.catalog import dates, dcat
from lod.catalog.entries import Catalogue
from lod.catalog.words import table, tag
from lod.config import Settings
from lod.stores.distribution import read_distributions
from lod.vocab import PREFIXES
from lod.web import create_app
from lod.web.negotiation import GRAPH_OFFERS
from lod.web.site import EXTENSION
from tests import catalogue_quality
from tests.conftest import ROOT
from tests.integration.conftest import build_sample

BASE = "https://lod.example.org/"
STANDARD = ROOT / "tests" / "standards" / "dcat-ap-3.0.1"
SPDX, VCARD = Namespace(PREFIXES["spdx"]), Namespace(PREFIXES["vcard"])
HYDRA = Namespace(PREFIXES["hydra"])
YEAR = URIRef(f"{BASE}dataset/991015/dept-policy/2018")
TERM = Namespace(PREFIXES["dcat"])  # rdflib does not know what is new in DCAT 3
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def years(invented_site: Settings) -> Iterator[FlaskClient]:
    """The server over two invented municipalities and four years."""
    app = create_app(invented_site)
    yield app.test_client()
    app.extensions[EXTENSION].pool.close()


def _read(client: FlaskClient, path: str) -> Graph:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle"), path
    return Graph().parse(data=answer.data, format="turtle")


@pytest.fixture(scope="module")
def catalogue(years: FlaskClient) -> Graph:
    return _read(years, "/catalog.ttl")


def _results(graph: Graph, name: str) -> set[tuple[str, str]]:
    """(what is judged, by its class; the property) of each result of a shapes file of the standard."""
    shapes = Graph().parse(STANDARD / f"{name}.ttl")
    _, report, _ = validate(graph, shacl_graph=shapes, allow_warnings=False)
    assert isinstance(report, Graph)
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = report.value(result, SH.focusNode)
        kinds = sorted(str(kind).rpartition("#")[2].rpartition("/")[2] for kind in graph.objects(focus, RDF.type))
        found.add((kinds[0] if kinds else str(focus), str(report.value(result, SH.resultPath))))
    return found


def test_it_conforms_to_dcat_ap_and_its_ranges(catalogue: Graph) -> None:
    assert _results(catalogue, "shapes") == set()
    assert _results(catalogue, "range") == set()


def test_of_what_is_recommended_only_argued_things_are_missing(catalogue: Graph) -> None:
    """Each is argued in docs/decisions/0016-catalogue.md."""
    path = {"type": DCTERMS.type, "license": DCTERMS.license, "contact": DCAT.contactPoint}
    assert _results(catalogue, "shapes_recommended") == {
        ("Location", str(DCAT.bbox)),  # no reviewed geometry of the municipality
        ("Location", str(DCAT.centroid)),
        ("Agent", str(path["type"])),  # what kind of body runs a site of several municipalities is not known
        ("Catalog", str(path["license"])),  # two municipalities with two licences
        ("Distribution", str(path["license"])),  # a file with the data of both
        ("Dataset", str(path["contact"])),  # nobody answers for both
        ("DataService", str(path["contact"])),
    }


def test_the_sample_conforms_without_a_licence_and_says_so(client: FlaskClient) -> None:
    graph = _read(client, "/catalog.ttl")
    assert _results(graph, "shapes") == _results(graph, "range") == set()
    assert list(graph.subject_objects(DCTERMS.license)) == []
    files = list(graph.subjects(RDF.type, DCAT.Distribution))
    assert files
    for file in files:
        rights = graph.value(file, DCTERMS.rights)
        labels = {str(label) for label in graph.objects(rights, URIRef(PREFIXES["rdfs"] + "label"))}
        assert any("ライセンス未確認" in label for label in labels)
    assert "ライセンス未確認" in client.get("/dataset/142034/dept-policy/2016?lang=ja", headers=HTML).text
    assert (None, RDF.type, TERM.DatasetSeries) not in graph  # one year makes no series
    assert graph.value(URIRef(f"{BASE}catalog"), DCTERMS.publisher) == URIRef(f"{BASE}id/org/142034")


def test_the_quality_score_is_in_the_highest_band(
    catalogue: Graph, years: FlaskClient, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every address of the catalogue is really asked for. The sample's score is lower: licence and contact are open."""
    told = []
    for name, graph, server in (("invented", catalogue, years), ("sample", _read(client, "/catalog.ttl"), client)):

        def reachable(address: str, server: FlaskClient = server) -> bool:
            assert address.startswith(BASE)
            with server.head("/" + address.removeprefix(BASE)) as answer:
                return answer.status_code == 200

        points = catalogue_quality.score(graph, reachable, conforms=_results(graph, "shapes") == set())
        told.append((name, points, sum(points.values())))
    with capsys.disabled():
        for name, points, total in told:
            parts = ", ".join(
                f"{dimension} {points[dimension]:.0f}/{most}"
                for dimension, most in catalogue_quality.DIMENSIONS.items()
            )
            words = f"quality score of the {name} catalogue: {total:.0f} of 405 ({catalogue_quality.band(total)})"
            sys.stdout.write(f"\n  {words}: {parts}\n")
    assert catalogue_quality.band(told[0][2]) == "Excellent"
    assert catalogue_quality.band(told[1][2]) in ("Good", "Excellent")


def test_every_data_set_is_whole(catalogue: Graph) -> None:
    datasets = set(catalogue.objects(URIRef(f"{BASE}catalog"), DCAT.dataset))
    assert datasets == set(catalogue.subjects(RDF.type, DCAT.Dataset))
    assert len(datasets) == 9
    for dataset in datasets:
        for term in (DCTERMS.title, DCTERMS.description, DCAT.keyword):
            assert {value.language for value in catalogue.objects(dataset, term)} >= {"ja", "en"}  # type: ignore[attr-defined]
        assert catalogue.value(catalogue.value(predicate=FOAF.primaryTopic, object=dataset), DCTERMS.modified)
    assert str(catalogue.value(YEAR, DCTERMS.title, any=True)) in {
        "霧ヶ浜市 部長の基本方針 平成30年度",
        "Kirigahama City: Department head's basic policy, FY2018",
    }
    series = catalogue.value(YEAR, TERM.inSeries)
    assert series == URIRef(f"{BASE}series/991015/dept-policy")
    assert catalogue.value(YEAR, TERM.prev) == URIRef(f"{BASE}dataset/991015/dept-policy/2017")
    assert (series, RDF.type, DCAT.Dataset) not in catalogue  # harvesters would make an entry of it
    assert catalogue.value(series, TERM.last) == URIRef(f"{BASE}dataset/991015/dept-policy/2020")


def test_nothing_is_blank_and_every_own_address_answers(catalogue: Graph, years: FlaskClient) -> None:
    nodes = {node for triple in catalogue for node in (triple[0], triple[2])}
    assert not [node for node in nodes if isinstance(node, BNode)]
    own = {str(node).partition("#")[0] for node in nodes if str(node).startswith(BASE)}
    for iri in sorted(own):
        with years.get("/" + iri.removeprefix(BASE), headers=HTML, follow_redirects=True) as answer:
            assert answer.status_code == 200, iri


def test_files_are_what_the_catalogue_says(catalogue: Graph, years: FlaskClient, invented_site: Settings) -> None:
    live = release.current(invented_site.var)
    assert live
    offered = {
        item.path for item in read_distributions(live.path) if item.kind in ("quads", "graph", "table", "tables")
    }
    files = list(catalogue.subjects(RDF.type, DCAT.Distribution))
    assert len(files) == len(offered) > 8
    for file in files:
        with years.get("/" + str(catalogue.value(file, DCAT.downloadURL)).removeprefix(BASE)) as answer:
            body = answer.data
        assert int(str(catalogue.value(file, DCAT.byteSize))) == len(body)
        checksum = catalogue.value(catalogue.value(file, SPDX.checksum), SPDX.checksumValue)
        assert str(checksum) == hashlib.sha256(body).hexdigest()
        kind = catalogue.value(file, DCTERMS.format)
        assert len(set(catalogue.objects(kind, RDFS.label))) == 1
        assert set(catalogue.objects(kind, RDF.type)) == {DCTERMS.MediaTypeOrExtent, URIRef(str(DCTERMS) + "IMT")}


DOCUMENTS = [
    "catalog",
    "dataset/all",
    "dataset/991015/dept-policy/2018",
    "series/991015/dept-policy",
    "distribution/graphs/991015-2018-ttl",
    "service/sparql",
]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_in_every_syntax_and_as_a_page(years: FlaskClient, path: str) -> None:
    graphs = []
    for offer in GRAPH_OFFERS:
        answer = years.get(f"/{path}.{offer.suffix}")
        assert (answer.status_code, answer.mimetype) == (200, offer.media_type)
        assert years.get(f"/{path}", headers={"Accept": offer.media_type}).data == answer.data
        head = years.head(f"/{path}.{offer.suffix}")
        assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(answer.data)))
        syntax = ox.RdfFormat.from_media_type(offer.media_type)
        assert syntax
        graphs.append({quad.triple for quad in ox.parse(answer.data, syntax)})
    assert all(graph == graphs[0] for graph in graphs)
    assert any(triple.subject == ox.NamedNode(BASE + path) for triple in graphs[0])
    for lang in ("ja", "en"):
        page = years.get(f"/{path}?lang={lang}", headers=HTML)
        assert (page.status_code, page.mimetype, page.headers["Content-Language"]) == (200, "text/html", lang)
    assert years.get(f"/{path}.xyz").status_code == 404


@pytest.mark.parametrize(
    "path", ["catalog/2", "catalog/1", "catalog/x", "dataset/991015/dept-policy/1999", "series/000000/dept-policy",
             "series/991015/other", "distribution/graphs/none", "dataset/991015-dept-policy-2018"]
)  # fmt: skip
def test_what_is_not_there_is_not_found(years: FlaskClient, path: str) -> None:
    assert years.get(f"/{path}").status_code == 404


def test_a_page_tells_search_engines(years: FlaskClient) -> None:
    for lang in ("ja", "en"):
        page = years.get(f"/dataset/991015/dept-policy/2018?lang={lang}", headers=HTML).text
        markup = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert markup
        found = json.loads(markup.group(1))
        assert found["@type"] == "Dataset"
        assert 50 <= len(found["description"]) <= 5000
        assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert found["temporalCoverage"] == "2018-04-01/2019-03-31"
        assert found["creator"]["@type"] == "GovernmentOrganization"
        assert found["spatialCoverage"][0]["identifier"] == "991015"
        assert found["includedInDataCatalog"]["url"] == f"{BASE}catalog"
        for item in found["distribution"]:
            with years.head("/" + item["contentUrl"].removeprefix(BASE)) as file:
                assert f"{file.headers['Content-Length']} B" == item["contentSize"]


def test_a_long_catalogue_comes_in_pages(
    invented_site: Settings, catalogue: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dcat, "PAGE", 4)
    app = create_app(invented_site)
    client = app.test_client()
    seen: set[Node] = set()
    address, pages = f"{BASE}catalog.ttl", 0
    while address:
        graph = _read(client, "/" + address.removeprefix(BASE))
        pages += 1
        seen |= set(graph.subjects(RDF.type, DCAT.Dataset))
        collection = graph.value(predicate=RDF.type, object=HYDRA.PagedCollection)
        assert graph.value(collection, HYDRA.totalItems) == Literal(9)
        address = str(graph.value(collection, HYDRA.next) or "")
        assert _results(graph, "shapes") == set()
    assert pages == 3
    assert seen == set(catalogue.subjects(RDF.type, DCAT.Dataset))
    assert "2 / 3" in client.get("/catalog/2", headers=HTML).text
    assert client.get("/catalog/4").status_code == 404
    app.extensions[EXTENSION].pool.close()


def test_days_stay_where_nothing_changed(invented_site: Settings, tmp_path: Path) -> None:
    live = release.current(invented_site.var)
    assert live
    first, second = tmp_path / "first", tmp_path / "second"
    items = json.loads((live.path / "distributions.json").read_text(encoding="utf-8"))
    for folder in (first, second):
        folder.mkdir()
        (folder / "distributions.json").write_text(json.dumps(items), encoding="utf-8")
        for item in items:
            if item.get("city") == "991015" and item.get("year") == 2018:
                item["sha256"] = "0" * 64
    dates.write_dates(first, None, date(2026, 4, 1))
    dates.write_dates(second, first, date(2026, 10, 1))
    found = dates.read_dates(second)
    changed = found["991015-dept-policy-2018"]
    assert (changed.issued, changed.modified) == ("2026-04-01", "2026-10-01")
    assert {d.modified for key, d in found.items() if key != "991015-dept-policy-2018"} == {"2026-04-01"}


def test_a_catalogue_that_breaks_a_rule_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = build_sample(tmp_path, ROOT)
    before = release.current(settings.var)
    whole = dcat.pieces

    def without_titles(catalogue: Catalogue) -> Iterator[list[ox.Triple]]:
        title = ox.NamedNode(str(DCTERMS.title))
        return ([triple for triple in piece if triple.predicate != title] for piece in whole(catalogue))

    monkeypatch.setattr(dcat, "pieces", without_titles)
    changed = replace(settings, title={"ja": "別の題", "en": "Another title"})
    built = release.build(changed, [municipality.load(folder) for folder in settings.data])
    assert built.id is None
    assert {finding.code for finding in built.findings if finding.code.startswith("J")} == {"J01", "J04", "J19"}
    assert release.current(settings.var) == before


def test_a_release_of_before_has_no_catalogue(tmp_path: Path) -> None:
    settings = build_sample(tmp_path, ROOT)
    live = release.current(settings.var)
    assert live
    (live.path / "catalog" / "release.json").unlink()
    with pytest.raises(LookupError):
        _ = Catalogue(live.path, BASE, {"ja": "x"}).contents
    app = create_app(settings)
    try:
        for path in ("/catalog", "/void", "/dataset/all"):
            assert app.test_client().get(path).status_code == 404
        assert app.test_client().get("/").status_code == 200
    finally:
        app.extensions[EXTENSION].pool.close()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("部長の「実行宣言」", "部長の 実行宣言"),
        ("部局マネジメントシステム・組織目標", "部局マネジメントシステム 組織目標"),
        ("Department head's basic policy", "Department heads basic policy"),
        ("市", ""),
        ("a,b", "a b"),
    ],
)
def test_keywords_are_such_as_ckan_takes(text: str, cleaned: str) -> None:
    assert tag(text) == cleaned


def test_words_are_complete() -> None:
    for section, entries in table().items():
        for name, words in entries.items():
            assert set(words) == {"ja", "en"}, f"{section}.{name}"
            assert len(set(map(tuple, (sorted(re.findall(r"{(\w+)}", text)) for text in words.values())))) == 1, name

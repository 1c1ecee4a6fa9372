"""The large invented releases that benches stand on look as real ones do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from bench import corpus, corpus_papers
from lod import config, release
from lod.extract import choose, extract
from lod.iri import Mint
from lod.mapping import map_record
from lod.model import Record
from lod.municipality import load
from lod.readers import read
from lod.release import Release
from lod.web import create_app

_SHAPE = {
    "graphs": "SELECT DISTINCT (REPLACE(STR(?g), '[0-9]{4,}.*', '') AS ?kind) { GRAPH ?g { ?s ?p ?o } }",
    "classes": "SELECT DISTINCT ?t { GRAPH ?g { ?s a ?t } }",
    "merged classes": "SELECT DISTINCT ?t { ?s a ?t }",
    "properties": "SELECT DISTINCT ?p { GRAPH ?g { ?s ?p ?o } }",
    "merged properties": "SELECT DISTINCT ?p { ?s ?p ?o }",
}
_RARE = {"http://xmlns.com/foaf/0.1/homepage"}
"""What only the sample's settings have."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A department's ten years and one paper more."""
    folder = tmp_path_factory.mktemp("corpus")
    corpus.invent(folder, 11, say=lambda _: None)
    return folder


def _live(folder: Path) -> Release:
    found = release.current(folder / "var")
    assert found is not None
    return found


@pytest.mark.parametrize(("department", "year"), [(0, 2015), (2, 2019), (7, 2020), (19, 2024)])
def test_a_paper_reads_as_it_was_invented(hiratsuka: Path, department: int, year: int) -> None:
    city = load(hiratsuka)
    record, text = corpus_papers.paper(corpus_papers.city(0), department, year)
    document = read(text.encode(), record.source.name)
    found = extract(document, choose(document, city.forms, year), record.municipality, year)
    assert found.record is not None
    assert not [finding for finding in found.findings if finding.severity != "Info"]

    def quads(made: Record) -> set[str]:
        return set(
            map_record(replace(made, source=record.source), city, Mint("https://x.example/")).nquads().split("\n")
        )

    assert quads(found.record) == quads(record)


def test_a_release_has_the_shape_of_a_real_one(site: Path, hiratsuka: Path, tmp_path: Path) -> None:
    settings = config.load({"data": [str(hiratsuka)]}, tmp_path)
    real = release.build(settings, [load(hiratsuka)])
    assert real.path is not None
    ours, theirs = _live(site).open(), release.Release("r", real.path).open()
    for name, query in _SHAPE.items():
        answers = []
        for store in (ours, theirs):
            rows = store.query(query)
            assert isinstance(rows, ox.QuerySolutions)
            answers.append({str(row[0].value) for row in rows if isinstance(row[0], ox.NamedNode | ox.Literal)})
        missing = answers[1] - answers[0] - _RARE
        assert not missing, name
        assert not answers[0] - answers[1], name


def test_a_release_is_whole_and_serves(site: Path) -> None:
    live = _live(site)
    assert release.verify(live) == []
    assert live.manifest["papers"] == 11
    client = create_app(config.load({}, site)).test_client()
    asked = "PREFIX mpol: <https://w3id.org/mupol/def#> SELECT (COUNT(*) AS ?n) { ?p a mpol:DepartmentPolicy }"
    answer = client.get("/sparql", query_string={"query": asked, "format": "json"})
    assert answer.json is not None
    assert answer.json["results"]["bindings"][0]["n"]["value"] == "11"
    asked = "PREFIX mpol: <https://w3id.org/mupol/def#> SELECT ?d { ?d a mpol:SourceDocument } LIMIT 1"
    answer = client.get("/sparql", query_string={"query": asked, "format": "csv"})
    source = answer.text.split()[1].removeprefix("https://lod.example.org")
    page = client.get(f"{source.replace('/id/', '/doc/')}.html")
    assert page.status_code == 200
    assert "部局内の執行体制" in page.text


def test_what_is_left_out_is_left_out(tmp_path: Path) -> None:
    made = corpus.invent(tmp_path, 3, ["provenance", "sources", "turtle", "distributions"], say=lambda _: None)
    rows = made.open().query("SELECT ?g { GRAPH ?g { ?s ?p ?o } FILTER CONTAINS(STR(?g), '/provenance/') } LIMIT 1")
    assert isinstance(rows, ox.QuerySolutions)
    assert not list(rows)
    assert not list((made.path / "sources").rglob("*.txt"))
    assert not list((made.path / "dumps").rglob("*.*"))


def test_later_cities_have_names_and_codes_of_their_own() -> None:
    cities = [corpus_papers.city(number) for number in range(corpus_papers.MOST_CITIES)]
    assert len({city.code for city in cities}) == len({city.name for city in cities}) == corpus_papers.MOST_CITIES

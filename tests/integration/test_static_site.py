"""`lod export`: the site as files. Every link leads somewhere, data are those of the server, nothing is done twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from lod import municipality
from lod.config import Settings
from lod.errors import UsageError
from lod.model import Severity
from lod.release import build
from lod.site import export, routes
from lod.web import openapi
from lod.web.negotiation import HTML, THING_OFFERS
from tests.cities import build_cities
from tests.exported import Exported, state

ALL = frozenset(offer.suffix for offer in THING_OFFERS if offer is not HTML)
SYNTAXES = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
POLICY = "policy/142034/2016/sangyo-shinko-bu"


@pytest.fixture(scope="module")
def sample(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The sample, exported with everything."""
    folder = tmp_path_factory.mktemp("exported") / "site"
    done = export(published, folder, suffixes=ALL)
    assert done.dead == []
    return Exported(folder.resolve())


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two invented municipalities over four years; the last test of this file changes a paper of theirs."""
    return build_cities(tmp_path_factory.mktemp("cities"))


@pytest.fixture(scope="module")
def years(cities: Settings, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The invented municipalities, exported by two processes."""
    folder = tmp_path_factory.mktemp("years") / "site"
    done = export(replace(cities, jobs=2), folder, suffixes=frozenset({"ttl"}))
    assert done.dead == []
    return Exported(folder.resolve())


def test_each_route_is_exported_or_it_is_said_why_not() -> None:
    told = {route.rule: route for route in routes.routes()}
    known = {route.rule for route in openapi.routes()}
    assert known - told.keys() == set(), "add to lod/site/routes.toml"
    assert told.keys() - known == set(), "take out of lod/site/routes.toml"
    for route in told.values():
        assert route.how in {"document", "file", "browser", "redirect", "suffix", "none"}
        assert bool(route.why) is (route.how == "none"), route.rule


@pytest.mark.parametrize("which", ["sample", "years"])
def test_every_link_of_every_page_leads_to_a_file(which: str, request: pytest.FixtureRequest) -> None:
    site: Exported = request.getfixturevalue(which)
    assert len(site.pages) > 500
    assert list(site.dead_links()) == []


@pytest.mark.parametrize("suffix", sorted(SYNTAXES))
def test_the_data_are_those_of_the_server(sample: Exported, client: FlaskClient, suffix: str) -> None:
    for path in (f"doc/{POLICY}", "doc/org/142034", "graph/codes", "def", "shapes"):
        name = f"{path}.{suffix}"
        if (sample.folder / name).exists():
            ours = _canonical((sample.folder / name).read_bytes(), suffix)
            assert len(ours) > 1
            assert ours == _canonical(client.get(f"/{name}").data, suffix), name


def _canonical(data: bytes, suffix: str) -> ox.Dataset:
    found = ox.Dataset(ox.parse(data, format=SYNTAXES[suffix]))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def test_the_catalogue_names_no_service_where_none_runs(sample: Exported, client: FlaskClient) -> None:
    for path in ("catalog.nt", "dataset/all.nt", "void.nt"):
        told = (sample.folder / path).read_text(encoding="utf-8")
        assert "lod.example.org/sparql>" not in told
        assert "service/sparql>" not in told
        assert "lod.example.org/sparql>" in client.get(f"/{path}").text


def test_what_others_put_there_is_never_touched(published: Settings, tmp_path: Path) -> None:
    foreign = tmp_path / "notes" / "mine.txt"
    foreign.parent.mkdir()
    foreign.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        export(published, foreign.parent)
    assert refused.value.code == "C08"
    assert state(foreign.parent).keys() == {"mine.txt"}


def test_a_file_of_somebody_else_is_not_overwritten_and_what_is_gone_goes(
    sample: Exported, published: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(sample.folder, folder)
    (folder / "own.html").write_text("mine", encoding="utf-8")
    done = export(published, folder, suffixes=frozenset({"ttl"}))
    assert done.removed > 500
    assert (folder / "own.html").read_text(encoding="utf-8") == "mine"
    assert (folder / f"doc/{POLICY}.ttl").exists()
    assert not (folder / f"doc/{POLICY}.nt").exists()
    (folder / f"doc/{POLICY}.nt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        export(published, folder, suffixes=frozenset({"ttl", "nt"}))
    assert refused.value.code == "C09"
    assert (folder / f"doc/{POLICY}.nt").read_text(encoding="utf-8") == "mine"


def test_a_second_export_touches_nothing(sample: Exported, published: Settings) -> None:
    before = state(sample.folder)
    done = export(published, sample.folder, suffixes=ALL)
    assert (done.written, done.removed, done.bytes) == (0, 0, 0)
    assert state(sample.folder) == before


def test_an_export_that_was_interrupted_is_finished_by_the_next(
    sample: Exported, published: Settings, tmp_path: Path
) -> None:
    def stop(stage: str, done: int, _of: int) -> None:
        if stage == "pages" and done > 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(published, tmp_path, suffixes=ALL, progress=stop)
    assert 50 < len(state(tmp_path)) < len(sample.files) - 200
    export(published, tmp_path, suffixes=ALL)
    found, wanted = ({name: data for name, (data, _) in state(path).items()} for path in (tmp_path, sample.folder))
    assert {name for name in wanted if not name.startswith(".lod-export/") and found.get(name) != wanted[name]} == set()


@pytest.mark.slow
def test_after_one_changed_paper_only_what_tells_of_it_is_written(cities: Settings, years: Exported) -> None:
    before = state(years.folder)
    paper = next(cities.data[0].parent.glob("*/sources/2020/toshi-*"))
    text = paper.read_text(encoding="utf-8")
    paper.write_text(text.replace("ます。", "ていきます。", 1), encoding="utf-8")
    built = build(cities, [municipality.load(path) for path in cities.data])
    assert built.id, [item for item in built.findings if item.severity is Severity.VIOLATION]
    done = export(replace(cities, jobs=2), years.folder, suffixes=frozenset({"ttl"}))
    after = state(years.folder)
    touched = {name for name in after if before.get(name) != after[name] and not name.startswith(".lod-export/")}
    assert done.written == len(touched) > 5
    things = {name for name in touched if name.startswith("doc/")}
    assert any("991015" in name for name in things)
    assert not [name for name in things if "992020" in name], "of the other municipality"
    assert not [name for name in things if name.startswith("doc/policy/991015/2018/fukushi-bu")]
    assert len(things) < len([name for name in after if name.startswith("doc/")]) / 5
    assert list(Exported(years.folder).dead_links()) == []

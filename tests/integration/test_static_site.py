"""`lod export`: the site as files. Every link leads somewhere, data are those of the server, nothing is done twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from lod.config import Settings
from lod.errors import UsageError
from lod.site import export, routes
from lod.web import openapi
from lod.web.negotiation import HTML, THING_OFFERS
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
def years(invented_site: Settings, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Two invented municipalities over four years, exported by two processes."""
    folder = tmp_path_factory.mktemp("years") / "site"
    done = export(replace(invented_site, jobs=2), folder, suffixes=frozenset({"ttl"}))
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

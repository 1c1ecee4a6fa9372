"""The record of places says what the provenance graphs say, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lod import places, release
from lod.config import Settings
from lod.errors import StoreError
from lod.iri import Mint
from lod.places import Editions
from lod.release import Release


@pytest.fixture(params=["sample", "cities"])
def live(request: pytest.FixtureRequest, published: Settings, invented_site: Settings) -> tuple[Settings, Release]:
    settings = published if request.param == "sample" else invented_site
    found = release.current(settings.var)
    assert found
    return settings, found


def test_the_record_says_what_the_graphs_say(live: tuple[Settings, Release]) -> None:
    settings, item = live
    store = item.open()
    kept = Editions(item.path, store)
    graphs = [name for name in store.graph_names() if name.startswith(Mint(settings.base).places_graphs)]
    assert graphs
    everything: list[places.Place] = []
    for graph in graphs:
        stated = places.in_graph(store, graph)
        assert kept.of_graph(graph) == stated != ()
        everything += stated
    assert kept.of_thing("https://lod.example.org/id/none") == []
    for thing in {place.subject for place in everything}:
        of_thing = [place for place in everything if place.subject == thing]
        assert sorted(kept.of_thing(thing)) == sorted(of_thing) == sorted(Editions(Path("none"), store).of_thing(thing))


def test_a_release_without_the_record_is_read_from_its_graphs(live: tuple[Settings, Release], tmp_path: Path) -> None:
    settings, item = live
    store = item.open()
    graph = next(name for name in store.graph_names() if name.startswith(Mint(settings.base).places_graphs))
    assert Editions(tmp_path, store).of_graph(graph) == Editions(item.path, store).of_graph(graph)
    assert Editions(item.path, store).of_graph(graph + "/none") == ()


def test_a_broken_record_is_told(published: Settings, tmp_path: Path) -> None:
    item = release.current(published.var)
    assert item
    shutil.copy(item.path / "report.json", tmp_path / places.FILE)
    with pytest.raises(StoreError, match="S10"):
        Editions(tmp_path, item.open()).of_graph("any")

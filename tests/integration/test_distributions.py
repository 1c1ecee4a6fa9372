"""What a release offers for download: complete, listed, the same bytes every time, and nothing but the release."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from lod import distributions, municipality, release
from lod.config import Settings
from lod.distributions import parquet
from lod.distributions.definition import tables
from lod.errors import StoreError
from lod.formats import json_ld
from lod.iri import Mint
from lod.model import Severity
from lod.stores.distribution import Distribution, read_distributions
from tests.cities import build_cities
from tests.integration.conftest import build_sample


def _live(site: Settings) -> release.Release:
    live = release.current(site.var)
    assert live
    return live


def _listed(site: Settings) -> dict[str, Distribution]:
    return {item.path: item for item in read_distributions(_live(site).path)}


def test_every_file_is_listed_with_its_size_and_digest(invented_site: Settings) -> None:
    folder, listed = _live(invented_site).path / "dumps", _listed(invented_site)
    assert set(listed) == {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for item in listed.values():
        data = (folder / item.path).read_bytes()
        assert (item.bytes, item.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert set(item.title) == set(item.description) == {"ja", "en"}
        assert "{" not in "".join((*item.title.values(), *item.description.values()))
        assert item.media_type.count("/") == 1
        assert item.compression == ("application/gzip" if item.path.endswith(".gz") else "")
    assert len({item.name for item in listed.values()}) == len(listed), "a download folder holds one file of a name"


def test_sha256sum_accepts_the_checksums(invented_site: Settings) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("sha256sum is not installed (coreutils)")
    folder = _live(invented_site).path / "dumps"
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count(": OK")) == (0, len(_listed(invented_site)) - 1), done.stderr


def test_all_quads_in_both_formats(invented_site: Settings) -> None:
    live = _live(invented_site)
    read = {}
    for name, rdf_format in (("all.nq.gz", ox.RdfFormat.N_QUADS), ("all.trig.gz", ox.RdfFormat.TRIG)):
        data = gzip.decompress((live.path / "dumps" / name).read_bytes())
        read[name] = set(ox.parse(data, rdf_format))
    assert len(read["all.nq.gz"]) == live.manifest["quads"]
    assert read["all.nq.gz"] == read["all.trig.gz"]


def test_each_city_and_year_as_turtle_and_json_ld(invented_site: Settings) -> None:
    """The facts of its papers, whole; what they name; nothing that the release does not say."""
    live, mint = _live(invented_site), Mint(invented_site.base)
    store = live.open()
    facts = set(store.triples())
    years = [item for item in _listed(invented_site).values() if item.kind == "graph"]
    assert {(item.city, item.year, item.format) for item in years} == {
        (code, year, name)
        for code in ("991015", "992020")
        for year in (2017, 2018, 2019, 2020)
        for name in ("Turtle", "JSON-LD")
    }
    for item in years:
        path = live.path / "dumps" / item.path
        rdf_format = ox.RdfFormat.TURTLE if item.format == "Turtle" else ox.RdfFormat.JSON_LD
        triples = {quad.triple for quad in ox.parse(path.read_bytes(), rdf_format)}
        assert triples <= facts
        prefix = mint.graph(item.city, item.year or 0, "", "")[:-1]
        own = {quad.triple for quad in store.in_graphs(facts) if str(quad.graph_name).startswith("<" + prefix)}
        assert own
        assert own <= triples
        named = {triple.object for triple in own if triple.predicate.value.endswith(("#program", "#observedUnit"))}
        labelled = {triple.subject for triple in triples if triple.predicate.value.endswith("#prefLabel")}
        assert named <= labelled


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser uses it
def test_json_ld_is_read_by_another_library_to_the_same_graph(invented_site: Settings) -> None:
    folder = _live(invented_site).path / "dumps" / "graphs"
    for path in sorted(folder.glob("*-2019.jsonld")):
        ours, theirs = Graph().parse(path), Graph().parse(path.with_suffix(".ttl"))
        assert set(ours) == set(theirs)


def test_a_name_that_clashes_with_the_context_is_written_without_one() -> None:
    """`org:x` is an absolute IRI; under the context it would be read as a term of ORG."""
    node = ox.NamedNode("https://example.org/a")
    triples = [ox.Triple(node, ox.NamedNode("http://xmlns.com/foaf/0.1/homepage"), ox.NamedNode("org:x"))]
    with pytest.raises(json_ld.NameClashError):
        b"".join(json_ld.stream([triples]))
    written = b"".join(json_ld.stream([triples], with_context=False))
    assert [quad.triple for quad in ox.parse(written, ox.RdfFormat.JSON_LD)] == triples


def test_two_builds_give_the_same_bytes(invented_site: Settings, tmp_path: Path) -> None:
    other = build_cities(tmp_path)
    ours, theirs = (_live(site).path for site in (invented_site, other))
    for path in sorted(path for path in (ours / "dumps").rglob("*") if path.is_file()):
        assert path.read_bytes() == (theirs / path.relative_to(ours)).read_bytes(), path.name
    assert (ours / "distributions.json").read_bytes() == (theirs / "distributions.json").read_bytes()


def test_a_release_of_an_earlier_version_has_no_list_and_a_broken_list_says_so(tmp_path: Path) -> None:
    assert read_distributions(tmp_path) == ()
    (tmp_path / "distributions.json").write_text("[{}]")
    with pytest.raises(StoreError):
        read_distributions(tmp_path)


def test_without_pyarrow_the_rest_is_made_and_the_build_says_so(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another release: with the package installed, the next build makes what was missing."""
    settings = build_sample(tmp_path, root)
    whole = _live(settings)
    monkeypatch.setattr(parquet, "available", lambda: False)
    monkeypatch.setattr(distributions, "makes_parquet", parquet.available)
    built = release.build(settings, [municipality.load(folder) for folder in settings.data])
    assert built.id not in (None, whole.id)
    assert [(item.code, item.severity) for item in built.findings if item.code == "B09"] == [("B09", Severity.INFO)]
    names = {item.path for item in read_distributions(_live(settings).path)}
    assert not [name for name in names if name.endswith(".parquet")]
    assert {item.path for item in read_distributions(whole.path)} - names == {
        f"tables/{table.name}.parquet" for table in tables()
    }

"""Every switch is logged, releases are compared, old ones stay readable, and followers end with the same data."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from lod import municipality, release
from lod.config import Settings
from lod.history import Listed, Log, read_things
from lod.history import changes as changes_of
from lod.web import create_app
from lod.web.site import EXTENSION
from tests.integration.conftest import build_sample

BASE = "https://lod.example.org/"
CITY = "id/org/142034"
PERSON = f"{BASE}id/person/142034/p0001"
ATOM = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
VERSION = "http://purl.org/dc/terms/isVersionOf"
MOMENT = "http://www.w3.org/ns/prov#generatedAtTime"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def build(settings: Settings) -> release.Build:
    return release.build(settings, [municipality.load(folder) for folder in settings.data])


def rename(settings: Settings, old: str, new: str) -> None:
    path = settings.data[0] / "municipality.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three releases: the sample; the city renamed; a person withdrawn."""
    from tests.conftest import ROOT

    settings = build_sample(tmp_path_factory.mktemp("history"), ROOT)
    rename(settings, "Hiratsuka City", "City of Hiratsuka")
    assert build(settings).id
    cities = [municipality.load(settings.data[0])]
    release.withdraw(settings.var, BASE, cities, PERSON, "本人の申し出", date(2026, 11, 25))
    assert build(settings).id
    return settings


@pytest.fixture(scope="module")
def web(site: Settings) -> Iterator[FlaskClient]:
    app = create_app(site)
    yield app.test_client()
    app.extensions[EXTENSION].pool.close()


def ids(settings: Settings) -> list[str]:
    return [item.release for item in reversed(Log(settings.var).switches())]


def test_every_switch_is_logged_with_what_it_changed(site: Settings) -> None:
    third, second, first = Log(site.var).switches()
    assert (first.previous, first.updated, first.deleted) == ("", 0, 0)
    assert first.created == sum(1 for _ in read_things(site.var / "releases" / first.release)) > 100
    assert (second.previous, second.created, second.updated, second.deleted) == (first.release, 0, 1, 0)
    assert (third.deleted, third.updated) == (1, 1)  # the person, and the tenure that named them
    assert [item.iri for item in Log(site.var).of_thing(PERSON)] == [PERSON, PERSON]


def test_a_thing_is_listed_once_in_order(site: Settings) -> None:
    things = [thing.iri for thing in read_things(site.var / "releases" / ids(site)[0])]
    assert things == sorted(set(things), key=str.encode)


def test_changes_of_two_lists() -> None:
    def listed(**digests: str) -> list[Listed]:
        return [Listed(iri, digest, "", "") for iri, digest in sorted(digests.items())]

    found = list(changes_of(listed(a="1", b="1", d="1"), listed(b="2", c="1", d="1", e="1")))
    assert [(item.kind.value, item.thing.iri) for item in found] == [
        ("Delete", "a"), ("Update", "b"), ("Create", "c"), ("Create", "e"),
    ]  # fmt: skip


def test_two_releases_side_by_side(web: FlaskClient, site: Settings) -> None:
    first, second, third = ids(site)
    page = web.get(f"/changes/{first}/{second}", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert page.status_code == 410, "the first releases still hold what was withdrawn"
    told = web.get(f"/changes/{third}/{third}", headers={"Accept": "application/json"}).get_json()
    assert (told["total"], told["changes"]) == (0, [])
    assert web.get(f"/changes/{third}/nothing").status_code == 404


def test_what_changed_in_words_and_as_data(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    rename(settings, "Hiratsuka City", "City of Hiratsuka")
    build(settings)
    first, second = ids(settings)
    app = create_app(settings)
    client = app.test_client()
    address = f"/changes/{first}/{second}"
    told = client.get(address, headers={"Accept": "application/json"}).get_json()
    assert (told["Create"], told["Update"], told["Delete"]) == (0, 1, 0)
    [change] = told["changes"]
    assert change["thing"] == BASE + CITY
    assert {("Hiratsuka City", "City of Hiratsuka")} == {(line["before"], line["after"]) for line in change["lines"]}
    page = client.get(address, headers={"Accept": "text/html", "Accept-Language": "ja"})
    assert "<del" in page.text
    assert "City of Hiratsuka" in page.text
    rows = list(csv.reader(io.StringIO(client.get(address + "?format=csv").text)))
    assert rows[0] == ["change", "thing", "class", "label"]
    assert [row[:2] for row in rows[1:]] == [["Update", BASE + CITY]]
    listing = client.get("/changes", headers={"Accept": "text/html"})
    assert address in listing.text
    app.extensions[EXTENSION].pool.close()


def test_a_follower_from_empty_ends_with_the_live_release(web: FlaskClient, site: Settings) -> None:
    """LDES: each member is a version of a thing with all that was said of it; the last one counts."""
    held: dict[str, set[tuple[str, str]]] = {}
    page: str | None = "/ldes/1"
    moments = []
    while page:
        body = web.get(page, headers={"Accept": "application/n-triples"}).data
        triples = list(ox.parse(body, ox.RdfFormat.N_TRIPLES))
        by_member: dict[str, list[ox.Quad]] = {}
        for triple in triples:
            assert isinstance(triple.subject, ox.NamedNode)
            by_member.setdefault(triple.subject.value, []).append(triple)
        members = sorted(
            (t.object.value for t in triples if t.predicate.value.endswith("tree#member")),
            key=lambda iri: int(iri.rpartition("#")[2]),
        )
        for member in members:
            said = by_member[member]
            (thing,) = [t.object.value for t in said if t.predicate.value == VERSION]  # type: ignore[union-attr]
            moments += [t.object.value for t in said if t.predicate.value == MOMENT]  # type: ignore[union-attr]
            kinds = {t.object.value for t in said if t.predicate.value == TYPE}  # type: ignore[union-attr]
            held.pop(thing, None)
            if "https://www.w3.org/ns/activitystreams#Delete" not in kinds:
                held[thing] = {
                    (t.predicate.value, str(t.object))
                    for t in said
                    if t.predicate.value not in {VERSION, MOMENT} and "activitystreams#" not in str(t.object)
                }
        following = [t.object.value for t in triples if t.predicate.value == "https://w3id.org/tree#node"]
        page = following[0].removeprefix(BASE.rstrip("/")) if following else None
    live = release.current(site.var)
    assert live is not None
    facts: dict[str, set[tuple[str, str]]] = {}
    for fact in live.open().all_facts():
        facts.setdefault(fact.subject.value, set()).add((fact.predicate.value, str(fact.object)))  # type: ignore[union-attr]
    assert held == facts
    assert moments == sorted(moments)


def test_activities_tell_what_happened_to_which_thing(web: FlaskClient, site: Settings) -> None:
    whole = web.get("/activity").get_json()
    assert whole["totalItems"] == Log(site.var).count()
    page, found = whole["first"]["id"], []
    while page:
        table = web.get(page.removeprefix(BASE.rstrip("/"))).get_json()
        found += [(item["type"], item["object"]["id"]) for item in table["orderedItems"]]
        page = table.get("next", {}).get("id")
    assert len(found) == whole["totalItems"]
    assert found.count(("Create", PERSON)) == found.count(("Delete", PERSON)) == 1
    assert found.index(("Create", PERSON)) < found.index(("Delete", PERSON))


def test_the_feed_for_people(web: FlaskClient, site: Settings) -> None:
    answer = web.get("/feed?lang=ja")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)  # noqa: S314 -- our own feed
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == 3
    updated = [entry.findtext("a:updated", namespaces=ATOM) for entry in entries]
    assert updated == sorted(updated, key=str, reverse=True)
    assert all(entry.findtext("a:id", namespaces=ATOM) for entry in entries)
    gone = {item.get("ref"): item.findtext("at:comment", namespaces=ATOM) for item in feed.findall("at:*", ATOM)}
    assert gone[PERSON] == "本人の申し出"
    assert "今井" not in answer.text


# --- Memento -----------------------------------------------------------------------------------------------------


def test_an_earlier_release_is_reached_by_date(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    rename(settings, "Hiratsuka City", "City of Hiratsuka")
    build(settings)
    with sqlite3.connect(settings.var / "history.sqlite") as base:  # as if the first had gone live long before
        base.execute("UPDATE switch SET at = '2026-01-10T00:00:00+00:00' WHERE n = 1")
    first, second = ids(settings)
    app = create_app(settings)
    client = app.test_client()
    doc = "doc/org/142034"

    def gate(moment: datetime | None) -> str:
        headers = {"Accept-Datetime": format_datetime(moment, usegmt=True)} if moment else {}
        answer = client.get(f"/timegate/{doc}", headers=headers)
        assert answer.status_code == 302
        assert "accept-datetime" in answer.headers["Vary"].lower()
        return answer.headers["Location"]

    assert gate(datetime(2026, 5, 1, tzinfo=UTC)) == f"/release/{first}/{doc}"
    assert gate(datetime(1999, 1, 1, tzinfo=UTC)) == f"/release/{first}/{doc}"
    assert gate(None) == f"/release/{second}/{doc}"
    old = client.get(f"/release/{first}/{doc}", headers={"Accept": "text/turtle"})
    assert "Hiratsuka City" in old.text
    assert old.headers["Memento-Datetime"] == "Sat, 10 Jan 2026 00:00:00 GMT"
    links = " ".join(old.headers.getlist("Link"))
    assert all(f'rel="{name}"' in links for name in ("original", "timegate", "timemap"))
    assert f"/release/{first}/doc/org/142034.jsonld" in links, "the other formats are those of the same release"
    new = client.get(f"/{doc}", headers={"Accept": "text/turtle"})
    assert "City of Hiratsuka" in new.text
    assert "Memento-Datetime" not in new.headers
    assert 'rel="timegate"' in " ".join(new.headers.getlist("Link"))
    timemap = client.get(f"/timemap/{doc}")
    assert timemap.mimetype == "application/link-format"
    assert [identifier in timemap.text for identifier in (first, second)] == [True, True]
    page = client.get(f"/release/{first}/{doc}", headers={"Accept": "text/html", "Accept-Language": "ja"})
    assert "以前の公開版" in page.text
    bad = client.get(f"/timegate/{doc}", headers={"Accept-Datetime": "yesterday", "Accept": "application/json"})
    assert (bad.status_code, bad.get_json()["title"] != "") == (400, True)
    for path in (f"/release/nothing/{doc}", f"/timegate/{doc}/nothing", "/timemap/sparql"):
        assert client.get(path).status_code == 404, path
    for path, to in (
        ("sparql?query=x", "/sparql?query=x"),
        ("", f"/releases/{first}"),
        ("//evil.example", "/evil.example"),
    ):
        answer = client.get(f"/release/{first}/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (303, to)
    app.extensions[EXTENSION].pool.close()


def test_what_was_withdrawn_is_in_no_earlier_release(web: FlaskClient, site: Settings) -> None:
    first, _, third = ids(site)
    person = PERSON.removeprefix(BASE + "id/")
    assert web.get(f"/release/{first}/doc/{person}").status_code == 410
    assert web.get(f"/release/{first}/doc/org/142034").status_code == 410
    assert web.get(f"/release/{third}/doc/org/142034").status_code == 200
    assert web.get(f"/timegate/doc/{person}").status_code in {404, 410}


# --- keeping -----------------------------------------------------------------------------------------------------


def test_only_so_many_releases_are_kept(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    (first,) = ids(settings)
    settings = replace(settings, keep_releases=1, cited=(first,))
    for name in ("A", "B", "C"):
        rename(settings, 'en = "', f'en = "{name}')
        build(settings)
    kept = {item.id for item in release.releases(settings.var)}
    live = release.current(settings.var)
    assert live is not None
    assert kept == {first, live.id}
    app = create_app(settings)
    told = app.test_client().get("/ldes/3", headers={"Accept": "application/n-triples"})
    assert told.status_code in {200, 404}
    app.extensions[EXTENSION].pool.close()


@pytest.mark.parametrize("identifier", ["", ".", "..", "../data", "current", ".building-r1", "r1/../..", "ｒ1"])
def test_only_an_identifier_names_a_release(site: Settings, identifier: str) -> None:
    assert release.kept(site.var, identifier) is None
    live = release.current(site.var)
    assert live is not None
    assert release.kept(site.var, live.id) == live


def test_a_rollback_is_a_switch_too(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    rename(settings, "Hiratsuka City", "City of Hiratsuka")
    build(settings)
    first, _ = ids(settings)
    release.rollback(settings.var, first)
    last = Log(settings.var).last()
    assert last is not None
    assert (last.release, last.rollback, last.updated) == (first, True, 1)
    build(settings)
    assert len(ids(settings)) == 4


def test_a_switch_that_was_not_entered_is_entered_by_the_next_build(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    (first,) = ids(settings)
    (settings.var / "history.sqlite").unlink()
    assert Log(settings.var).switches() == []
    app = create_app(settings)
    for path in ("/changes", "/feed", "/activity", "/activity/1", "/ldes", "/ldes/1"):
        assert app.test_client().get(path).status_code == 200, path
    app.extensions[EXTENSION].pool.close()
    rename(settings, "Hiratsuka City", "City of Hiratsuka")
    build(settings)
    assert ids(settings)[0] == first
    assert len(ids(settings)) == 2


def test_the_table_of_switches(web: FlaskClient, site: Settings) -> None:
    told = json.loads(web.get("/changes", headers={"Accept": "application/json"}).data)
    assert [item["release"] for item in told["switches"]] == list(reversed(ids(site)))
    assert told["next"] is None
    assert web.get("/changes?before=x").status_code == 404

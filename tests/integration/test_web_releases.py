"""The pages of releases: every file is there, with its size, its use and its digest, for people and for programs."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lod import municipality, release
from lod.cli.running import run
from lod.config import Settings
from lod.stores.distribution import read_distributions
from lod.web import create_app
from lod.web import releases as pages
from tests.integration.conftest import build_sample


@pytest.fixture(scope="module")
def site(invented_site: Settings) -> FlaskClient:
    return create_app(invented_site).test_client()


def _live(settings: Settings) -> release.Release:
    live = release.current(settings.var)
    assert live
    return live


def test_the_list_and_the_release_as_json(site: FlaskClient, invented_site: Settings) -> None:
    live = _live(invented_site)
    [entry] = site.get("/releases", headers={"Accept": "application/json"}).get_json()["releases"]
    assert (entry["id"], entry["live"], entry["papers"], entry["withdrawn"]) == (live.id, True, 35, None)
    assert entry["address"] == f"{invented_site.base}releases/{live.id}"
    whole = site.get(f"/releases/{live.id}.json").get_json()
    listed = read_distributions(live.path)
    assert [file["path"] for file in whole["files"]] == [item.path for item in listed]
    assert sum(file["bytes"] for file in whole["files"]) == entry["bytes"]
    assert [(licence["city"], licence["label"]) for licence in whole["licences"]] == [
        ("991015", "CC BY 4.0"),
        ("992020", "公共データ利用規約（第1.0版）"),
    ]
    assert site.get(f"/releases/{live.id}", headers={"Accept": "application/json"}).get_json() == whole


def test_every_listed_file_is_served_as_it_is_described(site: FlaskClient, invented_site: Settings) -> None:
    live = _live(invented_site)
    for file in site.get(f"/releases/{live.id}.json").get_json()["files"]:
        got = site.get(file["address"].removeprefix(invented_site.base.rstrip("/")))
        assert got.status_code == 200, file["path"]
        assert (len(got.data), hashlib.sha256(got.data).hexdigest()) == (file["bytes"], file["sha256"])
        assert got.mimetype == (file.get("compression") or file["media_type"])
        assert "immutable" in got.headers["Cache-Control"]
        described = [link for link in got.headers.getlist("Link") if "describedby" in link]
        assert bool(described) == (file["media_type"] == "text/csv"), file["path"]
        got.close()
    assert site.get("/dump/unknown/all.nq.gz").status_code == 404
    assert site.get(f"/dump/{live.id}/nothing.csv").status_code == 404


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_links_every_file_and_says_size_licence_and_citation(
    site: FlaskClient, invented_site: Settings, lang: str
) -> None:
    live = _live(invented_site)
    page = site.get(f"/releases/{live.id}?lang={lang}").text
    links = set(re.findall(rf'href="/dump/{live.id}/([^"]+)"', page))
    assert links == {item.path for item in read_distributions(live.path)}
    assert "公共データ利用規約" in page
    cited = f"版 {live.id}" if lang == "ja" else f"release {live.id}"
    assert cited in page
    assert site.get(f"/dump/{live.id}/").headers["Location"].startswith(f"/releases/{live.id}")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_dictionary_explains_every_column(site: FlaskClient, invented_site: Settings, lang: str) -> None:
    live = _live(invented_site)
    page = site.get(f"/releases/{live.id}/tables?lang={lang}").text
    group = json.loads((live.path / "dumps" / "tables" / "csv-metadata.json").read_text(encoding="utf-8"))
    for table in group["tables"]:
        assert f'id="{table["url"].removesuffix(".csv")}"' in page
        for column in table["tableSchema"]["columns"]:
            if not column.get("virtual"):
                words = next(text["@value"] for text in column["dc:description"] if text["@language"] == lang)
                assert words.replace("'", "&#39;") in page
                assert f">{column['name']}</code>" in page


def test_of_many_municipalities_one_at_a_time(
    site: FlaskClient, invented_site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_CITIES", 1)
    live = _live(invented_site)
    page = site.get(f"/releases/{live.id}?n=1").text
    assert "city=991015" in page
    assert "991015.xlsx" not in page
    one = site.get(f"/releases/{live.id}?city=991015").text
    assert "991015.xlsx" in one
    assert "992020.xlsx" not in one
    assert site.get(f"/releases/{live.id}?city=../x").status_code == 200


def test_a_release_without_a_list_says_so(tmp_path: Path, root: Path) -> None:
    """As an earlier version of the program made it."""
    settings = build_sample(tmp_path, root)
    live = _live(settings)
    (live.path / "distributions.json").unlink()
    (live.path / "dumps" / "tables" / "csv-metadata.json").unlink()
    client = create_app(replace(settings)).test_client()
    assert "all.nq.gz" in client.get(f"/releases/{live.id}").text
    got = client.get(f"/dump/{live.id}/tables/goals.csv")
    assert (got.status_code, got.mimetype) == (200, "text/csv")
    got.close()
    assert client.get(f"/releases/{live.id}/tables").status_code == 404
    assert client.get("/releases/unknown").status_code == 404


def test_current_leads_to_the_live_release(site: FlaskClient, invented_site: Settings) -> None:
    live = _live(invented_site).id
    for path in ("releases/{}", "releases/{}.json", "releases/{}/tables", "dump/{}/tables/goals.csv"):
        found = site.get("/" + path.format("current"))
        assert (found.status_code, found.headers["Location"]) == (303, "/" + path.format(live))
        assert "immutable" not in found.headers["Cache-Control"]
    assert site.get("/dump/current").headers["Location"] == f"/releases/{live}"


def test_an_earlier_release_that_holds_what_was_withdrawn_offers_no_files(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = build_sample(tmp_path, root)
    first = _live(settings)
    monkeypatch.chdir(tmp_path)
    assert run(["withdraw", f"{settings.base}id/person/142034/p0001", "--reason", "本人の申し出"]) == 0
    release.build(settings, [municipality.load(folder) for folder in settings.data])
    client = create_app(settings).test_client()
    page = client.get(f"/releases/{first.id}?lang=ja").text
    assert "本人の申し出" in page
    assert "/dump/" not in page
    assert client.get(f"/releases/{first.id}.json").get_json()["withdrawn"]["reason"] == "本人の申し出"
    assert client.get(f"/dump/{first.id}/tables/heads.csv").status_code == 410
    assert "ファイル" in client.get("/releases?lang=ja").text

"""What finds the site: robots.txt, sitemaps, and the lists for the staff of municipalities."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from lod.catalog import sitemap
from lod.catalog.listing import columns
from lod.config import Settings
from lod.web import create_app
from lod.web.site import EXTENSION

BASE = "https://lod.example.org/"
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(scope="module")
def years(invented_site: Settings) -> Iterator[FlaskClient]:
    app = create_app(invented_site)
    yield app.test_client()
    app.extensions[EXTENSION].pool.close()


def _addresses(client: FlaskClient, path: str, kind: str) -> list[str]:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    root = ElementTree.fromstring(answer.data)  # noqa: S314  our own
    return [str(node.text) for node in root.findall(f"s:{kind}/s:loc", NS)]


def _every(client: FlaskClient) -> list[str]:
    parts = _addresses(client, "/sitemap.xml", "sitemap")
    return [a for part in parts for a in _addresses(client, "/" + part.removeprefix(BASE), "url")]


def test_every_address_of_the_sitemap_is_there_once_and_answers(years: FlaskClient) -> None:
    found = _every(years)
    assert len(found) == len(set(found)) > 60
    for address in found:
        path = "/" + address.removeprefix(BASE)
        answer = years.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
    assert f"{BASE}doc/policy/991015/2018/fukushi-bu" in found
    assert f"{BASE}dataset/992020/dept-policy/2020" in found
    assert f"{BASE}doc/program/991015/sogyo-shien" in found


def test_parts_are_bounded_and_hold_the_same(
    years: FlaskClient, invented_site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _every(years)
    monkeypatch.setattr(sitemap, "PART", 7)
    app = create_app(invented_site)
    parts = _addresses(app.test_client(), "/sitemap.xml", "sitemap")
    assert len(parts) > 8
    sizes = [len(_addresses(app.test_client(), "/" + part.removeprefix(BASE), "url")) for part in parts[1:]]
    assert all(0 < size <= 7 for size in sizes)
    assert sorted(_every(app.test_client())) == sorted(whole)
    app.extensions[EXTENSION].pool.close()


@pytest.mark.parametrize("name", ["x", "991015-0", "991015-99", "000000-1", "991015", "991015-１"])
def test_a_part_that_is_none(years: FlaskClient, name: str) -> None:
    assert years.get(f"/sitemap/{name}.xml").status_code == 404


def test_robots_are_kept_from_queries_and_led_to_the_sitemap(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert "Disallow: /sparql?" in answer.text
    assert f"Sitemap: {BASE}sitemap.xml" in answer.text


def test_the_list_of_open_data_has_a_row_for_each_file(years: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(years.get("/catalog/opendata-list.csv").text, newline="")))
    assert tuple(rows[0]) == columns("opendata-list")
    assert len(columns("opendata-list")) == 35
    row = next(row for row in rows if row["ファイル_ダウンロードURL"].endswith("991015-2018.ttl"))
    assert row["全国地方公共団体コード"] == "991015"
    assert row["地方公共団体名"] == "霧ヶ浜市"
    assert row["データセット_タイトル"] == "霧ヶ浜市 部長の基本方針 平成30年度"
    assert "平成30年度" in row["データセット_キーワード"].split(";")
    assert row["データセット_対象期間"] == "2018-04-01/2019-03-31"
    assert row["データセット_連絡先メールアドレス"] == "policy@kirigahama.example"
    assert (row["ファイル_形式"], row["ファイル_ライセンス"]) == ("Turtle", "CC BY 4.0")
    assert len({row["ファイル_ID"] for row in rows}) == len(rows)
    for name in ("公開日", "最終更新日"):
        assert len(row[f"データセット_{name}"]) == 10


@pytest.mark.parametrize("name", ["opendata-list", "registration"])
def test_excel_opens_the_lists(years: FlaskClient, name: str) -> None:
    excel, plain = years.get(f"/catalog/{name}.csv-excel"), years.get(f"/catalog/{name}.csv")
    assert excel.data.startswith(b"\xef\xbb\xbf")
    assert not plain.data.startswith(b"\xef\xbb\xbf")
    assert f'filename="{name}.csv"' in excel.headers["Content-Disposition"]
    rows = [list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))) for answer in (excel, plain)]
    assert len(rows[0]) == len(rows[1]) > 8
    assert tuple(rows[0][0]) == columns(name)
    assert years.get(f"/catalog/{name}.xlsx").status_code == 404


def test_the_sample_says_that_its_licence_is_not_known(client: FlaskClient) -> None:
    for name, column in (("opendata-list", "ファイル_ライセンス"), ("registration", "ライセンス")):
        rows = list(csv.DictReader(io.StringIO(client.get(f"/catalog/{name}.csv").text, newline="")))
        assert {row[column] for row in rows} == {"ライセンス未確認"}

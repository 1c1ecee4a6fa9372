"""Pages over several years: what changed, what goes on, which name held when; values lead to their places and back."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lod import release
from lod.config import Settings
from lod.stores import oxigraph
from lod.web import create_app
from lod.web.graph import select
from lod.web.pages.comparison import words
from lod.web.site import EXTENSION
from tests.integration.test_web_pages import Page

CITY = "991015"
BU = f"/doc/org/{CITY}/sangyo-shinko-bu"
POLICY = f"/doc/policy/{CITY}/2018/sangyo-shinko-bu"
SOURCE = f"/doc/source/{CITY}/2018/sangyo-shinko-bu/final"
COMPARED = f"/compare/{CITY}/2019/sangyo-shinko-bu"


@pytest.fixture(scope="module")
def app(invented_site: Settings) -> Iterator[Flask]:
    made = create_app(invented_site)
    yield made
    made.extensions[EXTENSION].pool.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _text(client: FlaskClient, path: str, lang: str = "ja") -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": lang})
    assert answer.status_code == 200, path
    return answer.text


def _words(client: FlaskClient, path: str, lang: str = "ja") -> str:
    return re.sub(r"\s+", " ", Page(_text(client, path, lang)).words)


def test_the_first_page_shows_every_city_with_its_years(client: FlaskClient) -> None:
    read = Page(_text(client, "/"))
    for year in (2017, 2018, 2019, 2020):
        assert f"/doc/policy/{CITY}/{year}/fukushi-bu" in read.links
        assert f"/doc/policy/992020/{year}/somu-bu" in read.links
    assert "20 部局方針" in re.sub(r"\s+", " ", read.words)


def test_a_department_has_its_other_years_beside_it_and_the_name_of_the_time(client: FlaskClient) -> None:
    read = Page(_text(client, POLICY))
    assert {POLICY.replace("2018", str(year)) for year in (2017, 2018, 2019, 2020)} <= set(read.links)
    assert "/compare/991015/2018/sangyo-shinko-bu" in read.links
    assert "産業振興部の基本方針（平成30年度）" in read.words
    assert "経済観光部" not in _text(client, POLICY).partition("<details")[0]  # its name from 2019 on
    assert "職員数（課の計） 40人" in re.sub(r"\s+", " ", read.words)
    assert "どの事業がどの目標のためのものかを述べていません" in read.words


def test_goals_and_programs_are_linked_where_a_paper_says_so(invented_site: Settings, tmp_path: Path) -> None:
    """No form reads such links yet, so the store gets one here as it would hold it."""
    shutil.copytree(invented_site.var, tmp_path / "var")
    live = release.current(tmp_path / "var")
    assert live
    with (tmp_path / "all.nq").open("wb") as file:
        oxigraph.ReleaseStore(live.path / "store").dump(file)
        link = "<{b}initiative/{c}/2018/koen> <https://w3id.org/mupol/def#contributesTo> <{b}goal/{c}/2018/{u}/2> ."
        file.write(link.format(b=invented_site.base + "id/", c=CITY, u="toshi-seibi-bu").encode() + b"\n")
    for made_of_it in ("store", "columns"):
        shutil.rmtree(live.path / made_of_it)
    oxigraph.build(live.path / "store", [tmp_path / "all.nq"])
    app = create_app(replace(invented_site, var=tmp_path / "var"))
    client = app.test_client()
    policy = _words(client, f"/doc/policy/{CITY}/2018/toshi-seibi-bu")
    assert "この目標のための事業 公園再整備事業" in policy
    assert "公園緑地課 目標 ②" in policy
    assert "を述べていません" not in policy
    assert "この目標のための事業 公園再整備事業" in _words(client, f"/doc/goal/{CITY}/2018/toshi-seibi-bu/2")
    assert "文書に示されていません" in _words(client, f"/doc/goal/{CITY}/2018/toshi-seibi-bu/1")
    app.extensions[EXTENSION].pool.close()


def test_editions_that_differ_stand_side_by_side(client: FlaskClient) -> None:
    shown = _words(client, f"/doc/policy/{CITY}/2018/fukushi-bu")
    assert "中間報告の版生活に困っている人の相談に早い段階から応じます。" in shown
    assert "最終報告の版生活に困っている人の相談に早い段階から丁寧に応じます。" in shown


def test_two_years_are_compared(client: FlaskClient) -> None:
    shown = _words(client, COMPARED)
    assert "産業振興部 → 経済観光部" in shown
    assert "経済政策課 名称変更" in shown
    assert "新規 1" in shown
    assert "なくなったもの 1" in shown
    assert "創業・事業承継支援事業 創業支援事業" in shown
    assert "Renamed" in _words(client, COMPARED, "en")


def test_a_merger_is_told_in_the_comparison(client: FlaskClient) -> None:
    shown = _words(client, f"/compare/{CITY}/2020/sangyo-shinko-bu")
    assert "令和2年4月1日（2020-04-01） 観光課、商工課 →から 商工観光課" in shown
    merged = _words(client, f"/compare/{CITY}/2019/fukushi-bu")
    assert "介護予防教室事業、高齢者見守り事業 →から 地域見守り・介護予防事業" in merged


def test_a_comparison_is_data_too(client: FlaskClient) -> None:
    answer = client.get(COMPARED + ".csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    found = {(row["kind"], row["change"], row["before"], row["after"]) for row in rows}
    assert ("department", "changed", "産業振興部", "経済観光部") in found
    assert ("section", "renamed", "産業政策課", "経済政策課") in found
    assert ("program", "renamed", "創業支援事業", "創業・事業承継支援事業") in found
    assert ("head", "changed", "今野 潤", "村井 幸子") in found
    staff = next(row for row in rows if row["kind"] == "staff" and row["after_iri"].endswith("/shoko-ka"))
    assert (staff["before"], staff["after"], staff["difference"]) == ("9", "8", "-1")
    table = client.get(COMPARED, headers={"Accept": "application/json"}).json
    assert table
    assert table["rows"] == rows
    assert table["policies"][1] == f"https://lod.example.org/id/policy/{CITY}/2019/sangyo-shinko-bu"


def test_a_city_is_compared_with_its_year_before(client: FlaskClient) -> None:
    path = f"/compare/{CITY}/2019"
    assert path in Page(_text(client, f"/doc/org/{CITY}")).links
    assert path + "/sangyo-shinko-bu" in Page(_text(client, path)).links
    shown = _words(client, path)
    assert re.search("経済観光部 ?名称変更 ?産業振興部", shown)
    assert "新規 地域見守り・介護予防事業 福祉部" in shown
    assert "介護予防教室事業、高齢者見守り事業 →から 地域見守り・介護予防事業" in shown
    rows = list(csv.DictReader(io.StringIO(client.get(path + ".csv").text)))
    assert client.get(path + ".json").json["rows"] == rows  # type: ignore[index]
    found = {(row["kind"], row["change"], row["before"], row["after"]) for row in rows}
    assert ("program", "renamed", "創業支援事業", "創業・事業承継支援事業") in found
    assert ("section", "renamed", "産業政策課", "経済政策課") in found
    assert ("goal", "gone", "介護予防に取り組む市民を増やします。", "") in found
    gone = next(row for row in rows if row["before"] == "高齢者見守り事業")
    assert (gone["change"], gone["after"]) == ("gone", "")
    assert gone["related_iri"].startswith(f"https://lod.example.org/id/program/{CITY}/")


def test_the_feed_leads_to_the_comparisons_of_new_years(client: FlaskClient) -> None:
    links = re.findall(r'rel="related"[^>]*href="https://lod.example.org(/[^"]+)"', client.get("/feed").text)
    assert links == [f"/compare/{code}/{year}" for code in (CITY, "992020") for year in (2018, 2019, 2020)]
    assert {client.get(link).status_code for link in links} == {200}


def test_a_city_comparison_holds_all_that_both_years_state(client: FlaskClient) -> None:
    """Each program and section once, each goal once on its side; nothing that neither year states."""
    query = """SELECT ?kind ?x ?year { ?p a mpol:DepartmentPolicy ; mpol:forFiscalYear/mpol:startYear ?y .
      BIND(STR(?y) AS ?year) FILTER(CONTAINS(STR(?p), "/policy/991015/") && ?year IN ("2019", "2020"))
      { ?p mpol:hasGoal ?x BIND("goal" AS ?kind) } UNION { ?p mpol:listsUnit ?x BIND("section" AS ?kind) }
      UNION { ?p mpol:hasInitiative/mpol:program ?x BIND("program" AS ?kind) } }"""
    live = client.application.extensions[EXTENSION].live.current()
    stated = {(row["kind"].value, row["x"].value, row["year"].value) for row in select(live.store, query)}
    rows = list(csv.DictReader(io.StringIO(client.get(f"/compare/{CITY}/2020.csv").text)))
    told = [
        (row["kind"], row[side], year)
        for row in rows
        for side, year in (("before_iri", "2019"), ("after_iri", "2020"))
        if row[side] and row["kind"] != "department"
    ]
    assert len(told) == len(set(told))
    assert set(told) == stated


def test_any_two_years_can_be_compared(client: FlaskClient) -> None:
    shown = _words(client, f"/compare/{CITY}/2017/sangyo-shinko-bu/2020")
    assert "平成29年度（2017） → 令和2年度（2020）" in shown
    assert shown == _words(client, f"/compare/{CITY}/2020/sangyo-shinko-bu/2017")


@pytest.mark.parametrize(
    "path",
    [
        f"{CITY}/2017/sangyo-shinko-bu",  # nothing before it
        f"{CITY}/2018/sangyo-shinko-bu/2018",
        f"{CITY}/2018/sangyo-shinko-bu/2030",
        f"{CITY}/2018/sangyo-shinko-bu/x/y",
        f"{CITY}/x/sangyo-shinko-bu",
        f"{CITY}/2017",  # nothing before it
        f"{CITY}/2030",
        f"{CITY}/x",
        "999999/2018",
        "<x>/2018",
        f"{CITY}/2018/no-such-bu",
        "<x>/2018/sangyo-shinko-bu",
    ],
)
def test_what_cannot_be_compared_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/compare/{path}").status_code == 404


def test_a_program_is_followed_through_the_years(client: FlaskClient) -> None:
    text = _text(client, f"/doc/program/{CITY}/sogyo-shien")
    shown = re.sub(r"\s+", " ", Page(text).words)
    assert "以前の名称：創業支援事業" in shown
    assert "平成29年度：8件、平成30年度：11件" not in shown  # years stand in the drawing without 年度
    assert "平成29：8件、平成30：11件、令和元：14件、令和2：記載なし" in shown
    assert text.count('<svg viewBox="') == 4
    assert text.count('role="img"') == 4
    for year in (2017, 2018, 2019, 2020):
        assert f'id="y{year}"' in text


def test_a_unit_is_followed_through_the_years(client: FlaskClient) -> None:
    shown = _words(client, BU)
    assert "平成29年度–平成30年度 産業振興部" in shown
    assert "令和元年度–令和2年度 経済観光部" in shown
    assert "平成29：39人、平成30：40人、令和元：39人、令和2：39人" in shown
    assert "以前にあった課など" in shown
    assert "2020-04-01" in _words(client, f"/doc/org/{CITY}/shoko-kanko-ka")


def test_a_person_held_posts_under_the_names_of_the_time(client: FlaskClient) -> None:
    found = client.get(f"/doc/org/{CITY}/sangyo-seisaku-ka", headers={"Accept": "text/html"}).text
    person = re.findall(rf"/doc/person/{CITY}/p\d+", found)[-1]
    shown = _words(client, person)
    assert "平成29年度 産業政策課課長" in shown
    assert "令和元年度 経済観光部部長" in shown


def test_every_value_leads_to_its_passage_and_back(client: FlaskClient) -> None:
    value = f"/doc/measure/{CITY}/2018/sogyo-shien/final/2"
    link = next(link for link in Page(_text(client, value)).links if "/doc/source/" in link and "#p" in link)
    path, anchor = urldefrag(link)
    text = _text(client, path)
    passage = re.search(rf'<mark class="passage printed" id="{anchor}"><a href="([^"]+)"[^>]*>([^<]+)</a></mark>', text)
    assert passage
    assert passage.groups() == (value, "補助金11件を交付")


def test_every_passage_link_of_the_pages_has_its_mark(client: FlaskClient) -> None:
    links = {urldefrag(link) for link in Page(_text(client, POLICY)).links if "/doc/source/" in link and "#" in link}
    assert len(links) > 20
    ids = {path: set(Page(_text(client, path)).ids) for path in {link.url for link in links}}
    assert [link for link in links if link.fragment not in ids[link.url]] == []


def test_findings_stand_at_their_place(client: FlaskClient) -> None:
    text = _text(client, SOURCE)
    line = next(item for item in text.split('<li id="L') if item.startswith("10"))
    assert "名前の一部が文字化けしています" in line
    assert "N01" in line
    assert 'class="passage uncertain"' in line
    assert "要確認" in line
    told = _words(client, f"/doc/source/{CITY}/2019/toshi-seibi-bu/final", "en")
    assert "L01" in told
    assert "Restored by a rule" in told
    other = _text(client, f"/doc/source/{CITY}/2018/fukushi-bu/interim")
    assert "T01" in other  # found across papers


def test_a_correction_stands_beside_what_is_printed(client: FlaskClient) -> None:
    text = _text(client, f"/doc/source/{CITY}/2017/toshi-seibi-bu/final")
    line = next(item for item in text.split('<li id="L') if item.startswith("31"))
    assert 'class="passage corrected"' in line
    assert "遊具6基" in line
    shown = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", line))
    assert "訂正：遊具6基 遊具7基公園緑地課、平成30年5月10日（2018-05-10）、工事台帳と照合した。" in shown
    assert "遊具 7基" in _words(client, f"/doc/measure/{CITY}/2017/koen/final/2")


KINDS = {
    "policy": POLICY,
    "municipality": f"/doc/org/{CITY}",
    "department": BU,
    "section": f"/doc/org/{CITY}/kodomo-shien-ka",
    "program": f"/doc/program/{CITY}/umibe-kanko",
    "goal": f"/doc/goal/{CITY}/2018/fukushi-bu/3",
    "initiative": f"/doc/initiative/{CITY}/2018/sogyo-shien",
    "outcome": f"/doc/outcome/{CITY}/2018/sogyo-shien/final",
    "measure": f"/doc/measure/{CITY}/2018/sogyo-shien/final/1",
    "headcount": f"/doc/headcount/{CITY}/nosui-ka/2018-04-01",
    "tenure": f"/doc/tenure/{CITY}/2018/sangyo-shinko-bu/bucho",
    "post": f"/doc/post/{CITY}/sangyo-shinko-bu/bucho",
    "person": f"/doc/person/{CITY}/p0001",
    "year": "/doc/fiscal-year/2019",
    "change": f"/doc/change/{CITY}/kanko-ka/2020-04-01",
    "change of a program": f"/doc/change/{CITY}/kaigo-yobo/2019-04-01",
    "source": SOURCE,
    "form": f"/doc/form/{CITY}/bucho-kihon-hoshin",
}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_each_kind_of_page_has_its_furniture(client: FlaskClient, path: str, lang: str) -> None:
    text = _text(client, path, lang)
    read = Page(text)
    assert not read.open
    assert len(read.ids) == len(set(read.ids))
    for suffix in ("ttl", "jsonld", "nt", "rdf", "trig", "nq", "csv"):
        assert f"{path}.{suffix}" in read.links, suffix
    assert f'<link rel="canonical" href="https://lod.example.org{path}">' in text
    assert 'property="og:title"' in text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block
    structured = json.loads(block.group(1))
    assert structured["@context"] == "https://schema.org/"
    assert structured["mainEntity"]["@id"] == f"https://lod.example.org{path.replace('/doc/', '/id/')}"
    assert "出典：" in read.words
    assert "Source: " in read.words
    if f"/{CITY}" in path:
        assert "CC BY 4.0" in read.words
        assert any(link.startswith("mailto:policy@kirigahama.example") for link in read.links)


def test_a_place_has_a_page_with_its_words_in_their_line(client: FlaskClient) -> None:
    graph = client.get(f"/graph/provenance/{CITY}/2018/sangyo-shinko-bu/final.nt").text
    place = min(set(re.findall(r"/id/(place/[^>#]*-value)", graph)))
    text = _text(client, f"/doc/{place}")
    assert re.search(r'<blockquote class="printed" lang="ja">[^<]*<mark class="passage printed">[^<]+</mark>', text)


def test_structured_data_cannot_end_their_element() -> None:
    from lod.web.pages.entity import data_block

    assert "</script>" not in data_block({"name": "</script><script>alert(1)</script>&"})


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("市内の開業件数を増やします。", "市内の開業件数を大きく増やします。", "same ins same"),
        ("同じです。", "同じです。", "same"),
        ("まったく別の文です。", "ABCDEFGHIJKLMN", "del ins"),
        ("", "新しい。", "ins"),
    ],
)
def test_reworded_texts_show_what_went_and_came(before: str, after: str, said: str) -> None:
    found = words(before, after)
    assert " ".join(kind for kind, _ in found) == said
    assert "".join(text for kind, text in found if kind != "ins") == before
    assert "".join(text for kind, text in found if kind != "del") == after

"""Search over real releases: the sample, and two invented municipalities over four years."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, QuerySolutions

from lod import municipality, release
from lod.config import Settings
from lod.querying.words import Word
from lod.search import layout
from lod.search.layout import PROPERTIES
from lod.text.folding import search_key
from lod.vocab import DCAT, DCTERMS, MPOL, OA, OWL, PROV, SCHEMA, TIME
from lod.web import create_app
from lod.web.site import EXTENSION
from tests.integration.conftest import build_sample

KIRIGAHAMA = "991015"


@pytest.fixture(scope="module")
def cities_app(invented_site: Settings) -> Iterator[Flask]:
    made = create_app(invented_site)
    yield made
    made.extensions[EXTENSION].pool.close()


@pytest.fixture
def other(cities_app: Flask) -> FlaskClient:
    return cities_app.test_client()


def search(client: FlaskClient, words: str, **more: str) -> dict[str, Any]:
    answer = client.get("/search?" + urlencode({"q": words, "format": "json", "lang": "ja"} | more))
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json"
    found: dict[str, Any] = answer.get_json()
    return found


def paths(found: dict[str, Any]) -> list[str]:
    return [result["iri"].partition("/id/")[2] for result in found["results"]]


def counted(found: dict[str, Any], facet: str) -> dict[str, int]:
    return {choice["value"]: choice["count"] for choice in found["facets"][facet]}


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("観光", "program/142034/kanko"),
        ("観光事業", "program/142034/kanko"),
        ("融資", "https://w3id.org/mupol/code/measure-loaned"),
        ("商店街", "program/142034/shotengai-nigiwai-soshutsu"),
        ("とりい", "person/142034/p0002"),
        ("トリイ", "person/142034/p0002"),
        ("ﾄﾘｲ", "person/142034/p0002"),
        ("鳥", "person/142034/p0002"),
        ("ひらつかし", "org/142034"),
        ("ﾋﾗﾂｶｼ", "org/142034"),
        ("hiratsuka", "org/142034"),
        ("ＨＩＲＡＴＳＵＫＡ", "org/142034"),
        ("142034", "org/142034"),
        ("平成28年度", "fiscal-year/2016"),
        ("平成２８年度", "fiscal-year/2016"),
        ("2016年度", "fiscal-year/2016"),
        ("H28", "fiscal-year/2016"),
        ("ｈ２８", "fiscal-year/2016"),
        ("「軽トラ・ファーマーズ」", "measure/142034/2016/toshi-nogyo-sokushin/final/1"),
    ],
)
def test_what_people_type_finds_what_they_mean(client: FlaskClient, words: str, first: str) -> None:
    found = search(client, words)
    assert found["results"][0]["iri"].removeprefix("https://lod.example.org/id/") == first


def test_everything_that_a_release_says_in_words_is_searched(published: Settings) -> None:
    """Each property with texts is indexed or named here, so that a new one is decided on."""
    left_out = {
        OA.exact,
        SCHEMA.educationalLevel,
        SCHEMA.unitText,
        SCHEMA.softwareVersion,
        MPOL.sourceDigest,
        OWL.versionInfo,
    }
    numbers = {SCHEMA.value, MPOL.line, MPOL.column, MPOL.page, OA.start, OA.end, MPOL.goalNumber, MPOL.headcount}
    dates = {TIME.inXSDDate, MPOL.asOf, DCAT.startDate, DCAT.endDate, DCTERMS.issued, DCTERMS.modified, MPOL.startYear}
    dates.add(PROV.startedAtTime)
    live = release.current(published.var)
    assert live
    rows = live.open().query(
        "SELECT DISTINCT ?p { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(isLiteral(?o)) }"
    )
    assert isinstance(rows, QuerySolutions)
    stated = {row["p"] for row in rows}
    assert MPOL.plannedAction in stated
    ours = {term for term in stated if isinstance(term, NamedNode) and "/ns/shacl" not in term.value}
    assert ours - left_out - numbers - dates <= PROPERTIES.keys()


def test_the_index_finds_exactly_the_texts_that_contain_a_word(invented_site: Settings, other: FlaskClient) -> None:
    """Against a plain scan of every text, for words of one to five characters cut out of the texts themselves."""
    live = release.current(invented_site.var)
    assert live
    store = live.open()
    texts = [
        (subject.value, search_key(value.value))
        for predicate in PROPERTIES
        for subject, value in store.stating(predicate)
        if isinstance(subject, NamedNode) and isinstance(value, Literal)
    ]
    index = other.application.extensions[EXTENSION].live.current().index
    wanted = {
        key[at : at + length] for _, key in texts[::37] for at, length in ((0, 1), (1, 2), (2, 3), (0, 4), (3, 5))
    }
    with index.reading() as reading:
        for word in sorted(filter(None, wanted)):
            things = {thing for text in reading.texts([Word(word, (word,))]) for thing in index.of_text(text)}
            assert set(reading.iris(sorted(things)).values()) == {iri for iri, key in texts if word in key}, word


def test_all_words_must_be_there(client: FlaskClient) -> None:
    assert paths(search(client, "観光 七夕")) == ["outcome/142034/2016/kanko/final"]
    assert search(client, "観光 七夕 そんな語はない")["total"] == 0
    assert paths(search(client, "“観光の広域展開”")) == ["outcome/142034/2016/kanko/final"]
    assert search(client, "“広域展開 観光の”")["total"] == 0


def test_a_year_that_the_release_has_not_is_nobodys(client: FlaskClient) -> None:
    """It stood for "no year": codes, which belong to none, were found by any such year."""
    assert search(client, "園")["total"] > 0
    assert search(client, "園 平成30年度")["total"] == 0


def test_a_word_may_be_that_of_what_a_thing_belongs_to(other: FlaskClient) -> None:
    """霧ヶ浜市 and the year stand in no text of an initiative, but it is the city's and the year's."""
    found = search(other, "ツアー 霧ケ浜市 令和元年度")
    assert found["total"]
    for result in found["results"]:
        assert [city["name"] for city in result["city"]] == ["霧ヶ浜市"]
        assert any(year["iri"].endswith("/2019") for year in result["year"])
    assert paths(found) == paths(search(other, "ﾂｱｰ 霧ヶ浜市 H31"))
    assert search(other, "ツアー 霧ケ浜市 平成10年度")["total"] == 0


@pytest.mark.parametrize("words", ["ｻﾝｷﾞｮｳ", "さんぎょう", "サンギョウ", "さんぎょうしんこうぶ"])
def test_units_are_found_by_reading_where_it_is_known(other: FlaskClient, words: str) -> None:
    """The reading is that of an earlier name, which only identities.csv knows."""
    assert f"org/{KIRIGAHAMA}/sangyo-shinko-bu" in paths(search(other, words))


@pytest.mark.parametrize("words", ["ｹｲｻﾞｲｶﾝｺｳﾌﾞ", "けいざい かんこうぶ"])
def test_units_are_found_by_the_reading_in_the_data(other: FlaskClient, words: str) -> None:
    assert paths(search(other, words))[0] == f"org/{KIRIGAHAMA}/sangyo-shinko-bu"


def test_initiatives_and_reports_go_by_the_name_of_their_program(other: FlaskClient) -> None:
    found = search(other, "海辺の観光推進事業", kind="initiative")
    assert {path.rpartition("/")[2] for path in paths(found)} == {"umibe-kanko"}
    assert len(paths(found)) == 4


def test_years_have_one_meaning_in_every_spelling(other: FlaskClient) -> None:
    spelt = [paths(search(other, words)) for words in ("令和元年度", "平成31年度", "2019年度", "R1年度", "H31年度")]
    assert spelt[0][0] == "fiscal-year/2019"
    assert all(each == spelt[0] for each in spelt)


def test_facets_count_and_narrow(other: FlaskClient) -> None:
    found = search(other, "観光")
    kinds, years = counted(found, "kind"), counted(found, "year")
    assert sum(kinds.values()) == found["total"]
    for facet, values in (("kind", kinds), ("year", years), ("city", counted(found, "city"))):
        for value, count in values.items():
            narrowed = search(other, "観光", **{facet: value})
            assert narrowed["total"] == count
            assert counted(narrowed, facet) == values  # a choice leaves its own facet as it was
    both = search(other, "観光", kind="initiative", year="2018")
    assert 0 < both["total"] <= kinds["initiative"]
    assert all(result["kind"] == "initiative" for result in both["results"])
    department = next(iter(counted(found, "department")))
    assert department.startswith(f"{KIRIGAHAMA}/")
    assert all(
        any(unit["iri"].endswith(department) for unit in result["department"])
        for result in search(other, "観光", department=department)["results"]
    )


def test_a_person_belongs_to_every_year_of_office(other: FlaskClient) -> None:
    person = search(other, "村井 幸子", kind="person")["results"][0]
    assert {year["iri"][-4:] for year in person["year"]} == {"2017", "2018", "2019", "2020"}
    assert person["reading"] == "むらい さちこ"


def test_pages_divide_the_result(other: FlaskClient) -> None:
    first = search(other, "の")
    assert first["total"] > 20
    seen: list[str] = []
    for page in range(1, first["pages"] + 1):
        seen += [result["iri"] for result in search(other, "の", page=str(page))["results"]]
    assert len(seen) == len(set(seen)) == first["total"]
    assert other.get(f"/search?q=の&page={first['pages'] + 1}").status_code == 404
    assert first["next"].startswith("https://lod.example.org/search?")


@pytest.mark.parametrize("chosen", [{}, {"kind": "initiative"}, {"year": "2018", "city": KIRIGAHAMA}, {"kind": "code"}])
def test_a_search_is_the_same_as_sparql(other: FlaskClient, chosen: dict[str, str]) -> None:
    for words in ("観光", 'ツアー "霧ケ浜" H30', "市"):
        found = search(other, words, **chosen)
        rows = other.get("/sparql", query_string={"query": found["sparql"], "format": "json"}).get_json()
        iris = [row["thing"]["value"] for row in rows["results"]["bindings"]]
        assert len(iris) == found["total"]
        assert iris[:20] == [result["iri"] for result in found["results"]]
    assert other.get("/search?q=観光", headers={"Accept": "text/html"}).text.count("/sparql?query=PREFIX+text") == 1


def test_the_names_of_the_text_search_answer(client: FlaskClient) -> None:
    page = client.get("/text", headers={"Accept": "text/html"})
    assert all(f'id="{name}"' in page.text for name in ("matches", "search", "contains"))
    assert "text/turtle" in client.get("/text", headers={"Accept": "text/turtle"}).content_type


def test_the_snippet_marks_the_hit(client: FlaskClient) -> None:
    page = client.get("/search?q=七夕&lang=ja", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<mark>七夕</mark>や湘南平" in page.text
    assert '<a href="/doc/outcome/142034/2016/kanko/final?lang=ja"' in page.text
    result = search(client, "七夕")["results"][0]
    assert ["七夕", True] in result["marked"]
    assert result["property"] == MPOL.resultText.value


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_in_both_languages(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/search?q=観光&lang={lang}", headers={"Accept": "text/html"})
    assert page.headers["Content-Language"] == lang
    assert f'href="?q=%E8%A6%B3%E5%85%89&amp;lang={"en" if lang == "ja" else "ja"}"' in page.text
    assert ("Narrow down" if lang == "en" else "絞り込み") in page.text
    empty = client.get(f"/search?lang={lang}", headers={"Accept": "text/html"})
    assert ("How to search" if lang == "en" else "探し方") in empty.text
    assert "観光事業" in empty.text


def test_every_page_has_the_box(client: FlaskClient) -> None:
    for path in ("/", "/def", "/doc/policy/142034/2016/sangyo-shinko-bu", "/no-such-page"):
        page = client.get(path, headers={"Accept": "text/html"})
        assert re.search(r'<form[^>]* role="search"[^>]* action="/search"', page.text), path
        assert 'rel="search" type="application/opensearchdescription+xml"' in page.text


def test_csv_is_whole(other: FlaskClient) -> None:
    answer = other.get("/search?q=観光", headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == search(other, "観光")["total"]
    assert all(row["iri"].startswith("http") and row["kind"] and row["name"] for row in rows)
    assert any(row["city"] == "霧ヶ浜市" and row["year"] == "平成30年度" for row in rows)


def test_csv_for_excel_keeps_its_characters(other: FlaskClient) -> None:
    answer = other.get("/search?q=観光&format=csv-excel")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))) == search(other, "観光")["total"] + 1


def test_near_names_where_nothing_is_found(client: FlaskClient) -> None:
    page = client.get("/search?q=商店街のにぎわい創出事業&lang=ja", headers={"Accept": "text/html"})
    assert "もしかして" in page.text
    assert "商店街にぎわい創出事業</a>" in page.text
    both = client.get("/search?q=観光 未確認飛行物体&lang=ja", headers={"Accept": "text/html"})
    assert re.search(r"観光</a>\s*<span class=\"count\">6<", both.text)


@pytest.mark.parametrize(
    ("query", "status", "problem"),
    [
        ("q=" + "あ" * 201, 400, "search_characters"),
        ("q=" + "+".join("あいうえおかきくけ"), 400, "search_words"),
        ("q=観光&page=0", 400, "search_page"),
        ("q=観光&page=51", 400, "search_page"),
        ("q=観光&page=1e9", 400, "search_page"),
        ("q=観光&kind=nothing", 400, "search_facet"),
        ("q=観光&city=000000", 400, "search_facet"),
        ("q=観光&year=平成28", 400, "search_facet"),
        ("q=観光&department=../../etc", 400, "search_facet"),
        ("q=観光&format=ttl", 406, None),
        ("q=観光&page=2", 404, None),
    ],
)
def test_what_cannot_be_answered_is_said(client: FlaskClient, query: str, status: int, problem: str | None) -> None:
    answer = client.get(f"/search?{query}", headers={"Accept": "application/json"})
    assert answer.status_code == status
    if problem:
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["type"].endswith(f"/problem/{problem}")
        assert client.get(f"/problem/{problem}").status_code == 200


@pytest.mark.parametrize(
    "words", ['"', "*", "(", "NEAR(", "a AND", "観光*", "col:x", "-観光", "' OR 1=1", "\x00", "%", "\\"]
)
def test_no_text_is_taken_for_a_query_language(client: FlaskClient, words: str) -> None:
    found = search(client, words)
    assert found["total"] == 0 or search_key(words)


def test_nothing_to_search_for_is_no_error(client: FlaskClient) -> None:
    assert search(client, "")["total"] == 0
    assert search(client, "　")["results"] == []


def test_suggestions(client: FlaskClient, other: FlaskClient) -> None:
    answer = client.get("/search/suggest?q=とり")
    assert answer.content_type == "application/x-suggestions+json"
    typed, names, notes, addresses = answer.get_json()
    assert typed == "とり"
    assert names[0] == "鳥居"
    assert "とりい" in notes[0]
    assert addresses[0].startswith("https://lod.example.org/search?q=")
    assert "商店街にぎわい創出事業" in client.get("/search/suggest?q=商店街").get_json()[1]
    assert "商店街にぎわい創出事業" in client.get("/search/suggest?q=にぎわい").get_json()[1]
    assert client.get("/search/suggest?q=").get_json()[1] == []
    assert client.get("/search/suggest?q=" + "あ" * 201).status_code == 400
    names = other.get("/search/suggest?q=しょうこう").get_json()[1]
    assert "商工観光課" in names


def test_only_scripts_of_this_server_suggest(client: FlaskClient) -> None:
    policy = client.get("/search", headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
    assert policy.endswith("; script-src 'self'; connect-src 'self'")
    assert "script-src" not in client.get("/search?format=json").headers["Content-Security-Policy"]
    assert client.get("/static/search.js").status_code == 200


def test_browsers_learn_how_to_search(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.content_type == "application/opensearchdescription+xml"
    assert "https://lod.example.org/search?q={searchTerms}" in answer.text


def test_the_same_release_gives_the_same_index(tmp_path: Path, published: Settings, root: Path) -> None:
    again = build_sample(tmp_path, root)
    first, second = release.current(published.var), release.current(again.var)
    assert first
    assert second
    for name in (layout.WORDS, layout.COLUMNS):
        one, two = first.path / layout.FOLDER / name, second.path / layout.FOLDER / name
        assert one.read_bytes() == two.read_bytes()
        assert one.stat().st_size


def test_what_is_withdrawn_is_not_found(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    city = tmp_path / "data" / "hiratsuka"
    app = create_app(settings)
    try:
        client = app.test_client()
        assert search(client, "鳥居")["total"] == 1
        (city / "withdrawals.toml").write_text(
            '[[withdrawal]]\nthing = "id/person/142034/p0002"\nreason = "本人の求め"\nwithdrawn = 2026-11-01\n',
            encoding="utf-8",
        )
        assert release.build(settings, [municipality.load(city)]).id
        for words in ("鳥居", "とりい", "トリイ"):
            assert search(client, words)["results"] == []
        assert client.get("/search/suggest?q=とりい").get_json()[1] == []
    finally:
        app.extensions[EXTENSION].pool.close()


def test_a_release_without_an_index_says_so(tmp_path: Path, root: Path) -> None:
    settings = build_sample(tmp_path, root)
    live = release.current(settings.var)
    assert live
    for path in (live.path / layout.FOLDER).iterdir():
        path.unlink()
    (live.path / layout.FOLDER).rmdir()
    app = create_app(settings)
    try:
        answer = app.test_client().get("/search?q=観光", headers={"Accept": "application/json"})
        assert answer.status_code == 503
        assert json.loads(answer.text)["type"].endswith("/problem/search_missing")
    finally:
        app.extensions[EXTENSION].pool.close()

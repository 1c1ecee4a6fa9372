"""Search without a server: in the browser it finds what the server finds, from http, a sub-path and from a disk."""

from __future__ import annotations

import random
import re
import shutil
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Route, expect
from pyoxigraph import Literal

from lod import release
from lod.config import Settings
from lod.querying.words import WordsError, words_of
from lod.search.layout import PROPERTIES
from lod.site import export
from lod.site.search import search_files
from lod.site.search.numbers import LIMIT, encoded, numbers
from lod.text.folding import search_key
from lod.web import create_app
from lod.web.responses import POLICY_OF_FILES
from lod.web.site import EXTENSION
from tests.browser.hosting import hosted
from tests.browser.looking import assert_accessible, assert_fits
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SCRIPTS = ROOT / "lod" / "web" / "static" / "offline"
LANGUAGES = ("ja", "en")
TYPED = (
    "平成28年度 2016年度 H28 ｈ２８ FY2016 2016 2016年 平成二十八年度 平成三十年 H31 R1 令和元年度 昭和 観光 ｶﾝｺｳ 鳥 "
    "とりい ﾄﾘｲ の 1 % ( 142034 hiratsuka ＨＩＲＡＴＳＵＫＡ 霧ケ浜市 霧ヶ浜市 観光事業 商店街にぎわい創出事業 ① 園 "
    "軽トラ・ファーマーズ"
)
PHRASES = (
    *(
        "観光 七夕",
        "ツアー 霧ケ浜市 令和元年度",
        '"観光の広域展開"',
        "“広域展開 観光の”",
        "園 平成30年度",
        "産業 2017",
        "　",
    ),
    "<b>観光</b>",
)


def served_index(settings: Settings, folder: Path) -> Path:
    """The files of the index of a site's live release, with the scripts that read them and an empty page."""
    live = release.current(settings.var)
    assert live
    for name, body in search_files(settings, live):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    scripts = (SCRIPTS / "search-text.js", SCRIPTS / "search-index.js", Path(__file__).with_name("finding.js"))
    for path in scripts:
        shutil.copy(path, folder)
    tags = "".join(f'<script src="{path.name}"></script>' for path in scripts)
    (folder / "index.html").write_text(f'<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,">{tags}')
    return folder


@pytest.fixture(scope="module")
def tables(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hosted(served_index(published, tmp_path_factory.mktemp("index"))) as address:
        yield address


def queries(settings: Settings, count: int) -> list[str]:
    """Words cut out of what the release says, one or two together, some with a year."""
    live = release.current(settings.var)
    assert live
    store, chance = live.open(), random.Random(7)  # noqa: S311  the same ones each time
    texts = [value.value for term in PROPERTIES for _, value in store.stating(term) if isinstance(value, Literal)]
    found = [*TYPED.split(), *PHRASES]
    for _ in range(count):
        words = []
        for length in chance.choice(((1,), (2,), (2,), (3,), (4,), (7,), (12,), (2, 2), (4, 1), (1, 1, 2))):
            text = chance.choice(texts)
            at = chance.randrange(max(1, len(text) - length + 1))
            words.append(text[at : at + length])
        found.append(" ".join([*words, *chance.choice(([], [], [], ["H29"], ["2016年度"]))]))
    return found


def told(client: FlaskClient, query: str, lang: str) -> dict[str, Any]:
    """What the server finds, in the form of `_FIND`."""
    found = client.get("/search?" + urlencode({"q": query, "format": "json", "lang": lang})).get_json()
    keys = ("iri", "kind", "name", "reading", "property", "text", "marked")
    names = ("city", "year", "department", "section")
    return {
        "words": found["words"],
        "total": found["total"],
        "facets": {
            name: [[choice["value"], choice["name"], choice["count"]] for choice in choices]
            for name, choices in found["facets"].items()
            if found["words"]
        },
        "hits": [
            {key: hit[key] for key in keys} | {"contexts": {name: [one["name"] for one in hit[name]] for name in names}}
            for hit in found["results"]
        ],
    }


@pytest.mark.parametrize("which", ["published", "invented_site"])
def test_it_finds_what_the_server_finds(page: Page, request: pytest.FixtureRequest, tmp_path: Path, which: str) -> None:
    """The same things in the same order, with the same names, texts, marks and counts."""
    settings: Settings = request.getfixturevalue(which)
    app = create_app(settings)
    asked = queries(settings, 80)
    with hosted(served_index(settings, tmp_path)) as address:
        page.goto(address)
        page.evaluate("openIndex()")
        for lang in LANGUAGES:
            some = asked[LANGUAGES.index(lang) :: 2]
            ours = page.evaluate("findAll", [some, lang])
            for query, found in zip(some, ours, strict=True):
                assert found == told(app.test_client(), query, lang), query
    app.extensions[EXTENSION].pool.close()


def test_it_narrows_down_and_suggests_as_the_server_does(page: Page, published: Settings, tables: str) -> None:
    app = create_app(published)
    client = app.test_client()
    page.goto(tables)
    page.evaluate("openIndex()")
    chosen: dict[str, str]
    for chosen in (
        {"kind": "initiative"},
        {"department": "142034/sangyo-shinko-bu", "year": "2016"},
        {"kind": "goal", "city": "142034"},
        {"kind": "person", "section": "142034/shogyo-kanko-ka"},
    ):
        answer = client.get("/search?" + urlencode({"q": "観光", "format": "json", **chosen})).get_json()
        counts = {name: [one["count"] for one in all_ if one["count"]] for name, all_ in answer["facets"].items()}
        assert page.evaluate("narrowed", ["観光", chosen]) == [answer["total"], counts], chosen
    for text in ("とり", "商", "観光", "にぎわい", "産業", "H28", "平成", "１４２", "a", "そんな名はない"):
        suggested = client.get("/search/suggest?" + urlencode({"q": text, "lang": "ja"})).get_json()[1]
        assert page.evaluate("suggestedNames", text) == suggested, text
    app.extensions[EXTENSION].pool.close()


# The text that becomes a key: by tables from Python, so that nothing is written twice

_CASED = "ßẞİıſſŸÆŒǅΣςﬁﬀ"
_LETTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from('ァヵヶ゛゜がｶﾞｶﾞ\u3099\u309aー－〜~ｰ—①㍻㈱髙﨑神鄕國,　 \u200b\ufe00e\u0301ABｚ"”“%_'),
    st.sampled_from("元年度令和平成昭和一二十RHSrhs0128２８"),
    st.sampled_from(_CASED),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(st.text(_LETTERS, max_size=12), min_size=40, max_size=60))
def test_keys_words_and_marks_are_those_of_python(page: Page, tables: str, texts: list[str]) -> None:
    """Unassigned characters of this Python's Unicode too, whatever the browser knows."""
    if "index.html" not in page.url and page.url.rstrip("/") != tables:
        page.goto(tables)
        page.evaluate("openIndex()")
    found = page.evaluate("keysAndWords", texts)
    for text, (key, words) in zip(texts, found, strict=True):
        assert key == search_key(text), [f"{letter} {ord(letter):04x}" for letter in text]
        assert words == _words(text)


def _words(text: str) -> object:
    try:
        return [[word.text, list(word.keys), word.year] for word in words_of(text)]
    except WordsError as error:
        return error.name


def test_every_character_and_every_year_gives_the_same_key(page: Page, tables: str) -> None:
    page.goto(tables)
    page.evaluate("openIndex()")
    letters = [chr(code) for code in range(0x20, 0x20000) if unicodedata.category(chr(code)) != "Cs"]
    keys = page.evaluate("(letters) => letters.map((letter) => index.texts.key(letter))", letters)
    assert [(a, k, search_key(a)) for a, k in zip(letters, keys, strict=True) if k != search_key(a)] == []
    kanji = [
        "元",
        *"一二三四五六七八九十",
        "十一",
        "二十八",
        "三十",
        "十十",
        "一一",
        "九十九",
        "0",
        "00",
        "1",
        "07",
        "64",
        "99",
    ]
    typed = [
        f"{era}{n}{unit}" for era in ("令和", "平成", "昭和", "r", "H") for n in kanji for unit in ("", "年", "年度")
    ]
    typed += [
        f"{fy}{year}{unit}" for fy in ("", "FY") for year in (1900, 1926, 2016, 2100, 2101) for unit in ("", "年度")
    ]
    found = page.evaluate(
        "(all) => all.map((t) => window.index.texts.words(t).map((w) => [w.text, w.keys, w.year]))", typed
    )
    assert found == [_words(text) for text in typed]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.integers(0, LIMIT - 1) | st.integers(0, 3_000), max_size=200))
def test_numbers_come_back_as_they_were(page: Page, tables: str, values: list[int]) -> None:
    if page.url.rstrip("/") != tables:
        page.goto(tables)
    assert page.evaluate("(text) => lodSite.numbers(text)", encoded(numbers(values))) == values


# The page


@pytest.fixture(scope="module")
def exported(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hosted")
    export(published, folder / "city" / "policy")
    return folder


@pytest.fixture(scope="module")
def host(exported: Path) -> Iterator[str]:
    """The address of the site below a path of its host."""
    with hosted(exported) as address:
        yield f"{address}/city/policy"


def test_every_page_says_its_policy(exported: Path) -> None:
    """Whatever the page is about: a page of a policy has a variable of that name too."""
    found = set()
    for path in exported.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for policy in re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text):
            assert unescape(policy).startswith(POLICY_OF_FILES), path
            found.add(unescape(policy).removeprefix(POLICY_OF_FILES))
    assert found >= {"", "; script-src 'self'"}


def test_the_keyboard_is_enough(page: Page, host: str) -> None:
    """From the box of any page to a result, narrowed, and on to the thing."""
    page.goto(f"{host}/index.html")
    page.get_by_role("searchbox").first.focus()
    page.keyboard.type("観光")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\.html\?q=.*"))
    expect(page.locator(".hits > li")).to_have_count(6)
    expect(page.locator(".hits mark").first).to_have_text("観光")
    expect(page.get_by_role("status").first).to_have_text("6件")
    expect(page).to_have_title(re.compile("「観光」の検索結果"))
    page.get_by_role("link", name="年度の取組").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".hits > li")).to_have_count(1)
    expect(page.locator("[aria-current=true]")).to_contain_text("年度の取組")
    page.locator(".hits a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/city/policy/doc/initiative/142034/2016/kanko\.html"))
    expect(page.locator("h1")).to_contain_text("観光")


def test_names_are_suggested_while_one_types(page: Page, host: str) -> None:
    page.goto(f"{host}/search.html")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("とり")
    expect(page.locator("#names option").first).to_have_attribute("value", "鳥居")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(page.locator("#names option")).to_have_count(0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everybody_can_use_it(page: Page, host: str, lang: str) -> None:
    name = "search.html" if lang == "ja" else "search.en.html"
    for query in ("", "?q=" + quote("観光"), "?q=" + quote("そんな語はない 観光")):
        page.goto(f"{host}/{name}{query}")
        if query:
            expect(page.locator("#count")).to_be_visible()
        assert_accessible(page)
        assert_fits(page, 320)
    page.goto(f"{host}/{name}?q={quote('取組')}")
    for link in page.locator(".hits a").evaluate_all("links => links.map((link) => link.href)"):
        assert page.request.get(link).status == 200
        assert (".en.html" in link) == (lang == "en")


def test_pages_turn_and_rows_are_saved(page: Page, host: str) -> None:
    page.goto(f"{host}/search.html?q={quote('の')}")
    total = int(re.sub(r"[^0-9]", "", page.locator("#count").inner_text().partition("件")[0]))
    assert total > 20
    page.get_by_role("link", name="次へ").click()
    expect(page.locator(".hits")).to_have_attribute("start", "21")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert rows[0] == "iri,kind,name,reading,property,text,city,year,department,section"
    assert len(rows) - 1 >= total


def test_what_a_stranger_types_stays_text(page: Page, host: str) -> None:
    hostile = '<img src=x onerror="document.title=1"><b>観光</b> {query}'
    page.goto(f"{host}/search.html?q={quote(hostile)}")
    expect(page.locator("#count")).to_contain_text("<img src=x")
    assert page.locator("main img, main b").count() == 0
    page.goto(f"{host}/search.html?q={quote('観' * 5_000)}")
    expect(page.get_by_role("alert")).to_contain_text("200 文字まで")
    page.goto(f"{host}/search.html?q={quote(' '.join(map(str, range(100, 120))))}")
    expect(page.get_by_role("alert")).to_contain_text("8 語まで")
    page.goto(f"{host}/search.html?q={quote('観光')}&kind=nonsense&page=-3")
    expect(page.get_by_role("alert")).to_contain_text("nonsense")
    page.goto(f"{host}/search.html?q={quote('観光')}&page=999")
    expect(page.locator(".hits > li")).to_have_count(6)


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_file_is_named(browser: Browser, exported: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "site"
    shutil.copytree(exported / "city" / "policy", folder, ignore=shutil.ignore_patterns("doc", "dump", "graph", "id"))
    for path in (folder / "search-index" / "pairs").glob("*.js"):
        path.unlink() if damage == "gone" else path.write_bytes(path.read_bytes()[:-9])
    page = browser.new_page(locale="ja-JP")
    with hosted(folder) as address:
        page.goto(f"{address}/search.html?q={quote('観光')}")
        expect(page.get_by_role("alert")).to_contain_text(re.compile(r"索引のファイル pairs/\d+\.js が読み込めない"))
        expect(page.get_by_role("link", name="もう一度検索する")).to_be_visible()
    page.close()


def test_files_of_two_releases_are_never_mixed(browser: Browser, exported: Path, tmp_path: Path) -> None:
    """The first file comes from a cache, the others from a release that has replaced it: all is asked for again."""
    folder = tmp_path / "site"
    shutil.copytree(exported / "city" / "policy", folder, ignore=shutil.ignore_patterns("doc", "dump", "graph", "id"))
    start = folder / "search-index" / "start.js"
    today = start.read_text(encoding="utf-8")
    earlier = re.sub(r'"stamps":\["[0-9a-f]{8}"', '"stamps":["00000000"', today)
    assert earlier != today
    page = browser.new_page(locale="ja-JP")
    asked: list[str] = []

    def cached(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=earlier if len(asked) == 1 else today, content_type="text/javascript")

    page.route("**/start.js*", cached)
    with hosted(folder) as address:
        page.goto(f"{address}/search.html?q={quote('観光')}")
        expect(page.locator(".hits > li")).to_have_count(6)
        assert len(asked) == 2
        start.write_text(earlier, encoding="utf-8")
        page.unroute("**/start.js*")
        page.goto(f"{address}/search.html?q={quote('観光')}")
        expect(page.get_by_role("alert")).to_contain_text("読み込めない")
        expect(page.locator(".hits")).to_have_count(0)
    page.close()


def test_it_works_from_a_disk(browser: Browser, exported: Path) -> None:
    """No server, no host: a folder on a USB stick."""
    page = browser.new_page(locale="ja-JP")
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((exported / "city" / "policy" / "search.html").as_uri())
    page.get_by_role("combobox").fill("商店街 H28")
    page.keyboard.press("Enter")
    expect(page.locator(".hits mark").first).to_have_text("商店街")
    page.locator(".hits a").first.click()
    expect(page).to_have_url(re.compile(r"file:///.*/doc/program/142034/shotengai-nigiwai-soshutsu\.html"))
    assert faults == []
    page.close()


def test_without_scripts_it_says_so_and_offers_lists(plain_page: Page, host: str) -> None:
    plain_page.goto(f"{host}/search.html")
    expect(plain_page.locator("#needs-scripts")).to_contain_text("スクリプトが使えないとき")
    plain_page.locator("#all").get_by_role("link", name="産業振興部").click()
    expect(plain_page.locator("h1")).to_contain_text("産業振興部")
    plain_page.goto(f"{host}/search.html")
    assert_accessible(plain_page)

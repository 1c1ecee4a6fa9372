"""The query page in a real browser: as a plain form, and with its editor; nothing is asked of another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from lod.config import Settings
from lod.mapping import example_queries
from lod.web import create_app
from tests.browser.looking import assert_accessible, assert_fits
from tests.browser.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
EXAMPLES = {example.key: example for example in example_queries()}
WRONG = "PREFIX mpol: <https://w3id.org/mupol/def#>\nSELECT ?a WHERE {\n  ?a mpol:hasGoal　?b }"
HARD = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def years(invented_site: Settings) -> Iterator[str]:
    """A server with several years and editions."""
    with served(create_app(invented_site)) as address:
        yield address


def address(site: str, query: str, **others: str) -> str:
    return f"{site}/sparql?{urlencode({'query': query, 'format': 'html', **others})}"


def editor(page: Page, text: str | None = None) -> None:
    """Puts the cursor into the editor; `text` takes the place of what is there."""
    page.locator(".CodeMirror-lines").click()
    if text is not None:
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.insert_text(text)


def written(page: Page) -> str:
    found: str = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    return found


STATES = {
    "form": lambda site: f"{site}/sparql",
    "example": lambda site: f"{site}/sparql?example=programs-per-section",
    "result": lambda site: address(site, EXAMPLES["quantities-reported"].text),
    "graph": lambda site: address(site, EXAMPLES["as-schema-org"].text),
    "ask": lambda site: address(site, "ASK {}"),
    "nothing": lambda site: address(site, "SELECT * { <urn:x> ?p ?o }"),
    "problem": lambda site: address(site, WRONG),
}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("state", STATES)
def test_everybody_can_use_it_in_every_state(page: Page, plain_page: Page, site: str, state: str, lang: str) -> None:
    for one in (page, plain_page):
        found = STATES[state](site)
        one.goto(f"{found}{'&' if '?' in found else '?'}lang={lang}")
        if one is page:
            expect(one.locator(".yasqe")).to_be_visible()
        one.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert_accessible(one)
        for width in (1280, 320):
            assert_fits(one, width)


def test_lines_over_the_years(page: Page, years: str) -> None:
    page.goto(address(years, EXAMPLES["staff-over-years"].text))
    expect(page.locator(".lines polyline")).to_have_count(8)
    expect(page.locator(".times span")).to_have_text(["2017", "2018", "2019", "2020"])
    expect(page.locator(".legend-lines")).to_contain_text("2017: 12, 2018: 13, 2019: 13, 2020: 14")
    assert_accessible(page)


def test_the_plain_form_does_everything_without_scripts(plain_page: Page, site: str) -> None:
    """Choose an example, change it, run it, follow a link, save a file."""
    page = plain_page
    page.goto(f"{site}/sparql")
    page.get_by_text("条件と集計").click()
    page.get_by_role("link", name="数量の状態ごとの集計").click()
    box = page.get_by_label("検索文")
    expect(box).to_have_value(EXAMPLES["quantities-by-status"].text)
    box.fill(box.input_value().replace("ORDER BY", "HAVING (COUNT(?measure) = 2)\nORDER BY"))
    page.get_by_role("button", name="検索する").click()
    expect(page.locator(".results tbody tr")).to_have_count(2)
    expect(page.get_by_label("検索文")).to_have_value(re.compile("HAVING"))
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV (Excel)").click()
    assert saved.value.suggested_filename == "result.csv"
    page.get_by_label("検索文").fill("SELECT ?s { ?s a <http://www.w3.org/ns/org#FormalOrganization> }")
    page.get_by_role("button", name="検索する").click()
    page.locator(".results").get_by_role("link", name="id/org/142034").click()
    expect(page.locator("h1")).to_contain_text("平塚市")


def test_a_mistake_is_shown_beside_the_query_without_scripts(plain_page: Page, site: str) -> None:
    answer = plain_page.goto(address(site, WRONG))
    assert answer
    assert answer.status == 400
    expect(plain_page.get_by_label("検索文")).to_have_value(WRONG)
    expect(plain_page.locator(".problem")).to_contain_text("全角")
    expect(plain_page.locator(".problem pre")).to_contain_text("?a mpol:hasGoal　?b }")


def test_a_query_runs_without_a_reload_and_has_a_link(page: Page, site: str) -> None:
    page.goto(f"{site}/sparql")
    page.evaluate("window.before = true")
    editor(page, "SELECT (15 AS ?n) {}")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".results td")).to_have_text("15")
    expect(page.locator("#results")).to_be_focused()
    assert page.evaluate("window.before") is True
    assert page.url == address(site, "SELECT (15 AS ?n) {}")
    assert page.locator("#share").evaluate("link => link.href") == page.url
    page.reload()
    expect(page.locator(".results td")).to_have_text("15")
    page.go_back()
    expect(page.locator(".results")).to_have_count(0)


def test_a_long_query_runs_too(page: Page, site: str) -> None:
    page.goto(f"{site}/sparql")
    editor(page, "SELECT ?n { VALUES ?n { " + " ".join(map(str, range(4000))) + " } } LIMIT 3")
    page.get_by_role("button", name="検索する").click()
    expect(page.locator(".results tbody tr")).to_have_count(3)
    assert page.url == f"{site}/sparql"
    expect(page.locator(".elsewhere")).to_contain_text("リンクにはできません")


def test_a_mistake_is_marked_in_its_line_and_goes_when_it_is_mended(page: Page, site: str) -> None:
    page.goto(f"{site}/sparql")
    editor(page, WRONG)
    page.get_by_role("button", name="検索する").click()
    expect(page.locator("#told")).to_be_focused()
    marked = page.locator(".CodeMirror-lines :has(> .wrong)")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("?a mpol:hasGoal　?b }")
    page.get_by_role("link", name="誤りの場所へ").click()
    assert page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getCursor().line") == 2
    page.keyboard.press("Delete")
    page.keyboard.insert_text(" ")
    expect(page.locator(".wrong")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".results tbody tr")).to_have_count(5)


@pytest.mark.parametrize(
    ("typed", "picked"),
    [
        ("a 年度目標", "mpol:Goal"),
        ("a mpol:Goa", "mpol:Goal"),
        ("headcou", "mpol:headcount"),
        ("職員数", "mpol:headcount"),
    ],
)
def test_terms_are_completed_by_name_and_by_japanese_label(page: Page, site: str, typed: str, picked: str) -> None:
    page.goto(f"{site}/sparql")
    page.wait_for_load_state("networkidle")
    editor(page, "SELECT * { ?s ")
    page.keyboard.type(typed)
    first = page.locator(".CodeMirror-hint").first
    expect(first).to_contain_text(picked)
    assert_accessible(page)
    page.keyboard.press("Enter")
    assert written(page).endswith(f"SELECT * {{ ?s {'a ' if typed.startswith('a ') else ''}{picked}")
    assert written(page).startswith("PREFIX mpol: <https://w3id.org/mupol/def#>\n")


def test_the_editor_offers_no_terms_in_texts_and_comments(page: Page, site: str) -> None:
    page.goto(f"{site}/sparql")
    page.wait_for_load_state("networkidle")
    editor(page, "SELECT * { ?s ?p ")
    page.keyboard.type('"目標')
    page.wait_for_timeout(300)
    expect(page.locator(".CodeMirror-hint")).to_have_count(0)
    assert written(page) == 'SELECT * { ?s ?p "目標'


def test_the_keyboard_gets_into_the_editor_and_out_again(page: Page, site: str) -> None:
    page.goto(f"{site}/sparql")
    editor(page)
    page.keyboard.press("Tab")
    expect(page.locator("#format")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".CodeMirror-focused")).to_be_visible()


def test_an_example_comes_into_the_editor(page: Page, site: str) -> None:
    page.goto(f"{site}/sparql?lang=en")
    page.get_by_text("Conditions and counts").click()
    page.get_by_role("link", name="Programs per section").click()
    expect(page.locator("#about")).to_contain_text("How many programs each section is in charge of.")
    assert written(page) == EXAMPLES["programs-per-section"].text
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".results tbody tr")).to_have_count(3)
    expect(page.locator(".bars > div")).to_have_count(3)


def test_a_running_query_can_be_stopped(page: Page, site: str) -> None:
    page.goto(f"{site}/sparql")
    editor(page, HARD)
    page.get_by_role("button", name="検索する").click()
    page.get_by_role("button", name="中止する").click()
    expect(page.get_by_role("button", name="検索する")).to_be_visible()
    expect(page.locator("#outcome section")).to_have_count(0)


def test_a_file_is_saved_from_the_editor(page: Page, site: str) -> None:
    page.goto(f"{site}/sparql")
    editor(page, 'SELECT ("=1" AS ?a) {}')
    page.get_by_label("受け取る形式").select_option("csv-excel")
    with page.expect_download() as saved:
        page.get_by_role("button", name="検索する").click()
    assert Path(saved.value.path()).read_bytes() == b"\xef\xbb\xbfa\r\n'=1\r\n"


def test_it_prints_query_and_result(page: Page, site: str) -> None:
    page.goto(address(site, EXAMPLES["quantities-reported"].text))
    expect(page.locator(".yasqe")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".results")).to_be_visible()
    expect(page.locator(".examples")).to_be_hidden()
    expect(page.locator("#run")).to_be_hidden()
    assert page.evaluate(
        "(e => e.scrollHeight <= e.clientHeight + 60)(document.querySelector('.CodeMirror-scroll'))"
    ), "the query is cut off"

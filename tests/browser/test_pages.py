"""Pages in a real browser: usable by everybody, and nothing is cut off on a small phone or at 400 % zoom."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
POLICY = "/doc/policy/142034/2016/sangyo-shinko-bu"
PAGES = (
    "/",
    POLICY,
    "/doc/source/142034/2016/sangyo-shinko-bu/final",
    "/doc/org/142034",
    "/doc/measure/142034/2016/kigyo-ricchi-to-sokushin/final/1",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205&format=html",
    "/def",
    "/code/measure-statuses",
    "/shapes",
    "/catalog",
    "/dataset/all",
    "/dataset/142034/dept-policy/2016",
    "/service/sparql",
    "/void",
    "/releases",
    "/releases/current",
    "/releases/current/tables",
    "/search",
    "/text",
    "/search?q=%E8%A6%B3%E5%85%89%20H28",
    "/search?q=%E5%95%86%E5%BA%97%E8%A1%97%E3%81%AE%E3%81%AB%E3%81%8E%E3%82%8F%E3%81%84%E5%89%B5%E5%87%BA",
    "/graph/142034/2016/sangyo-shinko-bu/final",
    "/doc/policy/142034/2016/no-such-thing",
)
_ABOVE = """document.querySelector("rt").getBoundingClientRect().top
  < document.querySelector("ruby").getBoundingClientRect().bottom - 16"""
_SIDE_BY_SIDE = """[...document.querySelectorAll(".program")].every(one =>
  one.querySelector(".plan").getBoundingClientRect().right
    <= one.querySelector(".report").getBoundingClientRect().left + 2)"""


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_it(page: Page, site: str, path: str, lang: str) -> None:
    page.goto(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")
    expect(page).to_have_title(re.compile("."))
    expect(page.locator("html")).to_have_attribute("lang", lang)
    assert_accessible(page)
    for width in (1280, 768, 320):
        assert_fits(page, width)


def test_the_style_is_applied_and_furigana_stand_above(page: Page, site: str) -> None:
    page.goto(site + POLICY)
    expect(page.locator(".masthead")).to_have_css("background-color", "rgb(31, 63, 102)")
    assert page.evaluate(_ABOVE) is True
    assert page.evaluate(_SIDE_BY_SIDE) is True


def test_the_keyboard_reaches_the_content_first(page: Page, site: str) -> None:
    page.goto(site + POLICY)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    expect(page.locator(":focus")).to_be_in_viewport()


def test_a_place_leads_to_its_line(page: Page, site: str) -> None:
    page.goto(site + POLICY)
    page.locator(".quantity .place").last.click()
    expect(page.locator(":target")).to_contain_text("軽トラ・ファーマーズ")
    expect(page.locator(":target")).to_be_in_viewport()

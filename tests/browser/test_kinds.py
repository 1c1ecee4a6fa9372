"""Every kind of page about things, over several years: everybody can use it; values and their places; print."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from lod.config import Settings
from lod.web import create_app
from tests.browser.looking import assert_accessible, assert_fits
from tests.browser.serving import served
from tests.integration.test_web_years import COMPARED, KINDS, POLICY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PLACE = "/doc/place/991015/2018/sangyo-shinko-bu/final/2-12-title"
PATHS = {"portal": "/", "comparison": COMPARED, "city comparison": "/compare/991015/2019", "place": PLACE, **KINDS}


@pytest.fixture(scope="module")
def years(invented_site: Settings) -> Iterator[str]:
    """The address of a server with the invented municipalities."""
    with served(create_app(invented_site)) as address:
        yield address


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_everybody_can_use_every_kind(page: Page, years: str, path: str) -> None:
    for lang in ("ja", "en"):
        page.goto(f"{years}{path}?lang={lang}")
        expect(page.locator("html")).to_have_attribute("lang", lang)
        expect(page.locator("h1")).to_have_count(1)
        assert_accessible(page)
        assert_fits(page, 320)


def test_from_a_value_to_its_place_and_back_without_scripts(plain_page: Page, years: str) -> None:
    plain_page.goto(years + POLICY)
    plain_page.locator("#program-sogyo-shien .report .quantity .place").last.click()
    expect(plain_page).to_have_url(re.compile(r"/doc/source/991015/2018/sangyo-shinko-bu/final.*#p\d+-\d+$"))
    target = plain_page.locator(":target")
    expect(target).to_have_text("補助金11件を交付")
    expect(target).to_be_in_viewport()
    target.locator("a").click()
    expect(plain_page.locator("h1")).to_have_text("補助金 11件")


def test_years_are_switched_and_compared_without_scripts(plain_page: Page, years: str) -> None:
    plain_page.goto(years + POLICY)
    plain_page.get_by_role("link", name="令和元年度").click()
    expect(plain_page.locator("h1")).to_have_text("経済観光部の基本方針（令和元年度）")
    expect(plain_page.locator(".switcher [aria-current]")).to_have_text("令和元年度")
    plain_page.get_by_role("link", name="前年度（平成30年度）と比べる").click()
    expect(plain_page.locator(".versus")).to_contain_text("平成30年度（2018） → 令和元年度（2019）")


def test_print_gives_the_familiar_form_on_two_pages(page: Page, years: str, site: str) -> None:
    for address in (years + POLICY, site + "/doc/policy/142034/2016/sangyo-shinko-bu"):
        page.goto(address)
        page.emulate_media(media="print")
        paper = page.pdf(prefer_css_page_size=True, print_background=False)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
        expect(page.locator(".masthead")).to_be_hidden()
        expect(page.locator(".place").first).to_be_hidden()
        first, second = page.locator(".node").nth(1), page.locator(".node").nth(2)
        assert first.locator("p").first.bounding_box()["x"] == second.locator("p").first.bounding_box()["x"]  # type: ignore[index]
        page.emulate_media(media="screen")


def test_colours_chosen_by_the_reader_keep_states_apart(page: Page, years: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(years + POLICY)
    expect(page.locator(".switcher [aria-current]")).to_have_css("border-top-width", "2px")
    page.goto(f"{years}/doc/program/991015/sogyo-shien")
    expect(page.locator(".bar").first).to_have_css("fill", "rgb(0, 0, 0)")
    page.emulate_media(forced_colors="none")

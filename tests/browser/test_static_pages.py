"""Exported pages below a path of a plain host: usable by everybody, in both languages, with nothing missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, expect

from lod.config import Settings
from lod.site import export
from tests.browser.hosting import hosted
from tests.browser.looking import assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
POLICY = "doc/policy/142034/2016/sangyo-shinko-bu"
PAGES = (
    "index",
    POLICY,
    "doc/source/142034/2016/sangyo-shinko-bu/final",
    "doc/org/142034",
    "doc/program/142034/kanko",
    "catalog",
    "def",
    "releases",
    "changes",
)


@pytest.fixture(scope="module")
def site(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, below /lod."""
    root = tmp_path_factory.mktemp("static")
    export(published, root / "lod", suffixes=frozenset({"ttl"}))
    with hosted(root) as address:
        yield f"{address}/lod"


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_it_and_nothing_is_missing(page: Page, site: str, path: str) -> None:
    missing: list[str] = []

    def answered(response: Response) -> None:
        if response.status >= 400 or not response.url.startswith(site):
            missing.append(response.url)

    page.on("response", answered)
    for lang, name in (("ja", f"{path}.html"), ("en", f"{path}.en.html")):
        page.goto(f"{site}/{name}")
        expect(page.locator("html")).to_have_attribute("lang", lang)
        expect(page.locator(".masthead")).to_have_css("background-color", "rgb(31, 63, 102)")
        assert_accessible(page)
        for width in (1280, 320):
            assert_fits(page, width)
    assert missing == []


def test_from_the_first_page_to_a_value_and_its_place_without_scripts(plain_page: Page, site: str) -> None:
    plain_page.goto(f"{site}/index.html")
    plain_page.locator(f'a[href$="{POLICY}.html"]').first.click()
    expect(plain_page.locator("h1")).to_have_text("産業振興部の基本方針（平成28年度）")
    plain_page.locator(".report .quantity .place").first.click()
    expect(plain_page.locator(":target")).to_be_in_viewport()
    plain_page.get_by_role("link", name="English").click()
    expect(plain_page.locator("html")).to_have_attribute("lang", "en")

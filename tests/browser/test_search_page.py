"""Searching in a real browser: by keyboard, with suggestions, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_keyboard_is_enough(page: Page, site: str) -> None:
    """From the box of any page to a result, narrowed, and on to the thing."""
    page.goto(f"{site}/?lang=ja")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("観光")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=.*&lang=ja"))
    expect(page.locator(".hits > li")).to_have_count(6)
    expect(page.locator(".hits mark").first).to_have_text("観光")
    page.get_by_role("link", name="年度の取組").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".hits > li")).to_have_count(1)
    expect(page.locator("[aria-current=true]")).to_contain_text("年度の取組")
    page.locator(".hits a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/doc/initiative/142034/2016/kanko"))


def test_names_are_suggested_while_one_types(page: Page, site: str) -> None:
    page.goto(f"{site}/search?lang=ja")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("とり")
    expect(page.locator("#names option").first).to_have_attribute("value", "鳥居")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(page.locator("#names option")).to_have_count(0)
    page.keyboard.type("にぎわい")
    expect(page.locator("#names option[value=商店街にぎわい創出事業]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".hits > li").first).to_contain_text("商店街にぎわい創出事業")


def test_it_works_without_scripts(plain_page: Page, site: str) -> None:
    plain_page.goto(f"{site}/search?lang=en")
    plain_page.get_by_role("combobox").fill("融資")
    plain_page.get_by_role("button", name="Search").click()
    expect(plain_page.locator(".hits mark").first).to_have_text("融資")

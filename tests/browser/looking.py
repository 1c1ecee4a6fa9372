"""What is asked of every page: everybody can use it (WCAG 2.2 AA, by axe-core), nothing sticks out of the window."""

from __future__ import annotations

from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# Elements that stick out to the right of the window; what scrolls by itself or is hidden for eyes aside.
_STICKING_OUT = """[...document.querySelectorAll("body *")].filter(one =>
  !one.closest(".scroll, .CodeMirror, .hidden") && one.getBoundingClientRect().right > innerWidth + 0.5
).map(one => one.tagName + "." + one.className).slice(0, 5).join(" ")"""


@cache
def _axe() -> str:
    """The source of axe-core, as the package axe-playwright-python brings it; only this file of it is used."""
    found = distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js")
    return Path(str(found)).read_text(encoding="utf-8")


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing in the page as it stands now. The message names rule, element and what to do."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run(rules).then(told => told.violations)", _RULES)
    assert not found, f"{page.url}\n" + "\n".join(_told(violation) for violation in found)


def _told(violation: dict[str, Any]) -> str:
    nodes = [f"    {node['target'][0]}  {node['html'][:160]}\n      {_reason(node)}" for node in violation["nodes"][:5]]
    more = len(violation["nodes"]) - len(nodes)
    head = f"{violation['id']} ({violation['impact']}): {violation['help']}  {violation['helpUrl']}"
    return "\n".join([head, *nodes, *([f"    … and {more} more"] if more > 0 else [])])


def _reason(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])


def assert_fits(page: Page, width: int) -> None:
    """At that many CSS pixels nobody has to scroll sideways (WCAG 2.2, 1.4.10 asks it of 320)."""
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(_STICKING_OUT)
    assert page.evaluate(_STICKING_OUT) == ""

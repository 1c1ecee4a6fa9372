"""Pages in a real browser: nothing is cut off on a small phone, at 400 % zoom or on paper, and nothing is missing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from lod.web import create_app
from tests.browser.devtools import Browser
from tests.conftest import BROWSERS, ROOT
from tests.integration.conftest import build_sample

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
POLICY = "/doc/policy/142034/2016/sangyo-shinko-bu"
PAGES = (
    "/",
    POLICY,
    POLICY + "?lang=en",
    "/doc/source/142034/2016/sangyo-shinko-bu/final",
    "/doc/org/142034",
    "/doc/measure/142034/2016/kigyo-ricchi-to-sokushin/final/1",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205&format=html",
    "/def",
    "/code/measure-statuses",
    "/shapes",
    "/releases",
    "/graph/142034/2016/sangyo-shinko-bu/final",
)
# Elements that stick out to the right of the window, scrolling regions aside.
_STICKING_OUT = """[...document.querySelectorAll("body *")].filter(one =>
  !one.closest(".scroll") && !one.closest(".hidden") && one.getBoundingClientRect().right > innerWidth + 0.5
).map(one => one.tagName + "." + one.className).slice(0, 5).join(" ")"""

_ABOVE = """document.querySelector("rt").getBoundingClientRect().top
  < document.querySelector("ruby").getBoundingClientRect().bottom - 16"""
_SIDE_BY_SIDE = """[...document.querySelectorAll(".program")].every(one =>
  one.querySelector(".plan").getBoundingClientRect().right
    <= one.querySelector(".report").getBoundingClientRect().left + 2)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the sample."""
    app = create_app(build_sample(tmp_path_factory.mktemp("site"), ROOT))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def _browser() -> Iterator[Browser | None]:
    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        yield None
        return
    with Browser(executable) as opened:
        yield opened


@pytest.fixture
def browser(_browser: Browser | None, request: pytest.FixtureRequest) -> Browser:
    if _browser is None:
        pytest.skip(f"not run: {request.node.nodeid}: Chromium is not installed (apt install chromium fonts-noto-cjk)")
    return _browser


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out(browser: Browser, site: str, path: str, width: int) -> None:
    """WCAG 2.2, 1.4.10: at 320 CSS pixels nobody has to scroll sideways."""
    browser.open(site + path, width)
    assert browser.ask("document.title")
    assert browser.ask("document.documentElement.scrollWidth") <= width, browser.ask(_STICKING_OUT)
    assert browser.ask(_STICKING_OUT) == ""


def test_the_style_is_applied_and_furigana_stand_above(browser: Browser, site: str) -> None:
    browser.open(site + POLICY, 1280)
    assert browser.ask("getComputedStyle(document.querySelector('.masthead')).backgroundColor") == "rgb(31, 63, 102)"
    assert browser.ask(_ABOVE) is True
    assert browser.ask(_SIDE_BY_SIDE) is True


def test_the_keyboard_reaches_the_content_first(browser: Browser, site: str) -> None:
    browser.open(site + POLICY, 1280)
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.ask("document.activeElement.getAttribute('href')") == "#main"
    assert browser.ask("document.activeElement.getBoundingClientRect().top") >= 0


def test_a_place_leads_to_its_line(browser: Browser, site: str) -> None:
    browser.open(site + POLICY, 1280)
    link = browser.ask("[...document.querySelectorAll('.quantity .place')].at(-1).href")
    browser.open(link, 1280)
    assert "軽トラ・ファーマーズ" in browser.ask("document.querySelector(':target').textContent")
    assert browser.ask("document.querySelector(':target').getBoundingClientRect().top") < 900

"""One Chromium and two pages a process, driven by Playwright: one page with scripts, one without. Both are used again
by every test, since a fresh one costs more than most tests.

Whatever a test does, its page may ask no host but ours, break no rule of its own Content-Security-Policy and end in no
error of a script: that is looked at after each test.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

from lod.config import Settings
from lod.web import create_app
from tests.browser.serving import served
from tests.conftest import BROWSERS, ROOT
from tests.integration.conftest import build_sample

_ARGUMENTS = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
_OWN = ("http://127.0.0.1:", "data:", "blob:http://127.0.0.1:", "about:")
SECONDS = 30
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a site on which the sample is live. Do not change it: others read it too."""
    return build_sample(tmp_path_factory.mktemp("browsed"), ROOT)


@pytest.fixture(scope="session")
def site(published: Settings) -> Iterator[str]:
    """The address of a server with the sample."""
    with served(create_app(published)) as address:
        yield address


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Browser | None]:
    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        yield None
        return
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def browser(_chromium: Browser | None, request: pytest.FixtureRequest) -> Browser:
    """The browser, for a test that needs a page of its own kind."""
    if _chromium is None:
        pytest.skip(f"not run: {request.node.nodeid}: Chromium is not installed (apt install chromium fonts-noto-cjk)")
    return _chromium


@dataclass
class _Watched:
    """A page, and what it did that it must not."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", self._failed)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(_OWN):
            self.faults.append(f"asked another host: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        """An answer with an error status is a test's own business; every other error is the page's fault."""
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _failed(self, error: Error) -> None:
        self.faults.append(f"script: {error}")


@pytest.fixture(scope="session")
def _pages() -> dict[bool, _Watched]:
    return {}


@contextmanager
def _lent(pages: dict[bool, _Watched], browser: Browser, *, scripts: bool) -> Iterator[Page]:
    """The page of that kind, as good as new; what it did wrong fails the test."""
    if scripts not in pages or pages[scripts].page.is_closed():
        context = browser.new_context(locale="ja-JP", accept_downloads=True)
        if not scripts:
            context.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        pages[scripts] = _Watched(context.new_page())
    watched = pages[scripts]
    watched.page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    watched.page.emulate_media(media="screen")
    yield watched.page
    if watched.page.url.startswith("http"):
        watched.page.evaluate("localStorage.clear()")
    watched.page.goto("about:blank")
    faults, watched.faults = watched.faults, []
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(browser: Browser, _pages: dict[bool, _Watched]) -> Iterator[Page]:
    """A page in a window of 1280 × 900 CSS pixels whose reader prefers Japanese."""
    with _lent(_pages, browser, scripts=True) as lent:
        yield lent


@pytest.fixture
def plain_page(browser: Browser, _pages: dict[bool, _Watched]) -> Iterator[Page]:
    """The same without scripts: each comes empty. Switched off in the browser, axe-core could not look at the page."""
    with _lent(_pages, browser, scripts=False) as lent:
        yield lent

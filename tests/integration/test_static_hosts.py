"""The exported site on Apache, nginx and Python's own server: the clients of the server's table get what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from lod.config import Settings
from lod.municipality import Municipality, load
from lod.release import build, withdraw
from lod.site import export
from lod.site.accepting import languages, media_types
from lod.web.negotiation import DOCUMENT_OFFERS, HTML, THING_OFFERS, choose, choose_language
from tests.browser.hosting import hosted
from tests.hosts import apache, nginx, open_to_others
from tests.integration.conftest import build_sample
from tests.integration.test_web_clients import CLIENTS, POLICY

ALL = frozenset(offer.suffix for offer in THING_OFFERS if offer is not HTML)
Host = Callable[[Path, Path], AbstractContextManager[str]]
GONE = "initiative/142034/2016/kanko"

_WEIGHTS = st.sampled_from(["", ";q=1", "; q=0.9", ";q=0.5", ";q=.3", ";q=0", ";charset=utf-8", ";charset=utf-8;q=0.7"])
_TYPES = sorted({name for offer in THING_OFFERS for name in (offer.media_type, *offer.also)})
_RANGES = st.sampled_from([*_TYPES, "*/*", "*", "text/*", "application/*", "image/png", "text/plain"])
_TAGS = st.sampled_from(["ja", "en", "en-US", "ja-JP", "fr", "*", "zh-Hant-TW", "enx"])


def _header(ranges: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(ranges, _WEIGHTS).map("".join), max_size=6).map(", ".join)


@pytest.mark.parametrize("offers", [THING_OFFERS, DOCUMENT_OFFERS], ids=["things", "documents"])
def test_the_patterns_choose_as_the_server_does(offers: tuple) -> None:  # type: ignore[type-arg]
    patterns = [(re.compile(pattern, re.IGNORECASE), suffix) for pattern, suffix in media_types(offers)]

    @settings(max_examples=400, deadline=None)
    @given(_header(_RANGES))
    def check(header: str) -> None:
        wanted = choose(header, offers)
        found = next((suffix for pattern, suffix in patterns if pattern.search(header)), None)
        assert found == (wanted.suffix if wanted else None) or not header

    check()


@settings(max_examples=400, deadline=None)
@given(_header(_TAGS))
def test_languages_are_chosen_as_the_server_does(header: str) -> None:
    found = next((tag for pattern, tag in languages(("ja", "en")) if re.search(pattern, header, re.IGNORECASE)), "ja")
    assert found == choose_language(header, ("ja", "en"))


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample without one initiative, exported for the root of a host."""
    made = build_sample(tmp_path_factory.mktemp("withdrawn"), root)
    found = tmp_path_factory.mktemp("hosted") / "site"
    export(_without(made), found, suffixes=ALL)
    open_to_others(found)
    return found


def _without(made: Settings) -> Settings:
    withdraw(made.var, made.base, _cities(made), f"{made.base}id/{GONE}", "写しの誤り", date(2026, 4, 1))
    assert build(made, _cities(made)).id
    return made


def _cities(made: Settings) -> list[Municipality]:
    return [load(path) for path in made.data]


@pytest.fixture(scope="module", params=[apache, nginx], ids=["apache", "nginx"])
def host(request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with request.param(folder, home) as address:
        yield address


def _get(address: str, path: str, **headers: str | None) -> requests.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(f"{address}/{path}", headers=given, timeout=10, allow_redirects=False)


@pytest.mark.parametrize(("accept", "kind"), [client[1:] for client in CLIENTS], ids=[client[0] for client in CLIENTS])
def test_every_client_gets_what_the_server_gives(host: str, accept: str | None, kind: str) -> None:
    answer = _get(host, f"doc/{POLICY}", Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers["Content-Location"].startswith(f"/doc/{POLICY}.")
    assert "Accept" in answer.headers["Vary"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_thing_leads_to_its_document(host: str) -> None:
    for path in (f"id/{POLICY}", f"id/{POLICY}/"):
        answer = _get(host, path, Accept="text/turtle")
        assert (answer.status_code, answer.headers["Location"].removeprefix(host)) == (303, f"/doc/{POLICY}")
    followed = requests.get(f"{host}/id/{POLICY}", headers={"Accept": "text/turtle"}, timeout=10)
    assert followed.headers["Content-Type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "accept", "name"),
    [
        ("def", "text/turtle", "def.ttl"),
        ("def", "text/html", "def.html"),
        ("catalog", "application/ld+json", "catalog.jsonld"),
        ("graph/codes", "application/trig", "graph/codes.trig"),
        ("code/stages", "*/*", "code/stages.html"),
        ("doc/org/142034/", "text/html", "doc/org/142034.html"),
        ("doc/org/142034", "text/html", "doc/org/142034.html"),
        ("doc/org/142034?lang=en", "text/html", "doc/org/142034.en.html"),
        ("search?q=x", "text/html", "search.html"),
        ("feed", "*/*", "feed.atom"),
    ],
)
def test_documents_are_found_without_their_suffix(host: str, folder: Path, path: str, accept: str, name: str) -> None:
    answer = _get(host, path, Accept=accept)
    assert (answer.status_code, answer.content) == (200, (folder / name).read_bytes())


def test_the_readers_language_is_chosen(host: str, folder: Path) -> None:
    for header, name in (("en-GB,en;q=0.9,ja;q=0.8", "en.html"), ("ja,en;q=0.5", "html"), ("fr", "html")):
        answer = _get(host, "doc/org/142034", Accept="text/html", Accept_Language=header)
        assert answer.content == (folder / f"doc/org/142034.{name}").read_bytes()
        assert answer.headers["Content-Language"] == ("en" if name == "en.html" else "ja")


def test_what_nobody_can_have_is_told(host: str) -> None:
    assert _get(host, f"doc/{POLICY}", Accept="image/png").status_code == 406
    missing = _get(host, "doc/org/999999", Accept="text/html")
    assert missing.status_code == 404
    assert "ページが見つかりません" in missing.content.decode()
    assert _get(host, f"doc/{POLICY}", Accept="text/turtle," * 100).status_code == 200


def test_what_was_withdrawn_is_gone(host: str) -> None:
    for path in (f"id/{GONE}", f"doc/{GONE}", f"doc/{GONE}.html", f"doc/{GONE}.ttl"):
        assert _get(host, path, Accept="text/html").status_code == 410, path


def test_own_files_of_the_exporter_are_not_served(host: str) -> None:
    assert _get(host, ".lod-export/files.sqlite").status_code in (403, 404)


def test_a_plain_host_leads_on_by_pages(folder: Path) -> None:
    with hosted(folder) as address:
        for start in ("id", "doc"):
            page = requests.get(f"{address}/{start}/{POLICY}/", timeout=10).content.decode()
            assert 'http-equiv="refresh"' in page
            assert f"doc/{POLICY}.ttl" in page


def test_below_a_path_both_hosts_answer_too(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("below")
    site = home / "root" / "lod"
    export(replace(published, base="https://lod.example.org/"), site, suffixes=frozenset({"ttl"}))
    open_to_others(site)
    with apache(site.parent, home) as address:
        answer = _get(address, f"lod/id/{POLICY}", Accept="text/turtle")
        assert answer.headers["Location"].removeprefix(address) == f"/lod/doc/{POLICY}"
        answer = _get(address, f"lod/doc/{POLICY}", Accept="text/turtle")
        assert answer.headers["Content-Location"] == f"/lod/doc/{POLICY}.ttl"

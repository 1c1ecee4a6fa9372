"""The layer before the application gives what the application would give: every header and byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import zstandard
from flask import Flask
from werkzeug.test import Client, TestResponse

from lod import municipality, release
from lod.config import Settings
from lod.web import create_app, warming
from lod.web.front import Front
from lod.web.live import Live, Stamp
from lod.web.negotiation import THING_OFFERS
from lod.web.site import EXTENSION
from lod.web.warming import Key
from tests.integration.conftest import build_sample
from tests.integration.test_web_clients import CLIENTS

BASE = "https://lod.example.org/"
POLICY = "/doc/policy/142034/2016/sangyo-shinko-bu"
OTHERS = (
    "/",
    "/def",
    "/def.ttl",
    "/code/stages",
    "/shapes",
    "/releases",
    f"{POLICY}?lang=en",
    f"{POLICY}?page=1&format=nt",
)
WRONG = ("/doc/nothing", "/doc/org/142034/産業振興部", f"{POLICY}/", f"{POLICY}.TTL", "/doc/a b", "/doc/.ttl", "/doc/")


def _layer(app: Flask) -> Front:
    """The layer that keeps answers, below those that bound clients and choose releases."""
    layer: Any = app.wsgi_app
    while not isinstance(layer, Front):
        layer = getattr(layer, "_front", None) or layer._application
    return layer


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(_layer(app), TestResponse)


@pytest.fixture
def bare(app: Flask) -> Client:
    """The application alone, without the layer before it."""
    return Client(Flask.wsgi_app.__get__(app), TestResponse)


def _told(answer: TestResponse) -> tuple[object, ...]:
    """All that a client sees of an answer, but for its date and the packing, which is the layer's own."""
    vary = {
        name for name in ", ".join(answer.headers.getlist("Vary")).split(", ") if name not in {"", "Accept-Encoding"}
    }
    kept = sorted((n.lower(), v) for n, v in answer.headers if n.lower() not in {"date", "vary"})
    return answer.status, kept, sorted(vary), answer.data


def _things(client: Client) -> list[str]:
    query = "SELECT DISTINCT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    rows = client.get(f"/sparql?format=json&query={query}").get_json()["results"]["bindings"]
    iris = {row["s"]["value"].partition("#")[0] for row in rows}
    return sorted(iri.replace(f"{BASE}id/", "/doc/", 1) for iri in iris if iri.startswith(f"{BASE}id/"))


def test_every_document_in_every_format_is_the_same_with_and_without(client: Client, bare: Client) -> None:
    paths = _things(client)
    assert len(paths) > 100
    for path in paths:
        for offer in THING_OFFERS:
            address = f"{path}.{offer.suffix}"
            expected = _told(bare.get(address))
            assert _told(client.get(address)) == expected, address  # made
            assert _told(client.get(address)) == expected, address  # kept


@pytest.mark.parametrize(("name", "accept", "media_type"), CLIENTS, ids=[row[0] for row in CLIENTS])
def test_every_client_is_answered_the_same_with_and_without(
    client: Client, bare: Client, name: str, accept: str | None, media_type: str
) -> None:
    for language in ("", "fr;q=0.5, en-GB"):
        headers = {"Accept-Language": language} | ({} if accept is None else {"Accept": accept})
        for path in (POLICY, "/doc/org/142034", *(() if language else OTHERS)):
            assert _told(client.get(path, headers=headers)) == _told(bare.get(path, headers=headers)), (name, path)


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "image/png", "", "*/*;q=0"])
def test_what_is_wrong_is_the_same_with_and_without(client: Client, bare: Client, accept: str) -> None:
    for path in WRONG:
        headers = {"Accept": accept}
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            ours, theirs = (each.open(path, method=method, headers=headers) for each in (client, bare))
            assert _told(ours) == _told(theirs), (method, path)


def test_conditions_are_judged_the_same_with_and_without(client: Client, bare: Client) -> None:
    for path in (POLICY, f"{POLICY}.ttl", "/def.ttl"):
        first = bare.get(path)
        tag, since = first.headers["ETag"], first.headers.get("Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT")
        for headers in (
            {"If-None-Match": tag},
            {"If-None-Match": f'W/{tag}, "x"'},
            {"If-None-Match": "*"},
            {"If-None-Match": '"x"', "If-Modified-Since": since},
            {"If-Modified-Since": since},
            {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"},
            {"If-Modified-Since": "x"},
        ):
            ours, theirs = (each.get(path, headers=headers) for each in (client, bare))
            assert (ours.status, ours.data, ours.headers.get("ETag")) == (
                theirs.status,
                theirs.data,
                theirs.headers.get("ETag"),
            ), headers


def test_below_a_prefix_links_stay_below_it(client: Client, bare: Client) -> None:
    """Behind a proxy that mounts the site at a path (SCRIPT_NAME)."""
    for each in (client, bare):
        answer = each.get(f"{POLICY}.ttl", environ_overrides={"SCRIPT_NAME": "/lod"})
        assert answer.headers["Content-Location"] == f"/lod{POLICY}.ttl"
        assert f'</lod{POLICY}.nt>; rel="alternate"; type="application/n-triples"' in answer.headers.getlist("Link")
    assert client.get(f"{POLICY}.ttl").headers["Content-Location"] == f"{POLICY}.ttl"


@pytest.fixture
def small(published: Settings) -> Iterator[Front]:
    """A server that may keep one mebibyte."""
    app = create_app(replace(published, cache_mib=1))
    yield _layer(app)
    app.extensions[EXTENSION].pool.close()


def test_what_is_kept_is_bounded_whatever_is_asked(small: Front) -> None:
    client = Client(small, TestResponse)
    for number in range(400):
        headers = {"Accept": f"text/html, x/{number}", "Accept-Encoding": "zstd" if number % 2 else "gzip"}
        client.get(f"/releases?x={number}{'y' * 2000}", headers=headers)
        client.get(POLICY, headers=headers)
    kept = small._kept
    assert small._size <= 1024**2
    assert small._size == sum(answer.kept_as for answer in kept.values())
    assert sum("policy" in str(key) for key in kept) == 1  # each client's own header makes no copy of a document


def test_a_packed_document_is_the_document(client: Client) -> None:
    for suffix in ("html", "ttl", "csv"):
        plain = client.get(f"{POLICY}.{suffix}")
        packed = client.get(f"{POLICY}.{suffix}", headers={"Accept-Encoding": "zstd"})
        assert zstandard.ZstdDecompressor().decompress(packed.data) == plain.data
        assert packed.headers["Content-Length"] == str(len(packed.data))
        assert packed.headers["ETag"] == f'{plain.headers["ETag"][:-1]}-zstd"'


def test_after_a_switch_what_was_asked_for_is_made_again_and_is_that_of_the_new_release(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = build_sample(tmp_path, root)
    app = create_app(settings)
    front = _layer(app)
    client = Client(front, TestResponse)
    asked = [(f"{POLICY}.ttl", {"Accept-Encoding": "zstd"}), (POLICY, {"Accept": "text/html"}), ("/def", {}), ("/", {})]
    for path, headers in asked:
        assert client.get(path, headers=headers).status_code == 200
    threads: list[Thread] = []
    begin = warming.start

    def noted(live: Live, stamp: Stamp, earlier: Sequence[Key], again: Callable[..., None]) -> Thread:
        threads.append(begin(live, stamp, earlier, again))
        return threads[-1]

    monkeypatch.setattr(warming, "start", noted)
    city = tmp_path / "data" / "hiratsuka"
    table = city / "municipality.toml"
    table.write_text(table.read_text(encoding="utf-8").replace("Hiratsuka City", "City of Hiratsuka"), encoding="utf-8")
    release.build(settings, [municipality.load(city)])
    client.get("/releases", headers={"Accept": "application/json"})  # the first request that sees the switch
    threads[0].join(60)
    kept = front._kept
    assert {key[0] for key in kept} == {app.extensions[EXTENSION].live.stamp()}
    assert len(kept) >= len(asked)
    assert front._size == sum(answer.kept_as for answer in kept.values())
    bare = Client(Flask.wsgi_app.__get__(app), TestResponse)
    for path, headers in asked:
        before = len(kept)
        ours = client.get(path, headers={**headers, "Accept-Encoding": ""})
        assert _told(ours) == _told(bare.get(path, headers=headers))
        assert len(kept) == before, "it was ready"
    assert "City of Hiratsuka" in client.get("/?lang=en").text
    app.extensions[EXTENSION].pool.close()


def test_a_page_of_an_earlier_release_leads_back_to_the_site(app: Flask) -> None:
    """Its links to search, catalogue and vocabulary stand below the release too."""
    for path in ("/def", "/search?q=x", "//evil.example"):
        answer = app.test_client().get(f"/release/r0{path}")
        assert (answer.status_code, answer.headers["Location"]) == (303, path.replace("//", "/"))

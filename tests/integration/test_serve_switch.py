"""The real server while releases are switched there and back: no answer fails, none mixes two releases."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from lod import municipality, release
from lod.config import Settings
from tests.integration.conftest import build_sample

NAMES = {"Hiratsuka City", "City of Hiratsuka"}
CITY = "https://lod.example.org/id/org/142034"
_NAME, _LABEL = "http://xmlns.com/foaf/0.1/name", "http://www.w3.org/2004/02/skos/core#prefLabel"
QUERIES = (
    (f"DESCRIBE <{CITY}>", "text/turtle"),  # on the spot
    (f"SELECT ?name ?label {{ <{CITY}> <{_NAME}> ?name ; <{_LABEL}> ?label }}", "application/sparql-results+json"),
    (f"SELECT ?p ?o {{ <{CITY}> ?p ?o }}", "application/sparql-results+json"),
    (f"SELECT ?g ?name {{ GRAPH ?g {{ <{CITY}> <{_NAME}> ?name }} }}", "application/sparql-results+json"),
    (f"SELECT ?name ?label {{ <{CITY}> <{_NAME}> ?name ; <{_LABEL}> ?label }}", "text/csv"),  # by a worker
    (f"CONSTRUCT {{ ?s ?p ?o }} {{ VALUES ?s {{ <{CITY}> }} ?s ?p ?o }}", "application/n-triples"),
)
DOCUMENTS = ("/doc/org/142034.ttl", "/doc/org/142034.html?lang=en", "/doc/org/142034.nt", "/?lang=en")


@dataclass(frozen=True)
class Served:
    address: str
    var: Path
    releases: tuple[str, str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Served]:
    """Two web processes over a site with two releases that name the city differently."""
    home = tmp_path_factory.mktemp("switched")
    settings = build_sample(home, root)
    ids = (_live(settings), _renamed(settings, home / "data" / "hiratsuka"))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LOD_")}
    environment |= {"LOD_WORKERS": "2", "LOD_BASE": settings.base, "LOD_QUERY_PER_CLIENT": "1000"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "lod.cli", "serve", "--port", str(port)], cwd=home, env=environment
    )
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield Served(f"http://127.0.0.1:{port}", settings.var, ids)
    finally:
        process.terminate()
        process.wait(30)


def _live(settings: Settings) -> str:
    found = release.current(settings.var)
    assert found is not None
    return found.id


def _renamed(settings: Settings, city: Path) -> str:
    table = city / "municipality.toml"
    table.write_text(table.read_text(encoding="utf-8").replace("Hiratsuka City", "City of Hiratsuka"), encoding="utf-8")
    release.build(settings, [municipality.load(city)])
    return _live(settings)


def _wait(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            if requests.get(f"{base}/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


class _Client(threading.Thread):
    """Asks one thing after the other on a kept connection, half of it new each time."""

    def __init__(self, served: Served, number: int, ended: threading.Event) -> None:
        super().__init__()
        self._address = served.address
        self._draw = random.Random(number)  # noqa: S311  a seed, not a secret
        self._ended = ended
        self.seen: Counter[str] = Counter()
        self.wrong: list[object] = []

    def run(self) -> None:
        with requests.Session() as session:
            while not self._ended.is_set():
                try:
                    self._look(self._ask(session))
                except requests.RequestException as error:
                    self.wrong.append(error)

    def _ask(self, session: requests.Session) -> requests.Response:
        if self._draw.random() < 0.4:
            return session.get(self._address + self._draw.choice(DOCUMENTS), timeout=30)
        query, accept = self._draw.choice(QUERIES)
        if self._draw.random() < 0.5:
            query += f" # {self.name} {self._draw.random()}"
        return session.get(f"{self._address}/sparql", params={"query": query}, headers={"Accept": accept}, timeout=30)

    def _look(self, answer: requests.Response) -> None:
        found = {name for name in NAMES if name in answer.text}
        if answer.status_code != 200 or len(found) != 1:
            self.wrong.append((answer.url, answer.status_code, found, answer.text[:500]))
        self.seen.update(found)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX: one server of several processes")
def test_releases_switch_under_load_on_the_real_server(served: Served) -> None:
    """Queries by every way of answering, and documents, from six clients while releases change 24 times."""
    stop = threading.Event()
    clients = [_Client(served, number, stop) for number in range(6)]
    for client in clients:
        client.start()
    try:
        for turn in range(24):
            release.rollback(served.var, served.releases[turn % 2])
            time.sleep(0.25)
    finally:
        stop.set()
        for client in clients:
            client.join()
    assert [problem for client in clients for problem in client.wrong] == []
    seen = sum((client.seen for client in clients), Counter[str]())
    assert set(seen) == NAMES
    assert seen.total() > 100


@pytest.mark.slow
def test_whoever_asks_after_a_switch_gets_the_new_release(served: Served) -> None:
    """At once, from every web process, kept answers included."""
    names = ("Hiratsuka City", "City of Hiratsuka")
    query, accept = QUERIES[0]
    for turn in range(10):
        release.rollback(served.var, served.releases[turn % 2])
        for _ in range(4):  # new connections: either process may take one
            for answer in (
                requests.get(served.address + DOCUMENTS[0], timeout=30),
                requests.get(
                    f"{served.address}/sparql", params={"query": query}, headers={"Accept": accept}, timeout=30
                ),
            ):
                assert answer.status_code == 200
                assert names[turn % 2] in answer.text
                assert names[1 - turn % 2] not in answer.text

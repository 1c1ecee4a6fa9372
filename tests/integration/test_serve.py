"""`lod serve` as it is started: a process, a port, a client that follows redirects."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from lod.assets import sample_dir


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server over the sample."""
    home = tmp_path_factory.mktemp("served")
    shutil.copytree(sample_dir() / "hiratsuka", home / "data" / "hiratsuka")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LOD_")}
    subprocess.run(
        [sys.executable, "-m", "lod.cli", "build"], cwd=home, env=environment, check=True, capture_output=True
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "lod.cli", "serve", "--port", str(port)], cwd=home, env=environment
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base
    finally:
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        process.wait(30)


def _wait(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            if requests.get(f"{base}/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


def test_a_thing_leads_to_its_document(address: str) -> None:
    path = "/id/policy/142034/2016/sangyo-shinko-bu"
    first = requests.get(address + path, headers={"Accept": "text/turtle"}, allow_redirects=False, timeout=30)
    assert first.status_code == 303
    document = requests.get(address + path, headers={"Accept": "text/turtle"}, timeout=30)
    assert document.headers["Content-Type"].startswith("text/turtle")
    assert "産業振興部の基本方針" in document.content.decode()


def test_a_kanji_path_leads_to_the_department(address: str) -> None:
    page = requests.get(f"{address}/id/org/142034/産業振興部", headers={"Accept-Language": "ja"}, timeout=30)
    assert page.ok
    assert page.url.endswith("/doc/org/142034/sangyo-shinko-bu")
    assert "産業振興部" in page.text


@pytest.mark.parametrize("method", ["get", "form", "body"])
def test_sparql_in_the_three_ways_of_the_protocol(address: str, method: str) -> None:
    query = "SELECT (COUNT(?m) AS ?n) { ?m a <https://w3id.org/mupol/def#OutcomeMeasure> }"
    url, accept = f"{address}/sparql", {"Accept": "application/sparql-results+json"}
    match method:
        case "get":
            answer = requests.get(url, params={"query": query}, headers=accept, timeout=60)
        case "form":
            answer = requests.post(url, data={"query": query}, headers=accept, timeout=60)
        case _:
            kind = {"Content-Type": "application/sparql-query"}
            answer = requests.post(url, data=query.encode(), headers=accept | kind, timeout=60)
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "5"


def test_the_first_page_is_japanese_and_names_the_department(address: str) -> None:
    page = requests.get(f"{address}/", headers={"Accept": "text/html"}, timeout=30)
    assert '<html lang="ja">' in page.text
    assert "産業振興部" in page.text

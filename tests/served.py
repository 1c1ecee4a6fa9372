"""`lod serve` as a process of its own with a port, over a folder of releases made from any data."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import requests

from lod.release.folder import switch
from lod.stores import oxigraph


@dataclass(frozen=True)
class Served:
    """A server that runs. `process` is the parent of its web processes."""

    port: int
    var: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    def get(self, query: str, accept: str = "*/*", **more: object) -> requests.Response:
        params: dict[str, Any] = {"query": query, **more}
        return requests.get(self.address, params=params, headers={"Accept": accept}, timeout=60)

    def publish(self, quads: Iterable[ox.Quad]) -> None:
        """Makes these the live release, built once for the same quads."""
        text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
        release = publish(self.var, text)
        if (self.var / "current").read_text(encoding="ascii").strip() != release:
            switch(self.var, release)


def publish(var: Path, text: bytes) -> str:
    """A release folder that holds these N-Quads; returns its id."""
    name = "r" + hashlib.sha256(text).hexdigest()[:12]
    folder = var / "releases" / name
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "data.nq").write_bytes(text)
        oxigraph.build(folder / "store", [folder / "data.nq"])
        (folder / "manifest.json").write_text(json.dumps({"id": name, "files": [], "inputs": {}}), encoding="utf-8")
    if not (var / "current").exists():
        switch(var, name)
    return name


@contextmanager
def serving(var: Path, **settings: str) -> Iterator[Served]:
    """A server over the releases of a folder, stopped in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {key: value for key, value in os.environ.items() if not key.startswith("LOD_")}
    more = {f"LOD_{key.upper()}": value for key, value in settings.items()}
    command = [sys.executable, "-m", "lod.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=own | {"LOD_VAR": str(var)} | more, cwd=var)
    try:
        wait(port, process)
        yield Served(port, var, process)
    finally:
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        process.wait(30)


def wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers; fails the test where it does not."""
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            if requests.get(f"http://127.0.0.1:{port}/health", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    pytest.fail("the server does not answer")

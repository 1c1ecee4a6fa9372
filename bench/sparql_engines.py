"""SPARQL servers that are measured side by side, each started as its users start it, over the same facts."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlencode

import pyoxigraph as ox

HOST = "127.0.0.1"
_START_SECONDS = 900.0
_MERGED = "urn:merged"


class Engine(ABC):
    """One server. `path` is where it answers queries; `named` says whether it holds the named graphs."""

    name: str
    path: str
    named = True

    def __init__(self, port: int) -> None:
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What starts the server."""

    def parameters(self, query: str) -> dict[str, str]:
        return {"query": query}

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def folder(self) -> Path:
        return Path()

    def target(self, query: str) -> str:
        return f"{self.path}?{urlencode(self.parameters(query))}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            self.command(),
            cwd=self.folder(),
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise SystemExit(f"{self.name} ended: {' '.join(self.command())}")
            try:
                connection = HTTPConnection(HOST, self.port, timeout=60)
                connection.request("GET", self.target("ASK { }"), headers={"Accept": "*/*"})
                connection.getresponse().read()
            except (OSError, HTTPException):
                time.sleep(0.2)
            else:
                connection.close()
                return
        raise SystemExit(f"{self.name} did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def memory_mib(self) -> int:
        """Resident memory of the server and its processes; pages that several of them share count once (PSS)."""
        assert self._process is not None
        return sum(map(_pss_kib, _family(self._process.pid))) // 1024


class Ours(Engine):
    """`lod serve` over a site's folder."""

    name, path = "ours", "/sparql"

    def __init__(self, port: int, site: Path) -> None:
        super().__init__(port)
        self._site = site

    def command(self) -> list[str]:
        return [sys.executable, "-m", "lod.cli", "serve", "--port", str(self.port)]

    def environment(self) -> dict[str, str]:
        return super().environment() | {"LOD_QUERY_PER_CLIENT": "1000", "PYTHONPATH": str(Path.cwd())}

    def folder(self) -> Path:
        return self._site


class Oxigraph(Engine):
    """The server binary of the PyPI package `oxigraph`, over the release's own store."""

    name, path = "oxigraph", "/query"

    def __init__(self, port: int, store: Path, binary: str) -> None:
        super().__init__(port)
        self._store, self._binary = store, binary

    def command(self) -> list[str]:
        return [self._binary, "serve-read-only", "--location", str(self._store), "--bind", f"{HOST}:{self.port}"]


class Virtuoso(Engine):
    """Debian's `virtuoso-opensource`, with the merged graph as its one graph."""

    name, path, named = "virtuoso", "/sparql", False

    def __init__(self, port: int, folder: Path, facts: Path, binary: str) -> None:
        super().__init__(port)
        self._home, self._facts, self._binary = folder, facts, binary

    def command(self) -> list[str]:
        settings = _INI.format(port=self.port, sql=self.port + 1, facts=self._facts)
        (self._home / "virtuoso.ini").write_text(settings)  # anew each time: another run has other ports
        return [self._binary, "+foreground", "+configfile", str(self._home / "virtuoso.ini")]

    def folder(self) -> Path:
        return self._home

    def parameters(self, query: str) -> dict[str, str]:
        return {"query": query, "default-graph-uri": _MERGED}

    def load(self) -> float:
        """Makes the database, once for a release; returns the seconds it took."""
        if (self._home / "loaded").exists():
            return 0.0
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir(parents=True)
        clock = time.perf_counter()
        self.start()
        isql = shutil.which("isql-vt") or "isql"
        for order in (
            f"ld_dir('{self._facts}', 'merged.nt.gz', '{_MERGED}')",
            "rdf_loader_run()",
            "checkpoint",
        ):
            subprocess.run(
                [isql, str(self.port + 1), "dba", "dba", f"exec={order};"], check=True, stdout=subprocess.DEVNULL
            )
        self.stop()
        (self._home / "loaded").touch()
        return time.perf_counter() - clock


class RdflibEndpoint(Engine):
    """The PyPI package rdflib-endpoint in an environment of its own: everything in memory, the merged graph only."""

    name, path, named = "rdflib-endpoint", "/", False

    def __init__(self, port: int, facts: Path, python: str) -> None:
        super().__init__(port)
        self._facts, self._python = facts, python

    def command(self) -> list[str]:
        program = (
            "import gzip, rdflib, uvicorn; from rdflib_endpoint import SparqlEndpoint; graph = rdflib.Graph(); "
            f"graph.parse(gzip.open({str(self._facts / 'merged.nt.gz')!r}), format='nt'); "
            f"uvicorn.run(SparqlEndpoint(graph=graph), host={HOST!r}, port={self.port}, log_level='error')"
        )
        return [self._python, "-c", program]


def write_facts(store: Path, folder: Path) -> None:
    """merged.nt.gz for servers that load files."""
    if (folder / "merged.nt.gz").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    opened, beside = ox.Store.read_only(str(store)), folder / "merged.new"
    with gzip.open(beside, "wb", 1) as file:
        opened.dump(cast("IO[bytes]", file), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    beside.rename(folder / "merged.nt.gz")


def _family(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def _pss_kib(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def free_port(first: int) -> int:
    """The first port from `first` that nobody listens to."""
    for port in range(first, first + 50):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)):
                return port
    raise SystemExit("no free port")


_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
DirsAllowed = ., {facts}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
ServerThreads = 20
[HTTPServer]
ServerPort = {port}
ServerThreads = 16
MaxKeepAlives = 32
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 120
"""

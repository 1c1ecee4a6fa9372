"""Descriptions of things served, beside other servers, in one run on one machine.

    python -m bench.corpus 10000 DIR
    python -m bench.serving DIR [--seconds 5] [--gunicorn COMMAND] [--trifid FOLDER]

`wrk` asks each server in turn, over 16 connections, for the documents of many departments' policies, never the same one
twice in a row. Each server has one worker.

prepared      what has been asked for before (kept in memory): beside nginx with the same bytes as files, and
              beside Flask on gunicorn with the same bytes in memory
not prepared  nothing kept, everything made from the store: beside Trifid (npm `trifid` in FOLDER) over the same
              store, served by Oxigraph's own server (PyPI `oxigraph`, found on the PATH or beside COMMAND)

What is not installed is named and left out. Read the ratios: the figures are those of one machine at one time.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from lod import release
from lod.web.graph import select

SUFFIXES = {"ttl": "text/turtle", "jsonld": "application/ld+json", "html": "text/html"}
CONNECTIONS = 16
_LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local next = 0
request = function()
  next = next %% #paths + 1
  return wrk.format("GET", paths[next], {["Accept"] = "%s"})
end
"""
_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
events {{ worker_connections 512; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; open_file_cache max=100000;
  types {{ text/html html; text/turtle ttl; application/ld+json jsonld; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }} }}
"""
_FLASK = """
import pathlib
from flask import Flask, Response
root = pathlib.Path({files!r})
bodies = {{p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}}
types = {types!r}
app = Flask(__name__)
@app.get("/<path:path>")
def given(path):
    return Response(bodies[path], content_type=types[path.rpartition(".")[2]])
"""
_TRIFID = """
server:
  listener: {{ host: 127.0.0.1, port: {port} }}
  logLevel: error
globals:
  datasetBaseUrl: {base}
  endpoints: {{ default: {{ url: /query }} }}
plugins:
  entity-renderer:
    module: "@zazuko/trifid-entity-renderer"
    config: {{ followRedirects: true }}
  sparql-proxy:
    module: "@zazuko/trifid-plugin-sparql-proxy"
    paths: /query
    config: {{ endpointUrl: "http://127.0.0.1:{store}/query" }}
"""


@dataclass(frozen=True)
class Measured:
    """One server under load. Times in milliseconds, memory of all its processes in mebibytes."""

    name: str
    rate: float
    p50: float
    p99: float
    memory: float
    wrong: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--things", type=int, default=500)
    parser.add_argument("--kind", default="DepartmentPolicy", help="the class of the things: Goal, Program …")
    parser.add_argument("--gunicorn", default=shutil.which("gunicorn") or "")
    parser.add_argument("--trifid", type=Path)
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt install wrk")
    live = release.current(asked.folder / "var")
    if live is None:
        sys.exit(f"no release in {asked.folder}: python -m bench.corpus 10000 {asked.folder}")
    rows = select(live.open(), f"SELECT ?s {{ ?s a mpol:{asked.kind} }} ORDER BY MD5(STR(?s)) LIMIT {asked.things}")
    base = live.manifest["base"]
    things = [str(row["s"].value).removeprefix(f"{base}id/") for row in rows]  # type: ignore[union-attr]
    print(f"{live.manifest['papers']} papers, {live.manifest['quads']} quads; {len(things)} documents asked for")
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # nginx, started by root, reads as another user
        run = Run(asked.folder.resolve(), Path(name), base, things, asked.seconds)
        run.prepared(asked.gunicorn)
        run.not_prepared(asked.trifid, live.path / "store", asked.gunicorn)


class Run:
    """One comparison; `temp` is for files, scripts and settings."""

    def __init__(self, site: Path, temp: Path, base: str, things: Sequence[str], seconds: int) -> None:
        self.site, self.temp, self.base, self.things, self.seconds = site, temp, base, things, seconds

    def prepared(self, gunicorn: str) -> None:
        with self._mupol(256) as (process, port):
            sizes = self._save(port)
            ours = {suffix: self._asked("mupol", process, port, suffix, "/doc/") for suffix in SUFFIXES}
        theirs: list[dict[str, Measured]] = []
        if shutil.which("nginx"):
            with self._nginx() as (process, port):
                theirs.append({suffix: self._asked("nginx", process, port, suffix, "/") for suffix in SUFFIXES})
        else:
            print("nginx is missing: apt install nginx")
        if gunicorn:
            with self._flask(gunicorn) as (process, port):
                theirs.append(
                    {suffix: self._asked("gunicorn + Flask", process, port, suffix, "/") for suffix in SUFFIXES}
                )
        else:
            print("gunicorn is missing: --gunicorn")
        for suffix in SUFFIXES:
            print(f"\nprepared, {suffix}, {sizes[suffix]:,} bytes on average")
            _print([ours[suffix], *(each[suffix] for each in theirs)])

    def not_prepared(self, trifid: Path | None, store: Path, gunicorn: str) -> None:
        kinds = ("ttl", "html")
        with self._mupol(0) as (process, port):
            ours = {suffix: self._asked("mupol", process, port, suffix, "/doc/") for suffix in kinds}
        theirs: dict[str, Measured] = {}
        oxigraph = shutil.which("oxigraph") or (str(Path(gunicorn).with_name("oxigraph")) if gunicorn else "")
        if trifid and oxigraph and Path(oxigraph).exists():
            with self._trifid(trifid, store, oxigraph) as (process, port):
                theirs = {kind: self._asked("Trifid", process, port, kind, "/id/", named=False) for kind in kinds}
        else:
            print("Trifid or oxigraph is missing: --trifid, pip install oxigraph")
        for suffix in kinds:
            print(f"\nnot prepared, {suffix}")
            _print([ours[suffix], *([theirs[suffix]] if theirs else [])])

    def _asked(
        self, name: str, process: subprocess.Popen[bytes], port: int, suffix: str, place: str, *, named: bool = True
    ) -> Measured:
        """Load on a server. What it gives first is looked at, and all is asked for once before the clock runs."""
        paths = [f"{place}{thing}{'.' + suffix if named else ''}" for thing in self.things]
        request = Request(f"http://127.0.0.1:{port}{paths[0]}", headers={"Accept": SUFFIXES[suffix]})
        with urlopen(request, timeout=60) as first:  # noqa: S310 -- our own address
            assert first.headers["Content-Type"].startswith(SUFFIXES[suffix]), (name, first.headers["Content-Type"])
            assert len(first.read()) > 200
        listed, script = self.temp / "paths.txt", self.temp / "ask.lua"
        listed.write_text("\n".join(paths), encoding="ascii")
        script.write_text(_LUA % (listed, SUFFIXES[suffix]), encoding="ascii")
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", "--latency", "--timeout", "20s", "-s", str(script)]
        address = f"http://127.0.0.1:{port}"
        subprocess.run([*command, "-d2s", address], check=True, capture_output=True)
        told = subprocess.run(
            [*command, f"-d{self.seconds}s", address], check=True, capture_output=True, text=True
        ).stdout
        wrong = re.search(r"Non-2xx or 3xx responses: ([0-9]+)", told)
        rate = re.search(r"Requests/sec:\s+([0-9.]+)", told)
        return Measured(
            name,
            float(rate.group(1)) if rate else 0.0,
            _milliseconds(told, "50%"),
            _milliseconds(told, "99%"),
            _memory(process.pid),
            int(wrong.group(1)) if wrong else 0,
        )

    def _save(self, port: int) -> dict[str, int]:
        """The documents as files, for those who serve files; their average sizes."""
        total = dict.fromkeys(SUFFIXES, 0)
        for thing in self.things:
            for suffix in SUFFIXES:
                with urlopen(f"http://127.0.0.1:{port}/doc/{thing}.{suffix}", timeout=60) as answer:
                    body = answer.read()
                path = self.temp / "files" / f"{thing}.{suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
                total[suffix] += len(body)
        return {suffix: size // len(self.things) for suffix, size in total.items()}

    @contextmanager
    def _mupol(self, cache: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        port = _free_port()
        environment = os.environ | {"LOD_CACHE_MIB": str(cache), "PYTHONPATH": str(Path(__file__).parents[1])}
        command = [sys.executable, "-m", "lod.cli", "serve", "--workers", "1", "--port", str(port)]
        with _running(command, port, cwd=self.site, env=environment) as process:
            yield process, port

    @contextmanager
    def _nginx(self) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        port = _free_port()
        path = self.temp / "nginx.conf"
        path.write_text(_NGINX.format(folder=self.temp, port=port), encoding="ascii")
        with _running(["nginx", "-c", str(path), "-p", str(self.temp)], port) as process:
            yield process, port

    @contextmanager
    def _flask(self, gunicorn: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        port = _free_port()
        program = _FLASK.format(files=str(self.temp / "files"), types=SUFFIXES)
        (self.temp / "given.py").write_text(program, encoding="ascii")
        command = [gunicorn, "-w1", "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}", "given:app"]
        with _running(command, port, cwd=self.temp) as process:
            yield process, port

    @contextmanager
    def _trifid(self, trifid: Path, store: Path, oxigraph: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        queries, port = _free_port(), _free_port()
        settings = trifid.resolve() / "bench.yaml"  # modules are looked for beside it
        settings.write_text(_TRIFID.format(port=port, base=self.base, store=queries), encoding="ascii")
        serve = [oxigraph, "serve-read-only", "--location", str(store.resolve()), "--bind", f"127.0.0.1:{queries}"]
        program = ["node", str(trifid / "node_modules" / "trifid" / "server.js"), "-c", str(settings)]
        environment = os.environ | {"NODE_ENV": "production"}
        with _running(serve, queries), _running(program, port, cwd=trifid, env=environment) as process:
            yield process, port


def _print(rows: Sequence[Measured]) -> None:
    print(f"{'server':<18}{'requests/s':>12}{'ours/theirs':>13}{'p50 ms':>9}{'p99 ms':>9}{'MiB':>7}")
    for row in rows:
        ratio = "" if row is rows[0] or not row.rate else f"{rows[0].rate / row.rate:.2f}"
        told = f"  {row.wrong} failed" if row.wrong else ""
        print(f"{row.name:<18}{row.rate:>12,.0f}{ratio:>13}{row.p50:>9.2f}{row.p99:>9.2f}{row.memory:>7.0f}{told}")


def _milliseconds(told: str, percentile: str) -> float:
    found = re.search(rf"{percentile}\s+([0-9.]+)(us|ms|s|m)\b", told)
    return (
        float(found.group(1)) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[found.group(2)] if found else 0.0
    )


def _memory(pid: int) -> float:
    """Resident memory of a process and its children, shared pages counted in each."""
    statuses = {path.parent.name: path for path in Path("/proc").glob("[0-9]*/status")}
    fields = {}
    for number, path in statuses.items():
        try:
            fields[int(number)] = dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)
        except OSError:
            continue
    family, waiting = set[int](), [pid]
    while waiting:
        each = waiting.pop()
        family.add(each)
        waiting += [number for number, entry in fields.items() if int(entry["PPid"]) == each and number not in family]
    return sum(int(fields[each].get("VmRSS", "0 kB").split()[0]) for each in family if each in fields) / 1024


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    command: Sequence[str], port: int, *, cwd: Path | None = None, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server until it is no longer needed; begun when it takes connections."""
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} did not start")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    main()

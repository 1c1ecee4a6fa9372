"""How long a simple query of another client takes while eight heavy ones run: `python -m bench.heavy [ROUNDS]`.

The real server over the sample; each heavy query is asked again as soon as it ends, so that eight always run. Heavy
clients and the simple one come from different addresses (127.0.0.2 and 127.0.0.1). Prints median, p99 and worst, first
without and then with each kind of heavy query, and at last with all kinds mixed.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

from lod.assets import sample_dir

SECONDS = 5
HEAVY = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "order by everything": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d LIMIT 1",
    "deep path": "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>|^!<a:b>)* ?b . ?c (!<a:a>|^!<a:b>)* ?d }",
    "regular expression": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(a+)+(b+)+$') }",
    "1 MB": "ASK { ?s ?p ?o }" + " " * 1_000_000,
    "10,000 parentheses": "SELECT * { FILTER(" + "(" * 10_000 + "1" + ")" * 10_000 + ") }",
    "huge VALUES": "SELECT * { VALUES ?x { " + "1 " * 100_000 + "} ?s ?p ?x }",
}


def main() -> int:
    """Prints the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        shutil.copytree(sample_dir() / "hiratsuka", home / "data" / "hiratsuka")
        own = {key: value for key, value in os.environ.items() if not key.startswith("LOD_")}
        own |= {"LOD_QUERY_SECONDS": str(SECONDS), "LOD_CACHE_MIB": "0"}
        subprocess.run([sys.executable, "-m", "lod.cli", "build"], cwd=home, env=own, check=True, capture_output=True)
        port = _free_port()
        command = [sys.executable, "-m", "lod.cli", "serve", "--port", str(port)]
        server = subprocess.Popen(command, cwd=home, env=own, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            print(f"{'eight of these run':24} median ms   p99 ms  worst ms  not answered")
            for kind, queries in (
                {"none": []} | {k: [q] for k, q in HEAVY.items()} | {"all mixed": list(HEAVY.values())}
            ).items():
                _round(port, kind, queries, rounds)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    return 0


def _round(port: int, kind: str, queries: list[str], rounds: int) -> None:
    stop = Event()
    heavy = [
        Thread(target=_again, args=(port, query, stop), daemon=True)
        for query, _ in zip(cycle(queries), range(8), strict=False)
    ]
    for thread in heavy:
        thread.start()
    time.sleep(2 if heavy else 0.2)
    times, refused = [], 0
    for number in range(rounds):
        started = time.perf_counter()
        refused += _ask(port, f"SELECT * {{ ?s ?p ?o }} LIMIT {number % 20 + 1} #{number}", "127.0.0.1") != 200
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(0.02)
    stop.set()
    for thread in heavy:
        thread.join()
    times.sort()
    p99 = times[int(len(times) * 0.99) - 1]
    print(f"{kind:24} {statistics.median(times):9.1f} {p99:8.1f} {times[-1]:9.1f} {refused:13}")


def _again(port: int, query: str, stop: Event) -> None:
    while not stop.is_set():
        _ask(port, query, "127.0.0.2")


def _ask(port: int, query: str, source: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120, source_address=(source, 0))
    try:
        line.request(
            "POST", "/sparql", urlencode({"query": query}), {"Content-Type": "application/x-www-form-urlencoded"}
        )
        answer = line.getresponse()
        answer.read()
        return answer.status
    except OSError:
        return 0
    finally:
        line.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            if _ask(port, "ASK {}", "127.0.0.1") == 200:
                return
        except OSError:
            time.sleep(0.1)
        time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    raise SystemExit(main())

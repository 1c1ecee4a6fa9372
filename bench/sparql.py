"""How fast research queries are answered, side by side with other servers over the same facts, in one run.

    python -m bench.corpus 10000 DIR && python -m bench.sparql DIR
    python -m bench.sparql DIR --oxigraph ENV/bin/oxigraph --rdflib-endpoint ENV/bin/python --virtuoso virtuoso-t

Servers that are named are started as their users start them; each answers every query over HTTP on a kept connection.
No query is sent twice: parameters change and a comment holds a number, so no cache of answers helps anybody. Every
query goes to the servers in turn, so that other work on the machine slows all of them alike. Answers are compared: the
same rows, each as often.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from bench.sparql_engines import HOST, Engine, Ours, Oxigraph, RdflibEndpoint, Virtuoso, free_port, write_facts
from bench.sparql_queries import QUERIES, Filling, Query, filling
from lod.release import current

_JSON = "application/sparql-results+json"
_GRAPH = "application/n-triples"
_TIMEOUT = 60.0
_MOST_SECONDS = 12.0
"""A query that is slow is repeated less often: until this much time has gone into it."""


class Client:
    """One kept connection to a server."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = HTTPConnection(HOST, port, timeout=_TIMEOUT)

    def get(self, target: str, accept: str) -> bytes | None:
        """The body of a 200; None for anything else. A server may close a connection while others take their time."""
        for _ in range(2):
            try:
                self._connection.request("GET", target, headers={"Accept": accept})
                response = self._connection.getresponse()
                body = response.read()
            except TimeoutError:
                self._connection.close()
                return None
            except (OSError, HTTPException):
                self._connection.close()
            else:
                return body if response.status == 200 else None
        return None


@dataclass(slots=True)
class Timings:
    """Milliseconds of one query on one server; `problem` says why there are none."""

    spent: list[float] = field(default_factory=list)
    problem: str = ""

    @property
    def p50(self) -> float:
        return statistics.median(self.spent)

    @property
    def p99(self) -> float:
        return sorted(self.spent)[min(len(self.spent) - 1, int(len(self.spent) * 0.99))]


def _accept(query: Query) -> str:
    return _GRAPH if query.text.startswith("DESCRIBE") else _JSON


def measure(engines: Sequence[Engine], query: Query, values: Filling, repeats: int) -> dict[str, Timings]:
    """The servers in turn, the same texts for each; the first answer of each is compared and not counted."""
    found = {engine.name: Timings() for engine in engines if engine.named or not query.named_graphs}
    clients = {engine.name: Client(engine.port) for engine in engines}
    _compare(engines, clients, query, values, found)
    totals = dict.fromkeys(found, 0.0)
    for _ in range(repeats):
        text = values.fill(query)
        for engine in engines:
            timings = found.get(engine.name)
            if timings is None or timings.problem or totals[engine.name] > _MOST_SECONDS:
                continue
            target = engine.target(text)
            clock = time.perf_counter()
            if clients[engine.name].get(target, _accept(query)) is None:
                timings.problem = "failed"
            timings.spent.append((time.perf_counter() - clock) * 1000)
            totals[engine.name] += timings.spent[-1] / 1000
    return found


def _compare(
    engines: Sequence[Engine], clients: dict[str, Client], query: Query, values: Filling, found: dict[str, Timings]
) -> None:
    """Every server's rows against ours, for three fillings."""
    for _ in range(3):
        text, first = values.fill(query), None
        for engine in engines:
            if engine.name not in found or found[engine.name].problem:
                continue
            body = clients[engine.name].get(engine.target(text), _accept(query))
            if body is None:
                found[engine.name].problem = "failed or > 60 s"
                continue
            rows = _triples(body, text) if _accept(query) == _GRAPH else _rows(body)
            first = rows if first is None else first
            if rows != first:
                found[engine.name].problem = f"other rows ({sum(rows.values())}, ours {sum(first.values())})"


def _rows(body: bytes) -> Counter[str]:
    """Each row as often as it comes. Plain and xsd:string literals are one; numbers are compared as numbers."""
    table = json.loads(body)
    return Counter(json.dumps(sorted((k, *_term(v)) for k, v in row.items())) for row in table["results"]["bindings"])


def _term(term: dict[str, Any]) -> tuple[str, ...]:
    kind, value, datatype = term["type"], term["value"], term.get("datatype", "")
    if datatype.endswith(("#integer", "#decimal", "#int")):
        return ("number", f"{float(value):g}")
    return ("literal" if "literal" in kind else kind, value, datatype.replace("#string", ""), term.get("xml:lang", ""))


def _triples(body: bytes, text: str) -> Counter[str]:
    """What is said of the thing itself: how much more a description holds is each server's choice (SPARQL 16.4)."""
    thing = text.partition("DESCRIBE <")[2].partition(">")[0]
    quads = ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
    return Counter(str(quad.triple) for quad in quads if str(quad.subject) == f"<{thing}>")


def throughput(engine: Engine, texts: Sequence[str], clients: int, seconds: float) -> float:
    """Answers a second with some clients at once, each in a process of its own with a kept connection."""
    with ThreadPoolExecutor(clients) as threads, get_context("spawn").Pool(clients) as processes:
        parts = [[engine.target(text) for text in texts[number::clients]] for number in range(clients)]
        running = [threads.submit(processes.apply, _hammer, (engine.port, part, seconds)) for part in parts]
        return sum(item.result() for item in running)


def _hammer(port: int, targets: list[str], seconds: float) -> float:
    """Answers a second of one client; an answer that is none counts for nothing."""
    client = Client(port)
    client.get(targets[0], _JSON)
    done, at, start = 0, 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        done += client.get(targets[at % len(targets)], _JSON) is not None
        at += 1
    return done / (time.perf_counter() - start)


@contextmanager
def running(engines: Sequence[Engine]) -> Iterator[None]:
    """All servers, ended whatever happens."""
    try:
        for engine in engines:
            engine.start()
        yield
    finally:
        for engine in engines:
            engine.stop()


def print_table(results: dict[str, dict[str, Timings]], engines: Sequence[Engine]) -> None:
    """p50 and p99 of each query and server, and sums over the queries that all of them answer."""
    names = [engine.name for engine in engines]
    print(f"\n| p50 / p99, ms | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}")
    for query, row in results.items():
        print(f"| {query} | {' | '.join(_cell(row.get(name)) for name in names)} |")
    asked = [row for row in results.values() if row.keys() == set(names)]
    whole = [name for name in names if not any(row[name].problem for row in asked)]
    sums = {name: sum(row[name].p50 for row in asked) for name in whole}
    cells = [f"**{sums[name]:.1f}**" if name in sums else "-" for name in names]
    print(f"| **sum of p50 over {len(asked)}** | {' | '.join(cells)} |")
    for name in whole[1:]:
        print(f"sum of p50, {names[0]} over {name}: {sums[names[0]] / sums[name]:.2f}")


def _cell(timings: Timings | None) -> str:
    if timings is None:
        return "no named graphs"
    if timings.problem or not timings.spent:
        return timings.problem
    return f"{timings.p50:.2f} / {timings.p99:.2f}"


def print_throughput(engines: Sequence[Engine], values: Filling, seconds: float) -> None:
    """The light mix, all different and repeated, with 1 and 8 clients."""
    light = [query for query in QUERIES if query.light and not query.named_graphs and "DESCRIBE" not in query.text]
    names = [engine.name for engine in engines]
    print(f"\n| answers a second | {' | '.join(names)} |\n|{'---|' * (len(names) + 1)}")
    for clients in (1, 8):
        for kind in ("different", "repeated"):
            rates = []
            for engine in engines:
                texts = [values.fill(light[at % len(light)]) for at in range(24 if kind == "repeated" else 20_000)]
                rates.append(throughput(engine, texts, clients, seconds))
            ratios = ", ".join(
                f"{rates[0] / rate:.2f} of {n}" for n, rate in zip(names[1:], rates[1:], strict=True) if rate
            )
            print(f"| {kind}, {clients} clients | {' | '.join(f'{rate:.0f}' for rate in rates)} | {ratios}", flush=True)
    print(f"\n| memory, MiB | {' | '.join(str(engine.memory_mib()) for engine in engines)} |")


def _engines(asked: argparse.Namespace, release: Path) -> list[Engine]:
    engines: list[Engine] = [Ours(free_port(asked.port), asked.site)]
    if asked.oxigraph:
        engines.append(Oxigraph(free_port(asked.port + 1), release / "store", asked.oxigraph))
    kept = Path(tempfile.gettempdir()) / f"mupol-bench-{release.name}"
    if asked.virtuoso or asked.rdflib_endpoint:
        write_facts(release / "store", kept)
    if asked.virtuoso:
        virtuoso = Virtuoso(free_port(asked.port + 2), kept / "virtuoso", kept, asked.virtuoso)
        print(f"virtuoso loaded in {virtuoso.load():.0f} s")
        engines.append(virtuoso)
    if asked.rdflib_endpoint:
        engines.append(RdflibEndpoint(free_port(asked.port + 4), kept, asked.rdflib_endpoint))
    return engines


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path, help="a folder made by bench.corpus")
    for name in ("oxigraph", "virtuoso", "rdflib-endpoint"):
        parser.add_argument(f"--{name}", metavar="PATH", help="program to compare with")
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement of throughput; 0: none")
    parser.add_argument("--port", type=int, default=8120)
    parser.add_argument("--only", default="", help="queries whose name contains this")
    asked = parser.parse_args()
    asked.site = asked.site.resolve()
    live = current(asked.site / "var")
    if live is None:
        raise SystemExit(f"no release in {asked.site}: python -m bench.corpus 10000 {asked.site}")
    values, engines = filling(live.open()), _engines(asked, live.path)
    print(f"{live.manifest['papers']:,} papers, {live.manifest['quads']:,} quads")
    with running(engines):
        results = {}
        for query in QUERIES:
            if asked.only in query.name:
                results[query.name] = measure(engines, query, values, asked.repeats)
                print(query.name, {name: _cell(item) for name, item in results[query.name].items()}, flush=True)
        if results:
            print_table(results, engines)
        if asked.seconds:
            print_throughput(engines, values, asked.seconds)


if __name__ == "__main__":
    main()

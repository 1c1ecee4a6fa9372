"""`lod serve` under harm, as a process with a port: slow senders, slow readers, heavy queries, lost processes."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from lod.config import Settings
from lod.web.guard import hang_up_on_deaf_clients
from tests.served import Served, serving, wait

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HALF = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


def ask(served: Served, query: str, **options: object) -> requests.Response:
    return requests.get(served.address, params={"query": query}, timeout=60, **options)  # type: ignore[arg-type]


def connect(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=40)


def web_process(served: Served) -> int:
    return children(served.process.pid)[0]


def children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def memory_mib(pid: int) -> int:
    line = next(text for text in Path(f"/proc/{pid}/status").read_text().splitlines() if text.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


@pytest.fixture(scope="module")
def served(published: Settings) -> Iterator[Served]:
    with serving(published.var, query_seconds="5", cache_mib="0") as made:
        yield made


@pytest.mark.slow
def test_half_bodies_hold_nobody_up(served: Served) -> None:
    """Each keeps places of its own client; it is told that it is late; the server lives on (granian 2.8.6 does not)."""
    sockets = [connect(served) for _ in range(20)]
    try:
        for each in sockets:
            each.sendall(HALF)
        time.sleep(0.3)
        assert ask(served, "ASK { ?s ?p 1 }").ok
        for each in sockets:
            assert b" 408 " in each.recv(4096).partition(b"\r\n")[0]
        assert ask(served, "ASK { ?s ?p 2 }").ok
    finally:
        for each in sockets:
            each.close()


def test_one_client_has_so_many_requests_at_once(served: Served) -> None:
    sockets = [connect(served) for _ in range(70)]
    try:
        for each in sockets:
            each.sendall(HALF)
        time.sleep(1.0)
        refused = ask(served, "ASK { ?s ?p 3 }")
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (429, "crowd")
        assert int(refused.headers["Retry-After"]) > 0
    finally:
        for each in sockets:
            each.close()
    for _ in range(100):
        if ask(served, "ASK { ?s ?p 3 }").ok:
            break
        time.sleep(0.1)
    assert ask(served, "ASK { ?s ?p 4 }").ok


def test_a_body_shorter_than_said_is_not_evaluated(served: Served) -> None:
    with connect(served) as line:
        line.sendall(HALF)
        line.shutdown(socket.SHUT_WR)
        assert b" 200 " not in line.recv(4096).partition(b"\r\n")[0]


def test_a_body_in_chunks_is_taken(served: Served) -> None:
    parts = iter([b"ASK ", b"{ ?s ?p", b" ?o }"])
    kind = {"Content-Type": "application/sparql-query"}
    answer = requests.post(served.address, data=parts, headers=kind, timeout=30)
    assert answer.json()["boolean"] is True
    much = (b" " * 65536 for _ in range(8))
    refused = requests.post(served.address, data=much, headers=kind, timeout=30)
    assert refused.status_code == 413


@needs_proc
def test_a_long_result_does_not_fill_the_server(published: Settings) -> None:
    """More than 200 MB go through a process that grows by less than a tenth of that; who does not read holds nobody."""
    doubled = "".join(f" BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(16))
    query = f'SELECT ?x16 {{ ?a ?b ?c . ?d ?e ?f BIND("a" AS ?x0) {doubled} }} LIMIT 3400'
    size = 0
    with serving(published.var, query_seconds="60", cache_mib="0") as patient:  # a busy machine takes its time
        before = memory_mib(web_process(patient))
        with ask(patient, query, headers={"Accept": "text/csv"}, stream=True) as answer:
            assert ask(patient, "ASK { ?s ?p 5 }").ok
            for piece in answer.iter_content(1024**2):
                size += len(piece)
            assert size == int(answer.headers["Content-Length"]) > 200 * 1000**2
        assert memory_mib(web_process(patient)) - before < 20


@pytest.mark.slow
def test_a_simple_query_is_answered_while_eight_heavy_ones_run(served: Served) -> None:
    """On the real server: its threads, too, must be more than the heavy queries."""
    heavy = [
        threading.Thread(
            target=ask,
            args=(
                served,
                f"{CROSS}#{number}",
            ),
        )
        for number in range(8)
    ]
    for each in heavy:
        each.start()
    time.sleep(2.0)
    assert [ask(served, f"ASK {{ ?s ?p {number} }}").status_code for number in range(10, 20)] == [200] * 10
    assert all(each.is_alive() for each in heavy)
    for each in heavy:
        each.join()


@needs_proc
@pytest.mark.slow
def test_any_process_may_be_lost(served: Served) -> None:
    ask(served, "ASK { ?s ?p 30 }")
    web = web_process(served)
    fork_server = next(pid for pid in children(web) if children(pid))
    for worker in children(fork_server):
        os.kill(worker, signal.SIGKILL)
    started = time.monotonic()
    assert ask(served, "ASK { ?s ?p 31 }").ok
    assert time.monotonic() - started < 5
    os.kill(fork_server, signal.SIGKILL)
    assert ask(served, "ASK { ?s ?p 32 }").ok
    os.kill(web, signal.SIGKILL)
    wait(served.port, served.process)
    assert ask(served, "ASK { ?s ?p 33 }").ok
    assert web_process(served) != web


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_USER_TIMEOUT is Linux's")
def test_a_client_that_takes_nothing_is_hung_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        hang_up_on_deaf_clients(1.0)
        with socket.create_connection(listening.getsockname()):
            taken, _ = listening.accept()
            with taken:
                taken.settimeout(30)
                started = time.monotonic()
                with pytest.raises((ConnectionError, TimeoutError)):
                    taken.sendall(bytes(64 * 1024**2))
                assert time.monotonic() - started < 20

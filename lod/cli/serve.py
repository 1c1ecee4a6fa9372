"""`lod serve`: the web server, or one request of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words
from lod.errors import StoreError, UsageError

if TYPE_CHECKING:
    from flask import Flask

    from lod.config import Settings

THREADS = 256
"""Requests that a web process works at or waits with; started when needed. Queries under way and in the queue, bodies
and answers on their way each hold one, so there are more than all the places of queries (docs/explanation/endpoint.md).
"""
CONNECTIONS = 1024
"""Open connections of a web process; further ones wait in the kernel."""
HEADER_SECONDS = 15
"""Time for the head of a request to come, and for an idle connection to stay open."""
HEADER_BYTES = 128 * 1024
FILES = 16_384
"""Open files of a web process, where the system lets it have so many."""


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(host: str | None, port: int | None, workers: int | None, path: str | None, accept: str) -> int:
        return _serve(words, {"host": host, "port": port, "workers": workers}, path, accept)

    return LocalCommand(
        "serve",
        callback=callback,
        help=words("serve.help"),
        params=[
            click.Option(["--host"], help=words("serve.host")),
            click.Option(["--port"], type=int, help=words("serve.port")),
            click.Option(["--workers"], type=int, help=words("serve.workers")),
            click.Option(["--get", "path"], metavar="PATH", help=words("serve.get")),
            click.Option(["--accept"], metavar="TYPE", default="*/*", help=words("serve.accept")),
        ],
    )


def application() -> Flask:
    """The application as each web process makes it, from the settings that the command hands on."""
    from lod.config import load
    from lod.web import create_app

    return create_app(load())


def _serve(words: Words, flags: dict[str, object], path: str | None, accept: str) -> int:
    from lod import release
    from lod.config import load

    settings = load(flags)
    live = release.current(settings.var)
    if live is None:
        raise StoreError("B07", place=str(settings.var))
    if path is not None:
        return _get(words, settings, path, accept)
    _check_port(settings)
    address = f"http://{settings.host}:{settings.port}/"
    click.echo(words("serve.ready", id=live.id, address=address), err=True)
    _run(settings)
    return 0


def _get(words: Words, settings: Settings, path: str, accept: str) -> int:
    """One request; the body to stdout, status and headers to stderr; exit 0 below 400, 2 below 500, else 3."""
    from lod.web import create_app

    if not path.startswith("/"):
        raise UsageError("C02", place="--get", value=path, wanted="/doc/org/142034")
    client = create_app(settings).test_client()
    response = client.get(path, headers={"Accept": accept, "Accept-Language": words.lang})
    sys.stdout.buffer.write(response.get_data())
    for line in (f"HTTP {response.status}", *(f"{name}: {value}" for name, value in response.headers)):
        click.echo(line, err=True)
    return 0 if response.status_code < 400 else 2 if response.status_code < 500 else 3


def _check_port(settings: Settings) -> None:
    """Fails with words before the server fails with a stack."""
    import socket

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except (OSError, OverflowError) as error:
            problem = getattr(error, "strerror", None) or str(error)
            raise StoreError("S12", place=f"{settings.host}:{settings.port}", problem=problem) from error


def _run(settings: Settings) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    _allow_files()
    os.environ["LOD_VAR"] = str(Path(settings.var).resolve())
    os.environ["LOD_HOST"], os.environ["LOD_PORT"] = settings.host, str(settings.port)
    Granian(
        "lod.cli.serve:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=HTTPModes.http1,  # one request at a time on a connection: limits on connections hold for requests
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES),
        blocking_threads=THREADS,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=3,  # a worker that waits for its query processes must not hold up Ctrl-C
        log_level=LogLevels.error,
        log_access=False,
        websockets=False,
    ).serve()


def _allow_files() -> None:
    """As many open files as this user may have: a connection is one, a query some, and 1024 are usual but too few."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))

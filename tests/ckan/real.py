"""A real CKAN on this machine for the time of a test: PostgreSQL and Redis of the system, CKAN of an environment of its
own, and a stand-in for its search index. Everything listens on 127.0.0.1 and is gone afterwards.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

_HERE = Path(__file__).resolve().parent
_PATIENCE = 120.0


class UnavailableError(Exception):
    """Something that a real CKAN needs is not installed; the message names it."""


@dataclass(frozen=True, slots=True)
class Running:
    """A CKAN that answers at `url`; `token` is of a user who may do everything."""

    url: str
    token: str


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str, *places: str) -> str:
    found = shutil.which(name)
    for pattern in places:
        found = found or next((str(path) for path in sorted(Path("/").glob(pattern), reverse=True)), None)
    if found is None:
        raise UnavailableError(name)
    return found


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextmanager
def _process(command: Sequence[str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            if requests.get(url, timeout=5).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.3)
    raise RuntimeError(f"{url} does not answer: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """A PostgreSQL cluster of its own; gives the address of an empty database."""
    port, data = _free_port(), folder / "postgresql"
    data.mkdir()
    if os.geteuid() == 0:
        shutil.chown(data, "postgres")
    initdb = _program("initdb", "usr/lib/postgresql/*/bin/initdb")
    command = [*_as_postgres(), initdb, "-D", str(data), "-U", "ckan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=data)
    server = _program("postgres", "usr/lib/postgresql/*/bin/postgres")
    options = ["-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(data), "-F"]
    with _process([*_as_postgres(), server, *options], folder / "postgresql.log"):
        psql = _program("psql", "usr/lib/postgresql/*/bin/psql")
        end = time.monotonic() + _PATIENCE
        ask = [psql, "-h", "127.0.0.1", "-p", str(port), "-U", "ckan", "-d", "postgres", "-c", "CREATE DATABASE ckan"]
        while subprocess.run(ask, capture_output=True, check=False).returncode:
            if time.monotonic() > end:
                raise RuntimeError("PostgreSQL does not start: " + (folder / "postgresql.log").read_text())
            time.sleep(0.3)
        yield f"postgresql://ckan@127.0.0.1:{port}/ckan"


@contextmanager
def running(environment: Path, folder: Path) -> Iterator[Running]:
    """CKAN from the environment at a path, its data below `folder`. Raises UnavailableError."""
    ckan = environment / "bin" / "ckan"
    if not ckan.is_file():
        raise UnavailableError(f"ckan in {environment}")
    redis = _program("redis-server")
    with ExitStack() as stack:
        open_folder = Path(stack.enter_context(TemporaryDirectory(prefix="mupol-ckan-")))
        open_folder.chmod(0o755)  # PostgreSQL's user must get there
        database = stack.enter_context(_database(open_folder))
        redis_port, index_port, port = _free_port(), _free_port(), _free_port()
        quiet = ["--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        stack.enter_context(_process([redis, *quiet, "--dir", str(folder)], folder / "redis.log"))
        stand_in = [sys.executable, str(_HERE / "index_stand_in.py"), str(index_port)]
        stack.enter_context(_process(stand_in, folder / "index.log"))
        _wait(f"http://127.0.0.1:{index_port}/solr/ckan/schema", folder / "index.log")
        settings = {
            "sqlalchemy.url": database,
            "solr_url": f"http://127.0.0.1:{index_port}/solr/ckan",
            "ckan.redis.url": f"redis://127.0.0.1:{redis_port}/0",
            "ckan.site_url": f"http://127.0.0.1:{port}",
            "ckan.storage_path": str(folder / "storage"),
            "ckan.locale_default": "ja",
            "ckan.plugins": "activity",
            "ckan.auth.create_default_api_keys": "false",
        }
        config = _configure(ckan, folder, settings)
        command = [str(ckan), "-c", str(config)]
        _run([*command, "db", "init"], folder)
        password = secrets.token_urlsafe(12)
        _run([*command, "user", "add", "publisher", "email=p@example.org", f"password={password}"], folder)
        _run([*command, "sysadmin", "add", "publisher"], folder)
        told = _run([*command, "user", "token", "add", "publisher", "tests"], folder)
        token = re.findall(r"\b(eyJ[\w-]+\.[\w-]+\.[\w-]+)\b", told)[-1]
        serve = [*command, "run", "--host", "127.0.0.1", "--port", str(port), "--disable-reloader"]
        stack.enter_context(_process(serve, folder / "ckan.log"))
        url = f"http://127.0.0.1:{port}"
        _wait(f"{url}/api/3/action/status_show", folder / "ckan.log")
        yield Running(url, token)


def _configure(ckan: Path, folder: Path, settings: dict[str, str]) -> Path:
    config = folder / "ckan.ini"
    _run([str(ckan), "generate", "config", str(config)], folder)
    _run([str(ckan), "config-tool", str(config), *(f"{key}={value}" for key, value in settings.items())], folder)
    return config


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=300)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[-4:])}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
    return done.stdout + done.stderr

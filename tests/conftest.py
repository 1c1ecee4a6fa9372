"""What every test stands on: the sample, a clean environment, no network."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from lod.config import Settings
from tests.cities import build_cities

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "data" / "hiratsuka" / "sources" / "2016" / "sangyo-shinko-2016.txt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# The same examples on every machine: a failure that one has seen, all can see. Time limits would measure the machine.
settings.register_profile(
    "mupol", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("mupol")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ckan", default="", help="environment with CKAN, to test against a real one (make test-ckan)")
    parser.addoption(
        "--w3c", metavar="DIR", help="folder sparql/sparql11 of the W3C's rdf-tests, for tests/conformance"
    )


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def hiratsuka() -> Path:
    """The sample's folder."""
    return ROOT / "data" / "hiratsuka"


@pytest.fixture(scope="session")
def seed_path() -> Path:
    """The one real paper."""
    return SEED


@pytest.fixture(scope="session")
def seed_bytes() -> bytes:
    """The bytes of the one real paper."""
    return SEED.read_bytes()


@pytest.fixture(scope="session")
def invented_site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a site with two invented municipalities over four years. Do not change it: others read it too."""
    return build_cities(tmp_path_factory.mktemp("invented"))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test, nor a process that it starts."""
    for name in [name for name in os.environ if name.startswith("LOD_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that calls another host fails: the product promises to work without a network."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:  # noqa: ANN401  an address of any socket family
        host = address[0] if isinstance(address, tuple) else "unix"
        if host not in {"unix", "localhost", "::1"} and not str(host).startswith("127."):
            pytest.fail(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)

"""A build killed at any moment leaves the whole old release live, or the whole new one; the next build succeeds.

The builder runs in a process of its own that kills itself (SIGKILL, which nothing can catch) just before its n-th
change to the file system, as Python's audit events count them (PEP 578). So every step between two changes is met
exactly, and the program needs no switch for tests. While Oxigraph writes, no events come: there the process is killed
from outside, some milliseconds after its files appear.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from lod import release
from lod.config import load as load_settings
from lod.municipality import load as load_municipality
from tests.papers import generate

ROOT = Path(__file__).resolve().parents[2]
KILLS, LAST = 22, 12
"""The last changes of a build (manifest, rename, keys, switch) are all met; the others are spread over the rest."""

BUILDER = """
import os, sys
stop, seen = int(sys.argv[1]), 0
WATCHED = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.copyfile", "shutil.rmtree"}
def writes(mode, flags):
    return bool(set(mode) & set("wax+")) if isinstance(mode, str) else bool(flags & (os.O_WRONLY | os.O_RDWR))
def hook(event, args):
    global seen
    if event in WATCHED or event == "open" and writes(args[1], args[2]):
        seen += 1
        if seen == stop:
            os.kill(os.getpid(), 9)
from lod.cli import run
import lod.cli.build, lod.release
sys.addaudithook(hook)
code = run(["build", "city", "--jobs", "1"])
print("changes", seen)
sys.exit(code)
"""


@dataclass(frozen=True)
class World:
    """A site with a live release `old` whose city has since got papers: the next build makes `new`, in `changes` steps.

    `keys` is identities.csv after that build.
    """

    site: Path
    old: str
    new: str
    changes: int
    keys: str


def _start(site: Path, stop: int) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOD_")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(stop)],
        cwd=site, env=environment, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _build(site: Path) -> release.Build:
    settings = load_settings({"var": site / "var", "data": [site / "city"], "jobs": 1})
    return release.build(settings, [load_municipality(path) for path in settings.data])


def _keys(site: Path) -> str:
    return (site / "city" / "identities.csv").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, hiratsuka: Path) -> World:
    site = tmp_path_factory.mktemp("crash") / "site"
    shutil.copytree(hiratsuka, site / "city")
    old = _build(site).id
    for seed in (1, 2):  # invented departments: their keys are new, so identities.csv is written too
        paper = generate(seed, lost="nothing", garbled="no", encoding="utf-8")
        (site / "city" / "sources" / f"invented-{seed}.txt").write_bytes(paper.data)
    trial = site.with_name("trial")
    shutil.copytree(site, trial)
    process = _start(trial, 0)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    new = release.current(trial / "var")
    assert old
    assert new
    assert new.id != old
    assert _keys(trial) != _keys(site)
    return World(site, old, new.id, int(out.rpartition("changes ")[2]), _keys(trial))


def _live(site: Path, *allowed: str) -> str:
    """The id of the live release, which opens, whose files are as recorded and which holds what it says."""
    live = release.current(site / "var")
    assert live
    assert live.id in allowed
    assert release.verify(live) == []
    assert live.open().count() == live.manifest["quads"]
    return live.id


def _recovers(site: Path, world: World) -> None:
    """The next build publishes, keeps the keys, sweeps up, and has nothing to do a second time."""
    assert _build(site).id == world.new
    _live(site, world.new)
    assert _keys(site) == world.keys
    assert [path.name for path in (site / "var").rglob(".*") if path.name != ".lock"] == []
    assert {path.name for path in (site / "var" / "releases").iterdir()} == {world.old, world.new}
    assert not _build(site).changed


def _moments(changes: int) -> list[int]:
    """Before which changes to kill: the last ones all, the earlier ones evenly."""
    step = max(1, (changes - LAST) // (KILLS - LAST))
    return sorted({*range(1, changes - LAST, step), *range(changes - LAST + 1, changes + 1)})


@pytest.mark.slow
def test_a_build_killed_before_a_change(world: World, tmp_path: Path) -> None:
    moments = _moments(world.changes)
    assert len(moments) >= 20
    seen = dict.fromkeys((world.old, world.new), 0)
    for moment in moments:
        site = tmp_path / str(moment)
        shutil.copytree(world.site, site)
        process = _start(site, moment)
        _, err = process.communicate(timeout=120)
        assert process.returncode in (-9, 9), f"change {moment} of {world.changes} was not reached: {err}"
        seen[_live(site, world.old, world.new)] += 1
        _recovers(site, world)
        shutil.rmtree(site)
    assert seen[world.old], "no kill met the time before the switch"


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.08, 0.2])
def test_a_build_killed_while_the_store_is_written(world: World, tmp_path: Path, delay: float) -> None:
    site = tmp_path / "site"
    shutil.copytree(world.site, site)
    process = _start(site, 0)
    until = time.monotonic() + 60
    while not list((site / "var" / "releases").glob(".building-*/store/CURRENT")) and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.001)
    time.sleep(delay)
    process.kill()
    process.communicate(timeout=60)
    _live(site, world.old, world.new)
    _recovers(site, world)

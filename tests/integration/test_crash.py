"""A build killed at any moment leaves either the old release live or the new one, whole."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lod import release
from lod.assets import sample_dir
from lod.config import Settings, load
from lod.municipality import load as load_municipality

POINTS = 20
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is POSIX")


def _start(folder: Path) -> subprocess.Popen[bytes]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LOD_")}
    return subprocess.Popen(
        [sys.executable, "-m", "lod.cli", "build", "--jobs", "1"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _whole(site: Settings) -> str:
    live = release.current(site.var)
    assert live is not None
    assert release.verify(live) == []
    assert live.open().count() == live.manifest["quads"]
    return live.id


@pytest.mark.slow
def test_kill_at_many_points(tmp_path: Path) -> None:
    shutil.copytree(sample_dir() / "hiratsuka", tmp_path / "data" / "hiratsuka")
    site = load({"jobs": 1}, tmp_path)
    seed = site.data[0] / "sources" / "2016" / "sangyo-shinko-2016.txt"
    text = seed.read_text(encoding="utf-8")
    old = release.build(site, [load_municipality(site.data[0])]).id
    assert old is not None

    def change(number: int) -> None:
        seed.write_text(text.replace("助成を行います。", f"助成を{number}度行います。"), encoding="utf-8")
        shutil.rmtree(site.var / "cache", ignore_errors=True)

    change(0)
    begun = time.monotonic()
    assert _start(tmp_path).wait() == 0
    whole_time = time.monotonic() - begun
    live = _whole(site)
    outcomes = {"old": 0, "new": 0}
    for point in range(1, POINTS + 1):
        change(point)
        process = _start(tmp_path)
        if point % 3 == 0:
            # At a chosen moment: as soon as the build's own folder holds its n-th entry.
            deadline = time.monotonic() + 10 * whole_time
            while process.poll() is None and time.monotonic() < deadline:
                building = list((site.var / "releases").glob(".building-*"))
                # os.walk, unlike rglob, is not troubled by a folder that is renamed while it looks.
                if building and sum(len(files) + len(dirs) for _, dirs, files in os.walk(building[0])) >= 2 * point:
                    break
        else:
            time.sleep(whole_time * point / POINTS * 1.05)
        process.kill()
        process.wait()
        now = _whole(site)
        outcomes["old" if now == live else "new"] += 1
        live = now
    assert outcomes["old"] > 0
    change(POINTS + 1)
    assert _start(tmp_path).wait() == 0
    assert _whole(site) != live
    assert not list((site.var / "releases").glob(".building-*"))

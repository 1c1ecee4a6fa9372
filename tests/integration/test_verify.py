"""`lod verify` proves a release, a copy or a download whole, and names what is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lod import release
from lod.cli.running import run
from lod.config import Settings

FINE, BROKEN, USAGE = 0, 1, 2


@pytest.fixture
def whole(published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a release, and a working folder without releases of its own."""
    live = release.current(published.var)
    assert live
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(live.path, tmp_path / "copy"))


@pytest.fixture
def downloads(whole: Path, tmp_path: Path) -> Path:
    """Three files and the checksums in a download folder, without their own folders, beside a file of the reader's."""
    folder = tmp_path / "Downloads"
    folder.mkdir()
    for name in ("SHA256SUMS", "all.nq.gz", "tables/goals.csv", "tables/142034.xlsx"):
        shutil.copy(whole / "dumps" / name, folder)
    (folder / "holiday.jpg").write_bytes(b"x")
    return folder


def test_a_whole_release_by_id_and_by_folder(
    whole: Path, published: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", str(whole), "--lang", "en"]) == FINE
    assert "as they were published" in capsys.readouterr().err
    live = release.current(published.var)
    assert live
    monkeypatch.chdir(published.var.parent)
    assert run(["verify", live.id]) == FINE
    assert capsys.readouterr().out == ""


def test_what_is_damaged_missing_or_unlisted_is_named(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goals = whole / "dumps" / "tables" / "goals.csv"
    goals.write_bytes(goals.read_bytes().replace(b"final", b"fimal", 1))
    (whole / "dumps" / "all.nq.gz").unlink()
    (whole / "dumps" / "extra.csv").write_text("x")
    assert run(["verify", str(whole)]) == BROKEN
    out = capsys.readouterr().out.splitlines()
    assert out == ["damaged\tdumps/tables/goals.csv", "missing\tdumps/all.nq.gz", "unlisted\tdumps/extra.csv"]


def test_of_a_download_what_is_there_is_checked(downloads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(downloads), "--lang", "en"]) == FINE
    said = capsys.readouterr()
    assert said.out == ""
    assert "the 3 files that are here" in said.err
    assert run(["verify", str(downloads), "--all"]) == BROKEN
    assert "missing\tall.trig.gz" in capsys.readouterr().out
    (downloads / "goals.csv").write_text("cut off")
    assert run(["verify", str(downloads)]) == BROKEN
    assert capsys.readouterr().out == "damaged\ttables/goals.csv\n"


def test_a_mirror_of_the_downloads_and_a_manifest_alone(whole: Path, downloads: Path, tmp_path: Path) -> None:
    mirror = shutil.copytree(whole / "dumps", tmp_path / "mirror")
    assert run(["verify", "--all", str(mirror)]) == FINE
    (downloads / "SHA256SUMS").unlink()
    shutil.copy(whole / "manifest.json", downloads)
    assert run(["verify", str(downloads)]) == FINE
    (downloads / "goals.csv").write_text("")
    assert run(["verify", str(downloads)]) == BROKEN


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SHA256SUMS", "no checksum\n"),
        ("SHA256SUMS", f"{'0' * 64}  ../../etc/passwd\n"),
        ("SHA256SUMS", f"{'0' * 64}  /etc/passwd\n"),
        ("SHA256SUMS", f"{'0' * 64}  C:\\x\n"),
        ("manifest.json", "{}"),
        ("manifest.json", '{"files": [{"path": "../x", "sha256": ""}], "derived": []}'),
        ("holiday.txt", "no list at all"),
    ],
)
def test_a_folder_without_a_sound_list_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    assert run(["verify", str(folder)]) == USAGE
    assert "B10" in capsys.readouterr().err


def test_an_unknown_release_and_an_empty_download(
    whole: Path, downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", "r000000000000"]) == USAGE
    assert "B05" in capsys.readouterr().err
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.copy(downloads / "SHA256SUMS", empty)
    assert run(["verify", str(empty)]) == BROKEN

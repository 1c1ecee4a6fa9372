"""A release on disk: `var/releases/<id>/`, and `var/current`, a small text file that names the live one.

A text file, not a link: it is replaced in one step on every system (docs/decisions/0003-release-folder.md).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from lod.analysis import opened_store
from lod.errors import StoreError, UsageError
from lod.release.inputs import sha256
from lod.stores.oxigraph import ReleaseStore

_BUILDING = ".building-"


@dataclass(frozen=True)
class Release:
    """One finished release."""

    id: str
    path: Path

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """manifest.json. Raises StoreError B04 if it is gone or broken."""
        try:
            table: Mapping[str, Any] = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError("B04", place=str(self.path), problem=str(error)) from error
        return table

    def open(self) -> ReleaseStore:
        """The store, for reading."""
        return opened_store(self.path)


def releases_dir(var: Path) -> Path:
    return var / "releases"


def current(var: Path) -> Release | None:
    """The live release; None if nothing has been published. Raises StoreError B04 if `current` names none."""
    try:
        identifier = (var / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError("B04", place=str(var / "current"), problem=type(error).__name__) from error
    path = releases_dir(var) / identifier
    if not identifier.isalnum() or not (path / "manifest.json").is_file():
        raise StoreError("B04", place=str(var / "current"), problem=identifier)
    return Release(identifier, path)


def live_or_none(var: Path) -> Release | None:
    """The live release; none also where it is damaged, so that a build can put things right."""
    try:
        return current(var)
    except StoreError:
        return None


def kept(var: Path, identifier: str) -> Release | None:
    """A finished release by its id; None for any other text. Reads no manifest."""
    release = Release(identifier, releases_dir(var) / identifier)
    is_there = identifier.isascii() and identifier.isalnum() and (release.path / "manifest.json").is_file()
    return release if is_there else None


def discard(release: Release) -> None:
    """Removes a release: out of sight in one step, then from the disk (by the next build, if this one is killed)."""
    gone = release.path.with_name(f"{_BUILDING}{release.id}")
    release.path.rename(gone)
    shutil.rmtree(gone)


def releases(var: Path) -> list[Release]:
    """Every finished release, the newest first."""
    folder = releases_dir(var)
    if not folder.is_dir():
        return []
    found = [Release(path.name, path) for path in folder.iterdir() if (path / "manifest.json").is_file()]
    kept = [release for release in found if not release.id.startswith(".")]
    return sorted(kept, key=lambda release: (str(release.manifest.get("built_at")), release.id), reverse=True)


@contextmanager
def locked(var: Path) -> Iterator[None]:
    """One change of `var` at a time. Raises UsageError B03 if another is under way."""
    var.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(var / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise UsageError("B03", place=str(var)) from error


def switch(var: Path, identifier: str) -> None:
    """Makes a release the live one, in one step."""
    fresh = var / f".current-{os.getpid()}"
    with fresh.open("w", encoding="ascii", newline="\n") as file:
        file.write(identifier + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(var / "current")
    _sync_folder(var)


def verify(release: Release) -> list[str]:
    """The files of a release that are gone or differ from the manifest; empty if it is whole."""
    wrong = []
    for group in ("files", "derived"):
        for entry in release.manifest[group]:
            path = release.path / entry["path"]
            if not path.is_file() or path.stat().st_size != entry["bytes"] or sha256(path) != entry["sha256"]:
                wrong.append(str(entry["path"]))
    return wrong


def listed(folder: Path) -> Iterator[dict[str, object]]:
    """Every file below a folder with its size in bytes and SHA-256, in order of name."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield {"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": sha256(path)}


def begin(var: Path, identifier: str) -> Path:
    """An empty folder to build in; what killed builds left behind is removed."""
    folder = releases_dir(var)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(var)
    path = folder / f"{_BUILDING}{identifier}"
    path.mkdir()
    return path


def sweep(var: Path) -> None:
    """Removes what killed builds left behind."""
    unnamed = (path for path in (var / "cache").glob("*") if not path.name.endswith(".json.gz"))
    for left in (*releases_dir(var).glob(f"{_BUILDING}*"), *var.glob(".current-*"), *unnamed):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def finish(building: Path, var: Path, identifier: str) -> Release:
    """Puts a finished build in its place: everything on disk first, then one rename."""
    for path in building.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    target = releases_dir(var) / identifier
    if target.exists():  # an unfinished or damaged one of the same name
        shutil.rmtree(target)
    building.rename(target)
    _sync_folder(releases_dir(var))
    return Release(identifier, target)


def _sync_folder(path: Path) -> None:
    """Makes a rename last through a power cut (POSIX; Windows has no such call)."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

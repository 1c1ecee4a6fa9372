"""Proves a release, a copy of one or a download whole: every file by its SHA-256, against its list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lod.errors import UsageError
from lod.release.folder import releases, releases_dir
from lod.release.inputs import sha256
from lod.stores.distribution import FOLDER

MANIFEST, CHECKSUMS = "manifest.json", "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^\r\n]+)\Z")


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found, by the list's names. `complete`: none of it may be missing; `exact`: nothing beside it."""

    folder: Path
    complete: bool
    exact: bool
    fine: tuple[str, ...]
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]

    @property
    def proved(self) -> bool:
        """Whether all that should be here is here, as it was published."""
        lacks = self.complete and self.missing
        return bool(self.fine) and not self.damaged and not lacks and not (self.exact and self.unlisted)


def verify_copy(var: Path, release: str, *, every: bool = False) -> Verification:
    """Checks a release by its id, or a folder: a whole release, a mirror of its downloads, or some of them.

    A release with its folders must be whole; of downloads only those that are here are checked, unless `every` is set.
    Raises UsageError: B05 no such release, B10 no list of checksums in the folder, or a broken one.
    """
    folder = _folder(var, release)
    whole = (folder / MANIFEST).is_file() and (folder / FOLDER).is_dir()
    listed = dict(_listed(folder, whole=whole))
    found = {name: _present(folder, name, whole=whole) for name in listed}
    fine = [name for name, path in found.items() if path and sha256(path) == listed[name]]
    damaged = [name for name, path in found.items() if path and name not in set(fine)]
    missing = [name for name, path in found.items() if path is None]
    known = {path for path in found.values() if path} | {folder / MANIFEST, folder / CHECKSUMS}
    beside = (path for path in sorted(folder.rglob("*")) if path.is_file() and path not in known)
    unlisted = [path.relative_to(folder).as_posix() for path in beside]
    names = (tuple(kind) for kind in (fine, damaged, missing, unlisted))
    return Verification(folder, whole or every, whole, *names)


def _folder(var: Path, release: str) -> Path:
    for item in releases(var):
        if item.id == release:
            return item.path
    folder = Path(release)
    if not folder.is_dir():
        known = ", ".join(item.id for item in releases(var)[:5])
        raise UsageError("B05", place=str(releases_dir(var)), id=release, known=known or "-")
    return folder


def _listed(folder: Path, *, whole: bool) -> Iterator[tuple[str, str]]:
    """(path within the folder, SHA-256) of everything that was published."""
    if whole:
        for group in ("files", "derived"):
            yield from ((str(entry["path"]), str(entry["sha256"])) for entry in _manifest(folder)[group])
        return
    if (folder / CHECKSUMS).is_file():
        yield from _checksums(folder / CHECKSUMS)
    elif (folder / MANIFEST).is_file():
        for entry in _manifest(folder)["files"]:
            name = str(entry["path"]).removeprefix(f"{FOLDER}/")
            if name != entry["path"] and name != CHECKSUMS:
                yield name, str(entry["sha256"])
    else:
        raise UsageError("B10", place=str(folder), problem=f"{CHECKSUMS}, {MANIFEST}: -")


def _manifest(folder: Path) -> Mapping[str, list[Mapping[str, object]]]:
    path = folder / MANIFEST
    try:
        table: Mapping[str, list[Mapping[str, object]]] = json.loads(path.read_text(encoding="utf-8"))
        for entry in (*table["files"], *table["derived"]):
            _safe(str(entry["path"]), path)
            str(entry["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError("B10", place=str(path), problem=f"{type(error).__name__}: {error}") from error
    return table


def _checksums(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise UsageError("B10", place=str(path), problem=str(error)) from error
    for number, line in enumerate(lines, start=1):
        match = _LINE.match(line)
        if match is None:
            raise UsageError("B10", place=f"{path}:{number}", problem=line[:80])
        _safe(match[2], path)
        yield match[2], match[1]


def _safe(name: str, path: Path) -> None:
    """A list that names files outside its folder is no list of ours."""
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or "\\" in name or ":" in name:
        raise UsageError("B10", place=str(path), problem=name[:80])


def _present(folder: Path, name: str, *, whole: bool) -> Path | None:
    """The file of a name; a download may lie without its folders, since no two files have one name."""
    candidates = [folder / name] if whole else [folder / name, folder / PurePosixPath(name).name]
    return next((path for path in candidates if path.is_file()), None)

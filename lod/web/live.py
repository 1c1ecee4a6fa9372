"""The live release, looked up for each request by what `var/current` is, so that a switch is seen at once."""

from __future__ import annotations

import json
import os
import time
import tomllib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from lod import release
from lod.places import Editions
from lod.querying.index import Index
from lod.readers import read
from lod.search import layout

if TYPE_CHECKING:
    from lod.release import Release
    from lod.stores.oxigraph import ReleaseStore


Stamp: TypeAlias = tuple[int, int, int, int]
_OPEN = 4
"""Earlier releases that stay open at once."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a municipality has settled for its papers: `licence` is (IRI, name) or None where it is not confirmed.

    `contact` has name, email, telephone and form, '' where not known; it is empty where none is.
    """

    licence: tuple[str, str] | None
    names_published: bool
    contact: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """The live release with its store opened for reading. It stays usable for requests under way after a switch."""

    release: Release
    store: ReleaseStore
    since: float
    """When it went live, in seconds since 1970."""

    @property
    def id(self) -> str:
        return self.release.id

    def terms(self, code: str) -> Terms:
        """By the municipality's settings as they were when the release was made; the strictest where they are gone."""
        return _terms(self.release.path / "inputs" / code / "municipality.toml")

    @property
    def index(self) -> Index | None:
        """The search index; None where the release was made before there was one. Raises StoreError."""
        return _index(self.release.path / layout.FOLDER)

    @property
    def places(self) -> Editions:
        """Where values stand in papers."""
        return _editions(self.release.path, self.store)

    @property
    def day(self) -> str:
        """The day on which the release was made (ISO), '' if its manifest does not say."""
        return str(self.release.manifest.get("built_at", ""))[:10]

    def withdrawn(self, path: str) -> Mapping[str, str] | None:
        """Why and since when something is no longer published (`reason`, `withdrawn`), by its path below the base."""
        return _withdrawn(self.release.path / "withdrawn.json").get(path)

    def hides(self, earlier: Release) -> Mapping[str, str] | None:
        """The notice of something withdrawn since that an earlier release still holds: its files stay shut."""
        now, then = (_withdrawn(item.path / "withdrawn.json") for item in (self.release, earlier))
        return next((now[path] for path in sorted(now.keys() - then.keys())), None)

    def source_text(self, code: str, digest: str) -> str | None:
        """The text of a paper by the SHA-256 of its bytes.

        None if the release does not hold it, or if the municipality withholds names: they may stand anywhere in it.
        """
        path = self.source_path(code, digest)
        if path is None or not self.terms(code).names_published:
            return None
        return _text(self.release.path / "sources" / code / path)

    def source_path(self, code: str, digest: str) -> str | None:
        """Where a paper lies in its municipality's folder (sources/2016/x.txt), by the SHA-256 of its bytes."""
        return _paths(self.release).get((code, digest))


@lru_cache(maxsize=2)
def _paths(item: Release) -> Mapping[tuple[str, str], str]:
    return {
        (code, entry["sha256"]): entry["path"]
        for code, entries in item.manifest.get("inputs", {}).items()
        for entry in entries
    }


@lru_cache(maxsize=256)
def _terms(path: Path) -> Terms:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        return Terms(None, False)
    licence = table.get("licence", {})
    iri = str(licence.get("iri", ""))
    names = table.get("people", {}).get("names", "publish")
    given = table.get("contact", {})
    contact = {name: str(given.get(name, "")) for name in ("name", "email", "telephone", "form")}
    known = contact if any(contact.values()) else {}
    return Terms((iri, str(licence.get("label") or iri)) if iri else None, names == "publish", known)


@lru_cache(maxsize=4)
def _index(folder: Path) -> Index | None:
    return Index(folder) if folder.is_dir() else None


@lru_cache(maxsize=8)
def _editions(release: Path, store: ReleaseStore) -> Editions:
    return Editions(release, store)


@lru_cache(maxsize=64)
def _withdrawn(path: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        table: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return {}
    return table


@lru_cache(maxsize=64)
def _text(path: Path) -> str | None:
    """The decoded text that Origins count in. Releases never change, so it may be kept."""
    try:
        return read(path.read_bytes(), path.name).text
    except OSError:
        return None


class Live:
    """Opens the live release once and again whenever `var/current` changes. Safe for threads."""

    def __init__(self, var: Path) -> None:
        self._var = var
        self._lock = Lock()
        self._current = str(var / "current")
        self._stamp: Stamp | None = None
        self._published: Published | None = None
        self._earlier: OrderedDict[str, Published] = OrderedDict()

    def current(self) -> Published | None:
        """The live release; None where nothing has been published. Costs one `lstat`.

        Raises StoreError if `var/current` names no release that can be opened.
        """
        stamp = self.stamp()
        with self._lock:
            if stamp != self._stamp:
                live = release.current(self._var) if stamp else None
                self._published = Published(live, live.open(), self._since()) if live else None
                self._stamp = stamp
            return self._published

    def earlier(self, identifier: str) -> Published | None:
        """A release that is kept, by its id; None for any other. A few stay open."""
        live = self.current()
        if live and live.id == identifier:
            return live
        with self._lock:
            if identifier not in self._earlier:
                found = release.kept(self._var, identifier)
                if found is None:
                    return None
                self._earlier[identifier] = Published(
                    found, found.open(), (found.path / "manifest.json").stat().st_mtime
                )
            self._earlier.move_to_end(identifier)
            while len(self._earlier) > _OPEN:
                self._earlier.popitem(last=False)
            return self._earlier[identifier]

    def _since(self) -> float:
        """When `current` was replaced; now, where it has just been replaced again (the next request looks anew)."""
        try:
            return (self._var / "current").stat().st_mtime
        except OSError:
            return time.time()

    def stamp(self) -> Stamp | None:
        """What differs after each switch, also one there and back: `current` is replaced by a new file each time."""
        try:
            status = os.lstat(self._current)
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size


class Pinned(Live):
    """One release, whatever is live meanwhile: what a site is exported from does not change under the exporter."""

    def __init__(self, var: Path, pinned: Release) -> None:
        super().__init__(var)
        made = (pinned.path / "manifest.json").stat().st_mtime
        self._pinned = Published(pinned, pinned.open(), made)

    def current(self) -> Published:
        return self._pinned

    def stamp(self) -> Stamp:
        return 0, 0, 0, 0

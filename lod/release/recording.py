"""Enters each switch of the live release in the history, and removes releases that need not be kept any longer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from lod.config import Settings
from lod.errors import StoreError, UsageError
from lod.history import Log, changes, read_things
from lod.release.folder import (
    Release,
    discard,
    kept,
    live_or_none,
    locked,
    releases,
    releases_dir,
    switch,
    verify,
)

_REMEMBERED = 100_000


def record(var: Path, release: Release, *, rollback: bool = False, at: datetime | None = None) -> None:
    """Enters that a release has gone live, with all that changed since the last one; once only."""
    log = Log(var)
    last = log.last()
    if last and last.release == release.id:
        return
    previous = last.release if last else ""
    before = read_things(releases_dir(var) / previous) if previous else ()
    moment = (at or datetime.now(UTC)).isoformat(timespec="seconds")
    log.enter(moment, release.id, previous, rollback=rollback, changed=changes(before, read_things(release.path)))


def catch_up(var: Path) -> None:
    """Enters a switch whose builder was killed before it could."""
    live = live_or_none(var)
    if live:
        record(var, live, at=datetime.fromtimestamp((var / "current").stat().st_mtime, UTC))


def retire(settings: Settings) -> list[str]:
    """Removes all but the `keep_releases` that were live last; never the live one, nor one that is cited.

    Returns their ids. A release that was never live goes first.
    """
    if not settings.keep_releases:
        return []
    live = live_or_none(settings.var)
    staying = {*settings.cited, *([live.id] if live else [])}
    turn = {item.release: item.n for item in reversed(Log(settings.var).switches(_REMEMBERED))}
    newest = sorted(releases(settings.var), key=lambda item: turn.get(item.id, 0), reverse=True)
    old = [item for item in newest[settings.keep_releases :] if item.id not in staying]
    for item in old:
        discard(item)
    return [item.id for item in old]


def rollback(var: Path, identifier: str) -> Release:
    """Makes an earlier release live again.

    Raises UsageError B05 (none of that id) or B03 (a build is running), StoreError B06 (damaged).
    """
    with locked(var):
        return _rollback(var, identifier)


def _rollback(var: Path, identifier: str) -> Release:
    release = kept(var, identifier)
    if release is None:
        near = ", ".join(item.id for item in releases(var)[:5])
        raise UsageError("B05", place=str(releases_dir(var)), id=identifier, known=near or "-")
    damaged = verify(release)
    if damaged:
        raise StoreError("B06", place=str(release.path / damaged[0]), id=identifier)
    catch_up(var)
    switch(var, identifier)
    record(var, release, rollback=True)
    return release

"""The whole of an export: places to be made, in several processes, until no page links to anything new."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from lod import release as releases
from lod.config import Settings
from lod.errors import StoreError, UsageError
from lod.site import folder as folders
from lod.site.extras import EXTRAS, Publication
from lod.site.folder import Folder, Writer
from lod.site.making import Made, Maker, Scope
from lod.site.seeds import seeds
from lod.web.live import Live

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with (stage, done, of how many known so far)."""
BATCH = 20
"""Places that a process makes at a time."""
_AHEAD = 4
"""Batches that wait for each process."""


@dataclass(slots=True)
class Done:
    """What an export did. `dead` are places that pages link to and that are not there."""

    release: str
    places: int = 0
    files: int = 0
    written: int = 0
    removed: int = 0
    bytes: int = 0
    dead: list[str] = field(default_factory=list)

    def add(self, made: Made) -> None:
        self.places += made.places
        self.files += len(made.names)
        self.written += made.written
        self.bytes += made.bytes
        self.dead += made.dead


def _silent(_stage: str, _done: int, _of: int) -> None:
    return


def export(
    settings: Settings,
    target: Path,
    *,
    identifier: str = "",
    suffixes: frozenset[str] = frozenset(),
    progress: Progress = _silent,
) -> Done:
    """Writes the static site of a release, the live one where none is named.

    Raises UsageError (C08 a folder with something else in it, C09 somebody else's file in the way, B05 no such
    release) and StoreError (B07 nothing is published).
    """
    publication = _publication(settings, identifier, suffixes)
    scope = Scope(settings, publication.release, suffixes)
    with folders.opened(target) as folder:
        done = Done(publication.release.id)
        progress("list", 0, 1)
        folder.add(seeds(publication))
        with _makers(scope, target, settings.jobs) as make:
            _run(folder, make, settings.jobs, done, progress)
        progress("publish", 0, 1)
        _write_extras(publication, folder, done)
        done.removed = folder.settle()
    return done


def _publication(settings: Settings, identifier: str, suffixes: frozenset[str]) -> Publication:
    live = Live(settings.var).current()
    if live is None:
        raise StoreError("B07", place=str(settings.var))
    kept = releases.releases(settings.var)
    shown = tuple(item for item in kept if not live.hides(item))
    chosen = next((item for item in shown if item.id == (identifier or live.id)), None)
    if chosen is None:
        raise UsageError("B05", id=identifier, known=", ".join(item.id for item in shown))
    return Publication(settings, chosen, shown, suffixes)


Make: TypeAlias = Callable[[list[str]], "Future[Made]"]


def _run(folder: Folder, make: Make, jobs: int, done: Done, progress: Progress) -> None:
    """Makes places, and those that their pages link to, until there are no more."""
    waiting: deque[Future[Made]] = deque()
    last = 0
    while True:
        while len(waiting) < _AHEAD * jobs:
            keys, last = folder.after(last, BATCH)
            if not keys:
                break
            waiting.append(make(keys))
        if not waiting:
            return
        made = waiting.popleft().result()
        folder.add(made.found)
        folder.made(made.names)
        done.add(made)
        progress("pages", done.places, folder.known())


_here: Maker | None = None


def _enter(scope: Scope, target: Path) -> None:
    """Starts a process: Ctrl-C is the exporter's to answer, and a process does not outlive it."""
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_exporter, daemon=True).start()
    _here = Maker(scope, Writer(target))


def _end_with_exporter() -> None:
    exporter = multiprocessing.parent_process()
    if exporter:
        exporter.join()
        os._exit(1)


def _make(keys: list[str]) -> Made:
    assert _here is not None  # noqa: S101  `_enter` ran before
    return _here.make(keys)


@contextmanager
def _makers(scope: Scope, target: Path, jobs: int) -> Iterator[Make]:
    """What makes places: so many processes, or this one."""
    if jobs == 1:
        maker = Maker(scope, writer := Writer(target))
        try:
            yield lambda keys: _done(maker.make(keys))
        finally:
            writer.close()
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _enter, (scope, target))
    try:
        yield lambda keys: pool.submit(_make, keys)
    finally:
        pool.shutdown(cancel_futures=True)


def _done(made: Made) -> Future[Made]:
    future: Future[Made] = Future()
    future.set_result(made)
    return future


def _write_extras(publication: Publication, folder: Folder, done: Done) -> None:
    """Further files, and the styles and scripts of the pages."""
    writer = Writer(folder.path)
    try:
        for extra in EXTRAS:
            for name, content in extra(publication):
                written, size = _write(writer, name, content)
                done.files, done.written, done.bytes = done.files + 1, done.written + written, done.bytes + size
                folder.made([name])
    finally:
        writer.close()


def _write(writer: Writer, name: str, content: bytes | Path) -> tuple[bool, int]:
    if isinstance(content, Path):
        return writer.copy(name, content), 0
    there = writer.read(name)
    if there == content:
        return False, 0
    writer.write(name, content, there)
    return True, len(content)

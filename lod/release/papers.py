"""The papers of a build: made in parallel, in order, kept in a cache by all that decides them."""

from __future__ import annotations

import gzip
import hashlib
import multiprocessing
import os
import shutil
import signal
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from lod.config import Settings
from lod.errors import StoreError
from lod.findings import finding
from lod.identities import Row
from lod.iri import Mint
from lod.municipality import Municipality, SourceRef, load
from lod.release import inputs
from lod.release.paper import Result, process
from lod.release.reports import Reports
from lod.validation import Validator

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with (stage, done, of how many); stages are papers, store, check, publish."""
Papers: TypeAlias = dict[str, list[tuple[SourceRef, str, str]]]
"""For each municipality's code: (paper, digest of its bytes, digest of all that decides what it becomes)."""
PAPERS_PER_SHARD = 25
"""Bulk loading holds one file in memory: 25 papers take about 100 MiB, 500 more than a gigabyte, at the same speed."""


@dataclass(slots=True)
class _Task:
    """One paper to be made."""

    folder: Path
    state: str
    source: Path
    name: str
    year: int | None
    digest: str
    base: str
    cached: Path


@dataclass(slots=True)
class Made:
    """What the papers of a build came to."""

    papers: int = 0
    reused: int = 0
    editions: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[Row, None]] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)


@cache
def _city(folder: Path, _state: str) -> Municipality:
    """A municipality as it is in the state that the digest names: a changed folder is read again."""
    return load(folder)


@cache
def validator_of(base: str) -> Validator:
    return Validator(Mint(base))


def _make(task: _Task) -> tuple[Result, bool]:
    """One paper, from the cache if nothing that decides it has changed. Runs in a worker process."""
    kept = _kept(task.cached)
    if kept is not None:
        return kept, True
    data = task.source.read_bytes()
    if hashlib.sha256(data).hexdigest() != task.digest:
        raise StoreError("B08", place=str(task.source), problem="changed during the build")
    city, validator = _city(task.folder, task.state), validator_of(task.base)
    result = process(data, task.name, city, task.year, validator.mint, validator)
    beside = task.cached.with_suffix(f".{multiprocessing.current_process().pid}")
    beside.write_bytes(gzip.compress(result.to_json(), 1, mtime=0))
    beside.replace(task.cached)
    return result, False


def _kept(path: Path) -> Result | None:
    """The cached result; None if there is none or it is damaged (the cache is not forced to disk)."""
    try:
        return Result.from_json(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error):
        return None


def _enter() -> None:
    """Starts a worker process: Ctrl-C is the builder's to answer, and a worker does not outlive its builder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_builder, daemon=True).start()


def _end_with_builder() -> None:
    builder = multiprocessing.parent_process()
    if builder:
        builder.join()
        os._exit(1)


def _run(tasks: Iterator[_Task], jobs: int, total: int) -> Iterator[tuple[Result, bool]]:
    """Results in the order of the tasks; a bounded number of them under way."""
    if jobs == 1 or total < 4 * jobs:
        yield from map(_make, tasks)
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _enter)
    try:
        waiting: deque[Future[tuple[Result, bool]]] = deque(
            pool.submit(_make, task) for task in islice(tasks, 8 * jobs)
        )
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(_make, task) for task in islice(tasks, 1))
    finally:
        pool.shutdown(cancel_futures=True)


def make_papers(
    settings: Settings,
    municipalities: Sequence[Municipality],
    papers: Papers,
    folder: Path,
    made: Made,
    reports: Reports,
    progress: Progress,
) -> None:
    shards = folder / "quads"
    shards.mkdir()
    todo = [(city, *paper) for city in municipalities for paper in papers[city.code]]
    progress("papers", 0, len(todo))
    results = _run(_tasks(settings, todo), settings.jobs, len(todo))
    with ExitStack() as stack:
        for number, ((city, source, own, _), (result, reused)) in enumerate(zip(todo, results, strict=True)):
            if number % PAPERS_PER_SHARD == 0:
                stack.close()
                shard = stack.enter_context((shards / f"{number // PAPERS_PER_SHARD:06}.nq").open("wb"))
            shard.write(result.quads)
            _take(city, result, made, reports)
            if result.withdrawn:  # the paper prints what is withdrawn
                made.withdrawn |= dict(result.withdrawn)
            else:
                _copy(source.path, folder / "sources" / city.code / inputs.relative(city, source), own)
            made.papers += 1
            made.reused += reused
            progress("papers", made.papers, len(todo))


def _tasks(settings: Settings, todo: Iterable[tuple[Municipality, SourceRef, str, str]]) -> Iterator[_Task]:
    kept = settings.var / "cache"
    kept.mkdir(exist_ok=True)
    states: dict[str, str] = {}
    for city, source, own, whole in todo:
        state = states.get(city.code) or states.setdefault(city.code, inputs.digest(inputs.settings_of(city)))
        name, cached = f"{city.folder.name}/{inputs.relative(city, source)}", kept / f"{whole}.json.gz"
        yield _Task(city.folder, state, source.path, name, source.fiscal_year, own, settings.base, cached)


def _take(city: Municipality, result: Result, made: Made, reports: Reports) -> None:
    reports.add(result.findings, result.report)
    made.rows[city.code] |= dict.fromkeys(city.identities.new_rows(result.identities))
    if not result.key:
        return
    earlier = made.editions.setdefault(result.key, result.source)
    if earlier != result.source:
        reports.add([finding("B01", result.source, None, result.key, other=earlier)])


def _copy(source: Path, target: Path, digest: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    if inputs.sha256(target) != digest:
        raise StoreError("B08", place=str(source), problem="changed during the build")

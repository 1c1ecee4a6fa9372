"""The papers of a build: made in parallel, in order, kept in a cache by all that decides them."""

from __future__ import annotations

import gzip
import multiprocessing
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from lod.config import Settings
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
_PAPERS_PER_SHARD = 500


@dataclass(slots=True)
class _Task:
    """One paper to be made."""

    folder: Path
    state: str
    source: Path
    name: str
    year: int | None
    base: str
    cached: Path


@dataclass(slots=True)
class Made:
    """What the papers of a build came to."""

    papers: int = 0
    reused: int = 0
    editions: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[Row, None]] = field(default_factory=dict)


@cache
def _city(folder: Path, _state: str) -> Municipality:
    """A municipality as it is in the state that the digest names: a changed folder is read again."""
    return load(folder)


@cache
def validator_of(base: str) -> Validator:
    return Validator(Mint(base))


def _make(task: _Task) -> tuple[Result, bool]:
    """One paper, from the cache if nothing that decides it has changed. Runs in a worker process."""
    if task.cached.is_file():
        return Result.from_json(gzip.decompress(task.cached.read_bytes())), True
    city, validator = _city(task.folder, task.state), validator_of(task.base)
    result = process(task.source.read_bytes(), task.name, city, task.year, validator.mint, validator)
    beside = task.cached.with_suffix(f".{multiprocessing.current_process().pid}")
    beside.write_bytes(gzip.compress(result.to_json(), 1, mtime=0))
    beside.replace(task.cached)
    return result, False


def _run(tasks: Iterator[_Task], jobs: int, total: int) -> Iterator[tuple[Result, bool]]:
    """Results in the order of the tasks; a bounded number of them under way."""
    if jobs == 1 or total < 4 * jobs:
        yield from map(_make, tasks)
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        waiting: list[Future[tuple[Result, bool]]] = [pool.submit(_make, task) for task in islice(tasks, 8 * jobs)]
        while waiting:
            done = waiting.pop(0)
            yield done.result()
            waiting += [pool.submit(_make, task) for task in islice(tasks, 1)]


def make_papers(
    settings: Settings,
    municipalities: Sequence[Municipality],
    papers: Papers,
    folder: Path,
    made: Made,
    reports: Reports,
    progress: Progress,
) -> None:
    shards, dumps = folder / "quads", folder / "dumps" / "papers"
    shards.mkdir()
    dumps.mkdir(parents=True)
    total = sum(len(found) for found in papers.values())
    progress("papers", 0, total)
    shard = None
    try:
        for city in municipalities:
            for (source, _, _), (result, reused) in zip(
                papers[city.code], _run(_tasks(settings, city, papers[city.code]), settings.jobs, total), strict=True
            ):
                if made.papers % _PAPERS_PER_SHARD == 0:
                    if shard:
                        shard.close()
                    shard = (shards / f"{made.papers // _PAPERS_PER_SHARD:06}.nq").open("wb")
                assert shard  # noqa: S101  opened above, at the first paper
                shard.write(result.quads)
                _take(city, result, made, reports, dumps)
                _copy(source.path, folder / "sources" / city.code / inputs.relative(city, source))
                made.papers += 1
                made.reused += reused
                progress("papers", made.papers, total)
    finally:
        if shard:
            shard.close()


def _tasks(settings: Settings, city: Municipality, papers: Iterable[tuple[SourceRef, str, str]]) -> Iterator[_Task]:
    kept = settings.var / "cache"
    kept.mkdir(exist_ok=True)
    state = inputs.digest(inputs.settings_of(city))
    for source, _, whole in papers:
        name = f"{city.folder.name}/{inputs.relative(city, source)}"
        yield _Task(city.folder, state, source.path, name, source.fiscal_year, settings.base, kept / f"{whole}.json.gz")


def _take(city: Municipality, result: Result, made: Made, reports: Reports, dumps: Path) -> None:
    reports.add(result.findings, result.report)
    made.rows[city.code] |= dict.fromkeys(result.identities)
    if not result.key:
        return
    earlier = made.editions.setdefault(result.key, result.source)
    if earlier != result.source:
        reports.add([finding("B01", result.source, None, result.key, other=earlier)])
    (dumps / f"{result.key.replace('/', '-')}.ttl").write_bytes(result.turtle)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)

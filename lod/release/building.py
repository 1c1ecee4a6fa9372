"""Builds a release: papers in parallel, store, dumps, checks, manifest; then one switch."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
from filelock import FileLock, Timeout

from lod import __version__
from lod.config import Settings
from lod.errors import UsageError
from lod.findings import finding
from lod.identities import Identities as _Identities
from lod.identities import Row, appended, check_append_only
from lod.iri import Mint
from lod.mapping import code_lists, map_municipality
from lod.model import Finding
from lod.municipality import Municipality, SourceRef, load
from lod.release import inputs
from lod.release.folder import Release, begin, current, finish, listed, releases_dir, switch, verify
from lod.release.paper import Result, process
from lod.release.reports import Reports
from lod.stores import oxigraph
from lod.validation import Validator, check_release

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, of how many); stages are papers, store, check, publish."""

_Papers: TypeAlias = dict[str, list[tuple[SourceRef, str, str]]]
_PAPERS_PER_SHARD = 500
_DEFAULT = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did. `id` is None and nothing was switched where Violations stopped it."""

    id: str | None
    path: Path | None
    changed: bool
    papers: int
    reused: int
    counts: dict[str, int]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Task:
    """One paper to be made."""

    folder: Path
    source: Path
    name: str
    year: int | None
    base: str
    cached: Path


@dataclass(slots=True)
class _Made:
    """What the papers of a build came to."""

    papers: int = 0
    reused: int = 0
    editions: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[Row, None]] = field(default_factory=dict)


def _silent(_stage: str, _done: int, _of: int) -> None:
    return


def build(
    settings: Settings,
    municipalities: Sequence[Municipality],
    *,
    progress: Progress = _silent,
    publish: bool = True,
) -> Build:
    """Makes the release of these municipalities and, if nothing forbids it, the live one.

    `publish=False` builds and checks without a switch and without keeping keys. Raises UsageError (B03 another build
    is running, I23 a kept key changed) and StoreError.
    """
    settings.var.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.var / ".lock", timeout=0):
            return _build(settings, municipalities, progress, publish)
    except Timeout as error:
        raise UsageError("B03", place=str(settings.var)) from error


def _build(settings: Settings, municipalities: Sequence[Municipality], progress: Progress, publish: bool) -> Build:
    live = current(settings.var)
    check_kept_keys(settings, municipalities)
    papers = {city.code: list(inputs.paper_digests(settings, city)) for city in municipalities}
    identifier = _identifier(settings, municipalities, papers)
    existing = Release(identifier, releases_dir(settings.var) / identifier)
    if (existing.path / "manifest.json").is_file() and not verify(existing):
        if publish and (live is None or live.id != identifier):
            switch(settings.var, identifier)
        changed = live is None or live.id != identifier
        manifest = existing.manifest
        return Build(
            identifier, existing.path, changed, manifest["papers"], manifest["papers"], manifest["findings"], ()
        )
    folder = begin(settings.var, identifier)
    made = _Made(rows={city.code: {} for city in municipalities})
    with Reports(folder) as reports:
        _papers(settings, municipalities, papers, folder, made, reports, progress)
        progress("store", 0, 1)
        quads = oxigraph.build(folder / "store", sorted((folder / "quads").glob("*.nq")))
        shutil.rmtree(folder / "quads")
        progress("check", 0, 1)
        _check(settings, municipalities, folder, quads, reports)
    findings = tuple(reports.kept)
    counts = {str(severity): number for severity, number in sorted(reports.counts.items())}
    if reports.violations:
        shutil.rmtree(folder)
        return Build(None, None, False, made.papers, made.reused, counts, findings)
    progress("publish", 0, 1)
    _dumps(folder, municipalities)
    _manifest(settings, municipalities, papers, folder, identifier, made, reports, quads)
    release = finish(folder, settings.var, identifier)
    if publish:
        switch(settings.var, identifier)
        _keep_keys(municipalities, made)
    return Build(identifier, release.path, True, made.papers, made.reused, counts, findings)


def _identifier(settings: Settings, municipalities: Sequence[Municipality], papers: _Papers) -> str:
    parts = [inputs.program_digest(), settings.base, *settings.title.values()]
    for city in municipalities:
        parts += [*inputs.settings_of(city), *(whole for _, _, whole in papers[city.code])]
    return "r" + inputs.digest(parts)[:12]


# --- keys ------------------------------------------------------------------------------------------------------


def check_kept_keys(settings: Settings, municipalities: Sequence[Municipality]) -> None:
    """Raises UsageError I23 unless every row of the live release is still there."""
    live = current(settings.var)
    for city in municipalities:
        kept = live.path / "inputs" / city.code / "identities.csv" if live else None
        if kept and kept.is_file():
            old = _Identities.parse(kept.read_text(encoding="utf-8"), str(kept)).rows
            check_append_only(old, city.identities.rows, str(city.folder / "identities.csv"))


def _keep_keys(municipalities: Sequence[Municipality], made: _Made) -> None:
    """Appends the keys that were made to identities.csv, where the folder may be written."""
    for city in municipalities:
        fresh = city.identities.new_rows(made.rows[city.code])
        path = city.folder / "identities.csv"
        if not fresh:
            continue
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        beside = path.with_suffix(".csv.new")
        try:
            beside.write_text(appended(text, fresh), encoding="utf-8", newline="\n")
            beside.replace(path)
        except PermissionError:
            continue  # a read-only sample: its keys are derived again, always the same


# --- papers ----------------------------------------------------------------------------------------------------


@cache
def _city(folder: Path) -> Municipality:
    return load(folder)


@cache
def _validator(base: str) -> Validator:
    return Validator(Mint(base))


def _make(task: _Task) -> tuple[Result, bool]:
    """One paper, from the cache if nothing that decides it has changed. Runs in a worker process."""
    if task.cached.is_file():
        return Result.from_json(gzip.decompress(task.cached.read_bytes())), True
    city, validator = _city(task.folder), _validator(task.base)
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


def _papers(
    settings: Settings,
    municipalities: Sequence[Municipality],
    papers: _Papers,
    folder: Path,
    made: _Made,
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
    _shared(settings, municipalities, shards / "shared.nq")


def _tasks(settings: Settings, city: Municipality, papers: Iterable[tuple[SourceRef, str, str]]) -> Iterator[_Task]:
    cache_folder = settings.var / "cache"
    cache_folder.mkdir(exist_ok=True)
    for source, _, whole in papers:
        name = f"{city.folder.name}/{inputs.relative(city, source)}"
        yield _Task(
            city.folder, source.path, name, source.fiscal_year, settings.base, cache_folder / f"{whole}.json.gz"
        )


def _take(city: Municipality, result: Result, made: _Made, reports: Reports, dumps: Path) -> None:
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


def _shared(settings: Settings, municipalities: Sequence[Municipality], path: Path) -> None:
    """What no paper states: code lists and the municipalities themselves, in their graphs and merged."""
    mint = Mint(settings.base)
    groups: list[tuple[str, Iterable[ox.Triple]]] = [(mint.codes_graph, code_lists())]
    groups += [(mint.registry_graph(city.code), map_municipality(city, mint)) for city in municipalities]
    quads = (
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for name, triples in groups
        for triple in triples
        for graph in (ox.NamedNode(name), _DEFAULT)
    )
    with path.open("wb") as file:
        ox.serialize(quads, file, format=ox.RdfFormat.N_QUADS)


# --- checks, dumps, manifest -----------------------------------------------------------------------------------


def _check(
    settings: Settings, municipalities: Sequence[Municipality], folder: Path, quads: int, reports: Reports
) -> None:
    """Registry and rules across papers, on the store as it will be served."""
    store = oxigraph.ReleaseStore(folder / "store")
    mint, validator = Mint(settings.base), _validator(settings.base)
    for city in municipalities:
        triples = [*store.graph(mint.registry_graph(city.code)), *store.graph(mint.codes_graph)]
        report = validator.check_registry(triples, str(city.folder.name))
        reports.add(report.findings, b"" if report.conforms else report.graph.serialize(format="nt", encoding="utf-8"))
    report = check_release(store)
    reports.add(report.findings, b"" if report.conforms else report.graph.serialize(format="nt", encoding="utf-8"))
    if store.count() != quads:
        reports.add([finding("B02", str(folder.name), None, str(store.count()), expected=quads)])


def _dumps(folder: Path, municipalities: Sequence[Municipality]) -> None:
    store = oxigraph.ReleaseStore(folder / "store")
    with (folder / "dumps" / "all.nq.gz").open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        store.dump(packed)
    for city in municipalities:
        target = folder / "inputs" / city.code
        target.mkdir(parents=True)
        for path in (city.folder / "municipality.toml", city.folder / "identities.csv"):
            if path.exists():
                shutil.copyfile(path, target / path.name)


def _manifest(
    settings: Settings,
    municipalities: Sequence[Municipality],
    papers: _Papers,
    folder: Path,
    identifier: str,
    made: _Made,
    reports: Reports,
    quads: int,
) -> None:
    """manifest.json. `built_at` alone depends on the clock, the bytes of the `derived` files on the machine."""
    files = list(listed(folder))
    derived = [entry for entry in files if str(entry["path"]).startswith("store/")]
    table = {
        "id": identifier,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "base": settings.base,
        "versions": {"program": __version__, "digest": inputs.program_digest()},
        "papers": made.papers,
        "quads": quads,
        "findings": dict(sorted(Counter({str(key): value for key, value in reports.counts.items()}).items())),
        "codes": dict(sorted(reports.codes.items())),
        "inputs": {
            city.code: [{"path": inputs.relative(city, source), "sha256": own} for source, own, _ in papers[city.code]]
            for city in municipalities
        },
        "files": [entry for entry in files if entry not in derived],
        "derived": derived,
    }
    (folder / "manifest.json").write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

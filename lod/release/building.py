"""Builds a release: papers, store, checks, dumps, manifest; then one switch."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lod.catalog.dates import write_dates
from lod.config import Settings
from lod.model import Finding
from lod.municipality import Municipality
from lod.release import inputs
from lod.release.contents import check, check_catalogue, keep_inputs, write_manifest, write_shared, write_withdrawn
from lod.release.findings_index import write_findings_index
from lod.release.folder import Release, begin, finish, live_or_none, locked, releases_dir, sweep, switch, verify
from lod.release.keys import check_kept_keys, keep_keys
from lod.release.papers import Made, Papers, Progress, make_papers
from lod.release.products import PRODUCTS, left_out
from lod.release.recording import catch_up, record, retire
from lod.release.reports import Reports
from lod.stores import oxigraph
from lod.stores.draft import ReleaseDraft


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
    with locked(settings.var):
        return _build(settings, municipalities, progress, publish)


def _build(settings: Settings, municipalities: Sequence[Municipality], progress: Progress, publish: bool) -> Build:
    live = live_or_none(settings.var)
    if publish:
        catch_up(settings.var)
    check_kept_keys(settings, municipalities)
    papers = {city.code: list(inputs.paper_digests(settings, city)) for city in municipalities}
    identifier = _identifier(settings, municipalities, papers)
    existing = Release(identifier, releases_dir(settings.var) / identifier)
    if (existing.path / "manifest.json").is_file() and not verify(existing):
        changed = live is None or live.id != identifier
        if publish:
            sweep(settings.var)
            _publish(settings, existing, municipalities, switching=changed)
        papers_there, counted = existing.manifest["papers"], existing.manifest["findings"]
        return Build(identifier, existing.path, changed, papers_there, papers_there, counted, ())
    folder = begin(settings.var, identifier)
    made = Made(rows={city.code: {} for city in municipalities})
    with Reports(folder) as reports:
        make_papers(settings, municipalities, papers, folder, made, reports, progress)
        write_shared(settings, municipalities, folder / "quads" / "shared.nq")
        progress("store", 0, 1)
        quads = oxigraph.build(folder / "store", sorted((folder / "quads").glob("*.nq")))
        shutil.rmtree(folder / "quads")
        progress("check", 0, 1)
        check(settings, municipalities, folder, quads, reports)
        reports.add(left_out())
        if not reports.violations:
            progress("publish", 0, 1)
            store = oxigraph.ReleaseStore(folder / "store")
            files = {city.code: inputs.by_digest(city, papers[city.code]) for city in municipalities}
            draft = ReleaseDraft(identifier, folder, settings, municipalities, store, made.papers, quads, files)
            _make_products(draft, live, reports)
    findings = tuple(reports.kept)
    counts = {str(severity): number for severity, number in sorted(reports.counts.items())}
    if reports.violations:
        shutil.rmtree(folder)
        return Build(None, None, False, made.papers, made.reused, counts, findings)
    write_findings_index(folder, municipalities)
    keep_inputs(folder, municipalities, made)
    write_withdrawn(settings, municipalities, folder, made)
    write_manifest(settings, municipalities, papers, folder, identifier, made, reports, quads)
    release = finish(folder, settings.var, identifier)
    if publish:
        _publish(settings, release, municipalities)
    return Build(identifier, release.path, True, made.papers, made.reused, counts, findings)


def _make_products(draft: ReleaseDraft, live: Release | None, reports: Reports) -> None:
    """Everything made from the checked data; then the catalogue, which tells of it all, is judged as well."""
    for product in PRODUCTS:
        product(draft)
    write_dates(draft.folder, live.path if live else None, datetime.now().astimezone().date())
    check_catalogue(draft, reports)


def _publish(
    settings: Settings, release: Release, municipalities: Sequence[Municipality], *, switching: bool = True
) -> None:
    """Keys first: a kept key that is not published does no harm, a published key that is not kept does."""
    keep_keys(release.path, municipalities)
    if switching:
        switch(settings.var, release.id)
        record(settings.var, release)
    retire(settings)


def _identifier(settings: Settings, municipalities: Sequence[Municipality], papers: Papers) -> str:
    named = (*settings.title.values(), *settings.publisher.values())
    parts = [inputs.program_digest(), settings.base, *named, *(item.code for item in left_out())]
    for city in municipalities:
        parts += [*inputs.settings_of(city), *(whole for _, _, whole in papers[city.code])]
    return "r" + inputs.digest(parts)[:12]

"""What a release holds beside its papers: shared graphs, checks across papers, dumps, manifest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from lod import __version__
from lod.catalog import dates, dcat
from lod.catalog.entries import Catalogue
from lod.config import Settings
from lod.findings import finding
from lod.iri import Mint
from lod.mapping import code_lists, map_example_queries, map_municipality
from lod.municipality import Municipality
from lod.release import inputs
from lod.release.folder import listed
from lod.release.keys import record_keys
from lod.release.paper import withdrawn_things
from lod.release.papers import Made, Papers, validator_of
from lod.release.reports import Reports
from lod.stores import oxigraph
from lod.stores.draft import ReleaseDraft
from lod.validation import CatalogueRules, Report, check_registry, check_release
from lod.withdrawals import in_force

WITHDRAWN = "withdrawn.json"
_DEFAULT = ox.DefaultGraph()


def write_shared(settings: Settings, municipalities: Sequence[Municipality], path: Path) -> None:
    """What no paper states: code lists and the municipalities themselves, in their graphs and merged.

    The example queries stand in their graph only: a query that counts facts must not count itself.
    """
    mint = Mint(settings.base)
    groups: list[tuple[str, Iterable[ox.Triple]]] = [(mint.codes_graph, code_lists())]
    groups += [(mint.registry_graph(city.code), _registry(city, mint)) for city in municipalities]
    quads = (
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for name, triples in groups
        for triple in triples
        for graph in (ox.NamedNode(name), _DEFAULT)
    )
    examples = ox.NamedNode(mint.queries_graph)
    asked = (ox.Quad(t.subject, t.predicate, t.object, examples) for t in map_example_queries(mint))
    with path.open("wb") as file:
        ox.serialize(chain(quads, asked), file, format=ox.RdfFormat.N_QUADS)


def _registry(city: Municipality, mint: Mint) -> Iterable[ox.Triple]:
    gone = {ox.NamedNode(iri) for iri in withdrawn_things(city, mint)}
    return (t for t in map_municipality(city, mint) if t.subject not in gone and t.object not in gone)


def write_withdrawn(settings: Settings, municipalities: Sequence[Municipality], folder: Path, made: Made) -> None:
    """withdrawn.json: what this release leaves out, by path, with the reason; what went with it names its cause."""
    base = settings.base
    table = {
        entry.thing: {"reason": entry.reason, "withdrawn": entry.withdrawn.isoformat()}
        for city in municipalities
        for entry in in_force(city.withdrawals).values()
    }
    gone = {iri.removeprefix(base): table[cause.removeprefix(base)] for iri, cause in sorted(made.withdrawn.items())}
    text = json.dumps(dict(sorted((gone | table).items())), ensure_ascii=False, indent=1)
    (folder / WITHDRAWN).write_text(text + "\n", encoding="utf-8", newline="\n")


def check(
    settings: Settings, municipalities: Sequence[Municipality], folder: Path, quads: int, reports: Reports
) -> None:
    """Registry and rules across papers, on the store as it will be served."""
    store = oxigraph.ReleaseStore(folder / "store")
    mint, validator = Mint(settings.base), validator_of(settings.base)
    codes = tuple(store.graph(mint.codes_graph))
    for city in municipalities:
        for report in check_registry(validator, store, mint.registry_graph(city.code), codes, city.folder.name):
            _add(reports, report)
    _add(reports, check_release(store))
    if store.count() != quads:
        reports.add([finding("B02", str(folder.name), None, str(store.count()), expected=quads)])


def check_catalogue(draft: ReleaseDraft, reports: Reports) -> None:
    """The catalogue as it will be published, data set by data set."""
    catalogue = Catalogue(draft.folder, draft.settings.base, draft.settings.title, draft.identifier)
    rules = CatalogueRules()
    for triples in dcat.pieces(catalogue):
        _add(reports, rules.check(triples, f"{draft.identifier}/catalog"))


def _add(reports: Reports, report: Report) -> None:
    reports.add(report.findings, b"" if report.conforms else report.graph.serialize(format="nt", encoding="utf-8"))


def keep_inputs(folder: Path, municipalities: Sequence[Municipality], made: Made) -> None:
    """The settings and keys that the release was made with."""
    for city in municipalities:
        target = folder / "inputs" / city.code
        target.mkdir(parents=True)
        shutil.copyfile(city.folder / "municipality.toml", target / "municipality.toml")
        record_keys(folder, city, made.rows[city.code])


def write_manifest(
    settings: Settings,
    municipalities: Sequence[Municipality],
    papers: Papers,
    folder: Path,
    identifier: str,
    made: Made,
    reports: Reports,
    quads: int,
) -> None:
    """manifest.json. `built_at` alone depends on the clock, the bytes of the `derived` files on the machine."""
    files = list(listed(folder))
    derived = [entry for entry in files if str(entry["path"]).startswith(("store/", "search/", dates.FILE))]
    table = {
        "id": identifier,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "base": settings.base,
        "versions": {"program": __version__, "digest": inputs.program_digest()},
        "papers": made.papers,
        "quads": quads,
        "findings": {str(key): number for key, number in sorted(reports.counts.items())},
        "codes": dict(sorted(reports.codes.items())),
        "inputs": {
            city.code: [{"path": inputs.relative(city, source), "sha256": own} for source, own, _ in papers[city.code]]
            for city in municipalities
        },
        "files": [entry for entry in files if entry not in derived],
        "derived": derived,
    }
    (folder / "manifest.json").write_text(
        json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )

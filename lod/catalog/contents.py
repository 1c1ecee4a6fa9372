"""What a release holds, counted once when it is made and kept with it: everything that describes the release reads it.

`catalog/release.json` is the whole, `catalog/<code>/<year>.json` the data set of one municipality and year.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from lod.catalog.linksets import Linkset, linksets
from lod.catalog.statistics import Statistics, of_facts, of_graphs, triples_in
from lod.iri import Mint
from lod.stores.draft import ReleaseDraft
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import MPOL, ORG

FOLDER = "catalog"
_EXAMPLES = {MPOL.DepartmentPolicy.value, MPOL.Program.value, ORG.OrganizationalUnit.value}


@dataclass(frozen=True, slots=True)
class YearSize:
    """A data set of one municipality and fiscal year in the list of all: papers are editions, triples its facts."""

    code: str
    year: int
    papers: int
    triples: int


@dataclass(frozen=True, slots=True)
class Contents:
    """A release as a whole: the merged facts, the graphs that belong to no paper, links, and the list of years."""

    facts: Statistics
    examples: Mapping[str, str]
    graphs: Mapping[str, Statistics]
    linksets: tuple[Linkset, ...]
    years: tuple[YearSize, ...]


@dataclass(frozen=True, slots=True)
class YearContents:
    """The data set of one municipality and year: its editions' graphs with their sizes, and counts of all together.

    `places` are the triples that say where its values stand in the papers.
    """

    code: str
    year: int
    graphs: Mapping[str, int]
    facts: Statistics
    places: int


def write(draft: ReleaseDraft) -> None:
    """The product: counts the release and writes the files."""
    mint, store = Mint(draft.settings.base), draft.store
    names = store.graph_names()
    editions = sorted((key, name) for name in names if (key := mint.edition_of_graph(name)))
    sizes = []
    for (code, year), group in groupby(editions, key=lambda pair: pair[0][:2]):
        found = _year(store, mint, code, year, [(key, name) for key, name in group])
        _write(draft.folder / FOLDER / code / f"{year}.json", _year_json(found))
        sizes.append(YearSize(code, year, len(found.graphs), found.facts.triples))
    examples: dict[str, str] = {}

    def seen(thing: str, kind: str) -> None:
        if kind in _EXAMPLES and thing < examples.get(kind, "~"):
            examples[kind] = thing

    facts = of_facts(store, seen)
    others = [name for name in names if not mint.edition_of_graph(name) and not name.startswith(mint.places_graphs)]
    contents = Contents(
        facts,
        examples,
        {name: of_graphs(store, [name]) for name in others},
        tuple(_linksets(store, others, mint)),
        tuple(sizes),
    )
    _write(draft.folder / FOLDER / "release.json", _json(contents))


def _year(
    store: ReleaseStore, mint: Mint, code: str, year: int, editions: Sequence[tuple[tuple[str, int, str, str], str]]
) -> YearContents:
    graphs = {name: triples_in(store, [name]) for _, name in editions}
    places = triples_in(store, [mint.provenance_graph(*key) for key, _ in editions])
    return YearContents(code, year, graphs, of_graphs(store, list(graphs)), places)


def _linksets(store: ReleaseStore, names: Sequence[str], mint: Mint) -> Iterator[Linkset]:
    for name in names:
        if name.startswith(mint.links_graph("")):
            yield from linksets(store, name, mint.base)


def read(folder: Path) -> Contents | None:
    """What the release in a folder holds; None for one that was made before releases were counted."""
    table = _read(folder / FOLDER / "release.json")
    if table is None:
        return None
    return Contents(
        Statistics.from_json(table["facts"]),
        table["examples"],
        {name: Statistics.from_json(entry) for name, entry in table["graphs"].items()},
        tuple(Linkset(**entry) for entry in table["linksets"]),
        tuple(YearSize(**entry) for entry in table["years"]),
    )


def read_year(folder: Path, code: str, year: int) -> YearContents | None:
    """The data set of a municipality and year in the release in a folder; None if it has none."""
    table = _read(folder / FOLDER / code / f"{year}.json")
    if table is None:
        return None
    return YearContents(
        table["code"], table["year"], table["graphs"], Statistics.from_json(table["facts"]), table["places"]
    )


def _json(contents: Contents) -> dict[str, Any]:
    return {
        "facts": contents.facts.to_json(),
        "examples": dict(sorted(contents.examples.items())),
        "graphs": {name: entry.to_json() for name, entry in sorted(contents.graphs.items())},
        "linksets": [asdict(entry) for entry in contents.linksets],
        "years": [asdict(entry) for entry in contents.years],
    }


def _year_json(found: YearContents) -> dict[str, Any]:
    return {
        "code": found.code,
        "year": found.year,
        "graphs": dict(sorted(found.graphs.items())),
        "facts": found.facts.to_json(),
        "places": found.places,
    }


def _write(path: Path, table: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _read(path: Path) -> Any:  # noqa: ANN401  JSON
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None

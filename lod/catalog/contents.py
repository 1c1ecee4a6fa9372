"""What a release holds, counted once when it is made and kept with it: everything that describes the release reads it.

`catalog/release.json` is the whole, `catalog/<code>/<year>.json` the data set of one municipality and year.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from lod.catalog.linksets import Linkset, linksets
from lod.catalog.statistics import Statistics, of_facts, of_graphs, triples_in
from lod.iri import Mint
from lod.municipality import Municipality
from lod.stores.draft import ReleaseDraft
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import MPOL, ORG, RDF

FOLDER = "catalog"
PAGES = (MPOL.Program, ORG.OrganizationalUnit)
"""Things of a registry whose pages people look for."""
_EXAMPLES = {MPOL.DepartmentPolicy.value, MPOL.Program.value, ORG.OrganizationalUnit.value}


@dataclass(frozen=True, slots=True)
class City:
    """A municipality as the catalogue names it, with its settings when the release was made.

    `licence` is (IRI, name), ('', '') where it is not settled; `contact` has the keys of [contact]; `pages` counts the
    addresses of programs and units.
    """

    code: str
    names: Mapping[str, str]
    homepage: str
    licence: tuple[str, str]
    contact: Mapping[str, str]
    pages: int


@dataclass(frozen=True, slots=True)
class YearSize:
    """A data set of one municipality and fiscal year in the list of all: papers are editions, triples its facts.

    `kinds` are the codes of the kinds of papers.
    """

    code: str
    year: int
    papers: int
    triples: int
    kinds: tuple[str, ...] = ()
    policies: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """A release as a whole: the merged facts, the graphs that belong to no paper, links, and the list of years."""

    facts: Statistics
    examples: Mapping[str, str]
    graphs: Mapping[str, Statistics]
    linksets: tuple[Linkset, ...]
    years: tuple[YearSize, ...]
    cities: Mapping[str, City] = field(default_factory=dict)
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    publisher: Mapping[str, str] = field(default_factory=dict)


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


def count_contents(draft: ReleaseDraft) -> None:
    """The product: counts the release and writes the files."""
    mint, store = Mint(draft.settings.base), draft.store
    names = store.graph_names()
    editions = sorted((key, name) for name in names if (key := mint.edition_of_graph(name)))
    sizes = []
    kinds: dict[str, Mapping[str, str]] = {}
    for (code, year), group in groupby(editions, key=lambda pair: pair[0][:2]):
        of_year = list(group)
        found = _year(store, mint, code, year, of_year)
        _write(draft.folder / FOLDER / code / f"{year}.json", _year_json(found))
        policies = len({key[2] for key, _ in of_year})
        named = _kinds(store, list(found.graphs))
        kinds |= named
        sizes.append(YearSize(code, year, len(found.graphs), found.facts.triples, tuple(named), policies))
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
        {city.code: _city(store, mint, city) for city in draft.municipalities},
        kinds,
        draft.settings.publisher,
    )
    _write(draft.folder / FOLDER / "release.json", _json(contents))


def _year(
    store: ReleaseStore, mint: Mint, code: str, year: int, editions: Sequence[tuple[tuple[str, int, str, str], str]]
) -> YearContents:
    graphs = {name: triples_in(store, [name]) for _, name in editions}
    places = triples_in(store, [mint.provenance_graph(*key) for key, _ in editions])
    return YearContents(code, year, graphs, of_graphs(store, list(graphs)), places)


def _kinds(store: ReleaseStore, graphs: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """The kinds of papers of a year with their names, in order."""
    found = {t.object for name in graphs for t in store.triples(None, MPOL.documentType, None, name)}
    nodes = sorted((node for node in found if isinstance(node, NamedNode)), key=lambda node: node.value)
    return {node.value: _names(store.labels(node)) for node in nodes}


def _names(labels: Iterable[Triple]) -> dict[str, str]:
    found = [triple.object for triple in labels if isinstance(triple.object, Literal)]
    return {label.language: label.value for label in reversed(found) if label.language}


def _city(store: ReleaseStore, mint: Mint, city: Municipality) -> City:
    registry = mint.registry_graph(city.code)
    pages = sum(1 for kind in PAGES for _ in store.triples(None, RDF.type, kind, registry))
    licence = (city.licence or "", city.licence_label)
    return City(city.code, city.names, city.homepage, licence, city.contact.model_dump(), pages)


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
        tuple(YearSize(**(entry | {"kinds": tuple(entry["kinds"])})) for entry in table["years"]),
        {code: City(**(entry | {"licence": tuple(entry["licence"])})) for code, entry in table["cities"].items()},
        table["kinds"],
        table["publisher"],
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
        "cities": {code: asdict(city) for code, city in sorted(contents.cities.items())},
        "kinds": dict(sorted(contents.kinds.items())),
        "publisher": dict(contents.publisher),
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

"""Large invented releases, fast: a site with as many papers as asked for, complete as `lod build` would leave it.

    python -m bench.corpus 10000 DIR                                    50 cities x 20 departments x 10 years
    python -m bench.corpus 100000 DIR --without provenance,sources,turtle,distributions
    cd DIR && lod serve

Reading and validation cost most of a real build and tell nothing about serving, so the records are invented and go
straight to the mapping that real papers go through. The first 50 cities are all different; a later one has the papers
of one of them under its own code, name and IRIs. `--without` leaves out provenance graphs, source files, Turtle files
of papers, or products by name. A folder that holds the same release already is left as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import IO, TypeAlias

import pyoxigraph as ox

from bench import corpus_papers as invented
from lod import config
from lod.identities import Row
from lod.iri import Mint
from lod.mapping import Paper, map_record
from lod.municipality import SourceRef, load
from lod.release import inputs
from lod.release.contents import keep_inputs, write_manifest, write_shared, write_withdrawn
from lod.release.folder import Release, begin, current, finish, switch
from lod.release.keys import keep_keys
from lod.release.papers import Made, Papers
from lod.release.products import PRODUCTS, Product
from lod.release.reports import Reports
from lod.stores import oxigraph
from lod.stores.draft import ReleaseDraft
from lod.vocab import PREFIXES

ROOT = Path(__file__).resolve().parents[1]
DISTINCT = 50
"""Cities with papers of their own."""
_PER_CITY = invented.DEPARTMENTS * invented.YEARS
_PAPERS_PER_FILE = 50
_APART = ("provenance", "sources", "turtle")
Edition: TypeAlias = tuple[int, int]
"""(department, year)."""


@dataclass(frozen=True, slots=True)
class _Task:
    """The papers of one city, and the other cities that get the same ones."""

    site: Path
    building: Path
    base: str
    numbers: tuple[int, ...]
    editions: dict[int, tuple[Edition, ...]]
    without: frozenset[str]


def invent(folder: Path, count: int, without: Iterable[str] = (), say: Callable[[str], None] = print) -> Release:
    """A site in a folder with a live release of `count` invented papers."""
    left_out = frozenset(without)
    known = {*_APART, *map(_name, PRODUCTS)}
    if left_out - known:
        raise SystemExit(f"--without: {', '.join(sorted(left_out - known))}; known: {', '.join(sorted(known))}")
    folder.mkdir(parents=True, exist_ok=True)
    identifier = "r" + inputs.digest([inputs.program_digest(), str(count), *sorted(left_out), *_recipe()])[:12]
    live = current(folder / "var")
    if live is not None and live.id == identifier:
        return live
    editions = dict(_editions(count))
    for number in editions:
        _write_city(folder, invented.city(number))
    settings = config.load({"var": "var", "data": ["data"]}, folder)
    building = begin(settings.var, identifier)
    for name in ("quads", "dumps/papers", "sources"):
        (building / name).mkdir(parents=True)
    tasks = [
        _Task(folder, building, settings.base, numbers, {n: editions[n] for n in numbers}, left_out)
        for numbers in (tuple(n for n in editions if n % DISTINCT == first) for first in range(DISTINCT))
        if numbers
    ]
    clock = time.perf_counter()
    made = Made(papers=count, rows={})
    digests: dict[str, list[tuple[str, str]]] = {}
    with ProcessPoolExecutor(settings.jobs, get_context("spawn")) as pool:
        for rows, found in pool.map(_papers, tasks):
            made.rows |= rows
            digests |= found
    clock = _lap(say, f"{count:,} papers", clock)
    return _finished(settings, building, identifier, made, digests, left_out, say, clock)


def _finished(
    settings: config.Settings,
    building: Path,
    identifier: str,
    made: Made,
    digests: dict[str, list[tuple[str, str]]],
    without: frozenset[str],
    say: Callable[[str], None],
    clock: float,
) -> Release:
    """Store, products and manifest, as `lod.release.building` makes them."""
    cities = [load(path) for path in settings.data]
    write_shared(settings, cities, building / "quads" / "shared.nq")
    quads = oxigraph.build(building / "store", sorted((building / "quads").glob("*.nq")))
    shutil.rmtree(building / "quads")
    clock = _lap(say, f"store of {quads:,} quads", clock)
    draft = ReleaseDraft(
        identifier, building, settings, cities, oxigraph.ReleaseStore(building / "store"), made.papers, quads
    )
    for product in PRODUCTS:
        if _name(product) not in without:
            product(draft)
            clock = _lap(say, _name(product), clock)
    keep_inputs(building, cities, made)
    write_withdrawn(settings, cities, building, made)
    papers: Papers = {
        city.code: [(SourceRef(city.folder / "sources" / name, None), own, "") for name, own in digests[city.code]]
        for city in cities
    }
    with Reports(building) as reports:
        pass
    write_manifest(settings, cities, papers, building, identifier, made, reports, quads)
    release = finish(building, settings.var, identifier)
    keep_keys(release.path, cities)
    switch(settings.var, identifier)
    _lap(say, "manifest", clock)
    return release


def _name(product: Product) -> str:
    """The layer that makes a product: distributions, catalog …"""
    return product.__module__.split(".")[1]


def _lap(say: Callable[[str], None], what: str, clock: float) -> float:
    now = time.perf_counter()
    say(f"{now - clock:>8.1f} s  {what}")
    return now


def _recipe() -> Iterator[str]:
    """What decides the papers: these programs and their words."""
    for path in sorted(Path(__file__).parent.glob("corpus*")):
        if path.is_file():
            yield inputs.sha256(path)


def _editions(count: int) -> Iterator[tuple[int, tuple[Edition, ...]]]:
    """Each city with its papers: year by year for one department, then the next, then the next city."""
    for number in range(-(-count // _PER_CITY)):
        here = min(_PER_CITY, count - number * _PER_CITY)
        yield number, tuple((at // invented.YEARS, invented.FIRST_YEAR + at % invented.YEARS) for at in range(here))


def _folder(site: Path, code: str) -> Path:
    return site / "data" / code


def _write_city(site: Path, place: invented.City) -> None:
    folder = _folder(site, place.code)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "data" / "hiratsuka" / "forms", folder / "forms")
    (folder / "municipality.toml").write_text(
        f'code = "{place.code}"\nreading = "{place.reading}"\n'
        f'[name]\nja = "{place.name}"\nen = "Invented City {place.number + 1}"\n'
        '[licence]\niri = "https://creativecommons.org/licenses/by/4.0/"\nlabel = "CC BY 4.0"\n',
        encoding="utf-8",
    )


def _papers(task: _Task) -> tuple[dict[str, dict[Row, None]], dict[str, list[tuple[str, str]]]]:
    """The papers of some cities, written below the building folder: their keys and the digests of their files."""
    cities = [_Writer(task, number) for number in task.numbers]
    first = invented.city(task.numbers[0])
    city, mint = load(_folder(task.site, first.code)), Mint(task.base)
    shared = _Shared(ox.NamedNode(mint.municipality(first.code)))
    with ExitStack() as stack:
        for at, (department, year) in enumerate(task.editions[task.numbers[0]]):
            record, text = invented.paper(first, department, year)
            paper = shared.without_known(map_record(record, city, mint))
            if "provenance" in task.without:
                paper = replace(paper, provenance=())
            turtle = "" if "turtle" in task.without else _turtle(paper)
            for writer in cities:
                if (department, year) in writer.editions:
                    writer.write(stack, at, paper, invented.file_name(record), text, turtle)
    return {item.code: item.rows for item in cities}, {item.code: item.digests for item in cities}


class _Shared:
    """Leaves out what an earlier paper of the city stated already, and the city itself, which the registry states."""

    def __init__(self, city: ox.NamedNode) -> None:
        self._city = city
        self._known: set[ox.Triple] = set()

    def without_known(self, paper: Paper) -> Paper:
        return replace(
            paper, registry=tuple(self._fresh(paper.registry)), codes=tuple(self._fresh(paper.codes)), meta=paper.meta
        )

    def _fresh(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        for triple in triples:
            if triple not in self._known and triple.subject != self._city:
                self._known.add(triple)
                yield triple


class _Writer:
    """Writes papers under one city's code."""

    def __init__(self, task: _Task, number: int) -> None:
        self._task = task
        self._first = invented.city(task.numbers[0]).code
        self.code = invented.city(number).code
        self.editions = frozenset(task.editions[number])
        self.rows: dict[Row, None] = {}
        self.digests: list[tuple[str, str]] = []
        self._file: IO[bytes] | None = None

    def write(self, stack: ExitStack, at: int, paper: Paper, name: str, text: str, turtle: str) -> None:
        if self._file is None or at % _PAPERS_PER_FILE == 0:
            if self._file is not None:
                self._file.close()
            path = self._task.building / "quads" / f"{self.code}-{at:06}.nq"
            self._file = stack.enter_context(path.open("wb"))
        self._file.write(self._own(paper.nquads()).encode())
        self.rows |= dict.fromkeys(paper.identities)
        _, year, unit, stage = paper.key
        if turtle:
            path = self._task.building / "dumps" / "papers" / f"{self.code}-{year}-{unit}-{stage}.ttl"
            path.write_text(self._own(turtle), encoding="utf-8")
        data = text.encode()
        self.digests.append((name, hashlib.sha256(data).hexdigest()))
        if "sources" not in self._task.without:
            kept = _folder(self._task.site, self.code) / "sources" / name
            released = self._task.building / "sources" / self.code / "sources" / name
            for path in (kept, released):
                path.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(data)
            os.link(kept, released)

    def _own(self, text: str) -> str:
        """IRIs of the first city as this one's; a code also stands in digests by chance, but not between slashes."""
        if self.code == self._first:
            return text
        return text.replace(f"/{self._first}/", f"/{self.code}/").replace(f"/{self._first}>", f"/{self.code}>")


def _turtle(paper: Paper) -> str:
    return (ox.serialize(paper.facts, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode()


def sizes(release: Release) -> dict[str, int]:
    """Bytes of each part of a release."""
    found: dict[str, int] = {}
    for group in ("files", "derived"):
        for entry in release.manifest[group]:
            part = str(entry["path"]).partition("/")[0]
            found[part] = found.get(part, 0) + int(entry["bytes"])
    return found


def main() -> None:
    """Makes the release and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("papers", type=int)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--without", default="", help="comma-separated: provenance, sources, turtle, products")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.gettempdir()) / f"mupol-corpus-{asked.papers}"
    clock = time.perf_counter()
    release = invent(folder, asked.papers, filter(None, asked.without.split(",")))
    spent, manifest = time.perf_counter() - clock, release.manifest
    print(f"{folder}: {manifest['papers']:,} papers, {manifest['quads']:,} quads in {spent:.0f} s")
    for part, size in sorted(sizes(release).items()):
        print(f"{size / 1024**2:>10.1f} MiB  {part}")


if __name__ == "__main__":
    main()

"""Makes the index of a release from its store. The same store gives the same bytes with the same version of SQLite.

Things are numbered in order of rank (kind, the later year first, IRI), so that sorting numbers ranks what is found.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from lod.errors import StoreError
from lod.identities import PROGRAM, UNIT
from lod.iri import Mint
from lod.search import columns, layout
from lod.search.columns import Column, column
from lod.search.contexts import Contexts, Sets
from lod.search.layout import KINDS, PROPERTIES, Role
from lod.stores.draft import ReleaseDraft
from lod.stores.oxigraph import ReleaseStore
from lod.text.folding import search_key
from lod.vocab import MPOL

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
CREATE VIRTUAL TABLE words USING fts5(pairs, content='', tokenize='ascii', detail=full);
INSERT INTO words(words, rank) VALUES ('hashsize', 67108864), ('automerge', 0);
CREATE TABLE name (text INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE thing (number INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE context (iri TEXT PRIMARY KEY, thing INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE year (year INTEGER PRIMARY KEY, thing INTEGER NOT NULL);
CREATE TABLE property (iri TEXT, role TEXT, first INTEGER, last INTEGER, merged INTEGER, PRIMARY KEY (iri, merged));
CREATE TABLE extent (name TEXT PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL);
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
BEGIN;
"""


def search_index(draft: ReleaseDraft) -> None:
    """The product: `search/` in the release's folder. Raises StoreError S10."""
    folder = draft.folder / layout.FOLDER
    folder.mkdir()
    try:
        base = sqlite3.connect(folder / layout.WORDS, isolation_level=None)
        try:
            _Building(draft, base).write(folder / layout.COLUMNS)
        finally:
            base.close()
    except sqlite3.Error as error:
        raise StoreError("S10", place=str(folder), problem=str(error)) from error


class _Building:
    """One index under way: things get numbers as they come, and their rank at the end."""

    def __init__(self, draft: ReleaseDraft, base: sqlite3.Connection) -> None:
        self._draft = draft
        self._base = base
        self._store: ReleaseStore = draft.store
        self._numbers: dict[str, int] = {}
        self._kinds: Column = column()
        self._first: Column = column([0, 0])  # texts count from 1
        self._things: Column = column()
        base.executescript(_SCHEMA)

    def write(self, path: Path) -> None:
        other = len(KINDS) - 1
        for place, kind in enumerate(KINDS):
            for iri in self._store.instances(kind.type.value) if kind.type else ():
                self._number(iri, place)
        names_are_done = False
        for predicate, role in PROPERTIES.items():
            if role is Role.TEXT and not names_are_done:
                names_are_done = self._property(layout.EARLIER_READINGS, Role.READING, self._earlier_readings)
            stated = self._store.stating(predicate)
            self._property(predicate.value, role, partial(self._texts, stated, role, other))
        for predicate in PROPERTIES:
            apart = self._store.stating_apart(predicate)
            self._property(predicate.value, Role.TEXT, partial(self._texts, apart, Role.TEXT, other), merged=False)
        mint = Mint(self._draft.settings.base)
        codes = [city.code for city in self._draft.municipalities]
        cities = {code: self._number(mint.municipality(code), 0) for code in codes}
        contexts = Contexts(self._store, self._numbers, cities)
        self._finish(path, contexts, _years(self._store, self._numbers))

    def _number(self, iri: str, kind: int) -> int:
        number = self._numbers.setdefault(iri, len(self._kinds))
        if number == len(self._kinds):
            self._kinds.append(kind)
        return number

    def _texts(self, stated: Iterable[tuple[object, object]], role: Role, other: int) -> None:
        """A row for each distinct text of a property; the store gives those that are equal one after the other."""
        before: Literal | None = None
        for subject, value in stated:
            if not (isinstance(value, Literal) and isinstance(subject, NamedNode)):
                continue
            if value != before:
                key = search_key(value.value)
                if not key:
                    continue
                before = value
                self._text(key, role)
            self._things.append(self._number(subject.value, other))
            self._first[-1] = len(self._things)

    def _property(self, iri: str, role: Role, make: Callable[[], None], *, merged: bool = True) -> bool:
        """The texts of a property, and where they stand. What only named graphs state stands apart, at the end."""
        first = len(self._first) - 1
        make()
        row = (iri, role.value, first, len(self._first) - 2, merged)
        self._base.execute("INSERT INTO property VALUES (?, ?, ?, ?, ?)", row)
        return True

    def _earlier_readings(self) -> None:
        """Of units and programs only: whether people's names may be published is the municipality's to say."""
        mint = Mint(self._draft.settings.base)
        for city in self._draft.municipalities:
            for row in city.identities.rows:
                make = {UNIT: mint.unit, PROGRAM: mint.program}.get(row.kind)
                iri = make(city.code, row.key) if make and row.reading else ""
                if iri in self._numbers:
                    self._text(search_key(row.reading), Role.READING)
                    self._things.append(self._numbers[iri])
                    self._first[-1] = len(self._things)

    def _text(self, key: str, role: Role) -> None:
        text = len(self._first) - 1
        self._first.append(len(self._things))
        self._base.execute("INSERT INTO words(rowid, pairs) VALUES (?, ?)", (text, layout.pairs(key)))
        if role is not Role.TEXT and len(key) <= layout.LONGEST_NAME:
            self._base.execute("INSERT INTO name VALUES (?, ?)", (text, key))

    def _finish(self, path: Path, contexts: Contexts, years: Mapping[int, int]) -> None:
        iris = list(self._numbers)
        of_year = contexts.of["year"]
        latest = [max((years.get(year, 0) for year in of_year[thing]), default=0) for thing in range(len(iris))]
        order = sorted(range(len(iris)), key=lambda thing: (self._kinds[thing], -latest[thing], iris[thing]))
        rank = column([0] * len(order))
        for place, thing in enumerate(order):
            rank[thing] = place
        made = {"first": self._first, "things": self._ranked(rank), "kind": column([self._kinds[t] for t in order])}
        for name, sets in contexts.of.items():
            made |= dict(_written(name, sets, order, rank))
        made["titled.first"], made["titled"] = _titled(made["kind"], contexts.of["program"], order, rank)
        extents = columns.write(path, made)
        base = self._draft.settings.base
        rows = ((place, iris[thing].removeprefix(base)) for place, thing in enumerate(order))
        self._base.executemany("INSERT INTO thing VALUES (?, ?)", rows)
        held = {number for sets in contexts.of.values() for numbers in (*sets.many, sets.values) for number in numbers}
        places = sorted((iris[thing].removeprefix(base), rank[thing]) for thing in held if thing >= 0)
        self._base.executemany("INSERT INTO context VALUES (?, ?)", places)
        self._base.executemany("INSERT INTO year VALUES (?, ?)", sorted((y, rank[t]) for t, y in years.items()))
        self._base.executemany("INSERT INTO extent VALUES (?, ?, ?)", ((n, *at) for n, at in extents.items()))
        self._base.execute("INSERT INTO fact VALUES ('base', ?)", (base,))
        self._base.execute("CREATE INDEX name_key ON name (key)")
        self._base.execute("INSERT INTO words(words) VALUES ('optimize')")
        self._base.execute("COMMIT")

    def _ranked(self, rank: Column) -> Column:
        """The things of each text by rank, in order."""
        found = column()
        for text in range(len(self._first) - 1):
            found.extend(sorted(rank[thing] for thing in self._things[self._first[text] : self._first[text + 1]]))
        return found


def _years(store: ReleaseStore, numbers: Mapping[str, int]) -> dict[int, int]:
    """The fiscal years by number of thing."""
    found = {}
    for subject, value in store.stating(MPOL.startYear):
        if isinstance(subject, NamedNode) and isinstance(value, Literal) and subject.value in numbers:
            found[numbers[subject.value]] = int(value.value)
    return found


def _titled(kinds: Column, programs: Sets, order: list[int], rank: Column) -> tuple[Column, Column]:
    """For each thing up to the last program, the things that go by its name."""
    known = [KINDS[kind].key for kind in range(len(KINDS))]
    titled: dict[int, list[int]] = {}
    for place, thing in enumerate(order):
        if known[kinds[place]] in layout.TITLED:
            for program in programs[thing]:
                titled.setdefault(rank[program], []).append(place)
    firsts, members = column([0]), column()
    for program in range(max(titled, default=-1) + 1):
        members.extend(titled.get(program, ()))
        firsts.append(len(members))
    return firsts, members


def _written(name: str, sets: Sets, order: list[int], rank: Column) -> Iterator[tuple[str, Column]]:
    """A context as columns: its values by rank, and the larger sets one after the other."""
    firsts, members = array("i", [0]), column()
    for numbers in sets.many:
        members.extend(sorted(rank[number] for number in numbers))
        firsts.append(len(members))
    values = column([rank[value] if value >= 0 else value for value in map(sets.values.__getitem__, order)])
    yield name, values
    yield f"{name}.first", firsts
    yield f"{name}.members", members

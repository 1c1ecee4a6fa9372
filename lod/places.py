"""Where values stand in papers: all places of an edition in one record.

The same is in the provenance graphs, a dozen statements for each place (docs/decisions/0004-places.md); a page that
shows sixty values would read seven hundred of them. `places.sqlite` is made of those graphs with the release and says
nothing that they do not. A release without it is read from its graphs.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from lod.errors import StoreError
from lod.iri import Mint
from lod.stores.draft import ReleaseDraft
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import MPC, MPOL, OA, PROV

FILE = "places.sqlite"
PLACES = "/id/place/"
_SHAPE = """
CREATE TABLE edition (number INTEGER PRIMARY KEY, graph TEXT NOT NULL UNIQUE, places BLOB NOT NULL) STRICT;
CREATE TABLE thing (hash INTEGER, edition INTEGER, PRIMARY KEY (hash, edition)) STRICT, WITHOUT ROWID;
"""
_OF_THING = "SELECT graph FROM thing JOIN edition ON edition = number WHERE hash = ? ORDER BY graph LIMIT ?"
MOST_EDITIONS = 500
"""Editions that are looked through for the places of one thing."""
_HEADER_VERSION = 96
"""Where SQLite notes its own version in a file's header (file format 1.3.16): four bytes that no reader needs."""
_SUBJECT = 6
_KEPT = 64
"""Editions whose places stay in memory: the pages of one paper's things are often asked for one after the other."""


_Row: TypeAlias = Sequence[Any]
"""The fields of a place."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A passage of a source that states a property of a thing. Lines and columns count from 1, offsets from 0."""

    source: str
    start: int
    end: int
    line: int
    column: int
    iri: str
    subject: str
    term: str
    status: str
    quote: str

    @property
    def text(self) -> str:
        return f"{self.line}:{self.column}"

    @property
    def anchor(self) -> str:
        """The passage on the page of its paper."""
        return passage(self.start, self.end)

    @property
    def state(self) -> str:
        """printed, repaired, uncertain, corrected, withheld or metadata."""
        return self.status.removeprefix(MPC.base + "status-")


def graph_of(place: str) -> str:
    """…/id/place/X/366-371-term is described in …/graph/provenance/X."""
    return place.replace(PLACES, "/graph/provenance/", 1).rpartition("/")[0]


def passage(start: int, end: int) -> str:
    """The anchor of a passage on the page of its paper."""
    return f"p{start}-{end}"


def write(draft: ReleaseDraft) -> None:
    """Writes the places of all editions, one after the other; the same graphs give the same bytes."""
    path = draft.folder / FILE
    of_places = Mint(draft.settings.base).places_graphs
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "encoding = 'UTF-8'"):
            base.execute(f"PRAGMA {pragma}")
        base.executescript(_SHAPE)
        base.execute("BEGIN")
        graphs = (graph for graph in draft.store.graph_names() if graph.startswith(of_places))
        for number, graph in enumerate(graphs):
            places = in_graph(draft.store, graph)
            base.execute("INSERT INTO edition VALUES (?, ?, ?)", (number, graph, _packed(places)))
            hashes = sorted({_hash(place.subject) for place in places})
            base.executemany("INSERT INTO thing VALUES (?, ?)", ((found, number) for found in hashes))
        base.execute("COMMIT")
    with path.open("rb+") as file:
        file.seek(_HEADER_VERSION)
        file.write(bytes(4))


def _hash(iri: str) -> int:
    """A short key of a thing. Two with the same one cost a look in vain: the places themselves name their thing."""
    return int.from_bytes(hashlib.blake2b(iri.encode(), digest_size=8).digest(), "big", signed=True)


def _packed(places: tuple[Place, ...]) -> bytes:
    rows = [astuple(place) for place in places]
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode())


class Editions:
    """The places of a release by edition. Safe for threads: the file never changes, so SQLite takes no lock."""

    def __init__(self, release: Path, store: ReleaseStore) -> None:
        self._store = store
        self._base: sqlite3.Connection | None = None
        path = release / FILE
        if path.is_file():
            address = f"file:{quote(str(path.resolve()))}?immutable=1"
            self._base = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
        self._rows = lru_cache(maxsize=_KEPT)(self._read_rows)

    def of_graph(self, graph: str) -> tuple[Place, ...]:
        """The places of an edition by the name of its provenance graph, in order. Raises StoreError S10."""
        return tuple(sorted(Place(*row) for rows in self._rows(graph).values() for row in rows))

    def of_thing(self, subject: str) -> list[Place]:
        """The places that state something of a thing, by edition and in order. Raises StoreError S10."""
        return [Place(*row) for graph in self._holding(subject) for row in self._rows(graph).get(subject, ())]

    def _holding(self, subject: str) -> list[str]:
        """The editions that may hold places of a thing."""
        if self._base is None:
            found = self._store.objects(subject, PROV.wasDerivedFrom.value)
            graphs = {graph_of(term.value) for term in found if isinstance(term, NamedNode) and PLACES in term.value}
            return sorted(graphs)[:MOST_EDITIONS]
        try:
            return [row[0] for row in self._base.execute(_OF_THING, (_hash(subject), MOST_EDITIONS))]
        except sqlite3.Error as error:
            raise StoreError("S10", place=FILE, problem=str(error)) from error

    def _read_rows(self, graph: str) -> dict[str, list[_Row]]:
        """By thing: a page asks for a few things of many editions, so only theirs become places."""
        found: dict[str, list[_Row]] = {}
        for row in self._kept(graph):
            found.setdefault(row[_SUBJECT], []).append(row)
        return found

    def _kept(self, graph: str) -> Iterable[_Row]:
        if self._base is None:
            return map(astuple, in_graph(self._store, graph))
        try:
            kept = self._base.execute("SELECT places FROM edition WHERE graph = ?", (graph,)).fetchone()
            rows: list[_Row] = json.loads(zlib.decompress(kept[0])) if kept else []
        except (sqlite3.Error, zlib.error, ValueError) as error:
            raise StoreError("S10", place=FILE, problem=str(error)) from error
        return rows


def in_graph(store: ReleaseStore, graph: str) -> tuple[Place, ...]:
    """The places that a provenance graph describes: each once for every thing that is stated there."""
    return tuple(sorted(_read(store, graph)))


def _read(store: ReleaseStore, graph: str) -> Iterator[Place]:
    links: list[tuple[str, str]] = []
    said: dict[str, dict[str, str]] = {}
    for quad in store.quads(graph):
        value, subject, predicate = quad.object, quad.subject, quad.predicate.value
        if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
            continue
        if predicate == PROV.wasDerivedFrom.value:
            links.append((subject.value, value.value))
        else:  # a selector's IRI is that of its place with a fragment
            said.setdefault(subject.value.partition("#")[0], {}).setdefault(predicate, value.value)
    for thing, place in links:
        if place in said:
            yield _place(place, thing, said[place])


def _place(iri: str, subject: str, said: dict[str, str]) -> Place:
    def text(term: NamedNode) -> str:
        return said.get(term.value, "")

    def number(term: NamedNode) -> int:
        return int(text(term) or 0)

    return Place(
        text(OA.hasSource),
        number(OA.start),
        number(OA.end),
        number(MPOL.line),
        number(MPOL.column),
        iri,
        subject,
        text(MPOL.statesProperty),
        text(MPOL.valueStatus),
        text(OA.exact),
    )

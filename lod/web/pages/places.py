"""Where values stand in papers: read from the provenance graphs of the editions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from lod.vocab import MPC, MPOL, OA, PROV
from lod.web.live import Published

_MOST = 500


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
        """printed, repaired, uncertain, withheld or metadata."""
        return self.status.removeprefix(MPC.base + "status-")


def passage(start: int, end: int) -> str:
    """The anchor of a passage on the page of its paper."""
    return f"p{start}-{end}"


class Places:
    """Places by thing and property; `read` finds those of a thing that is asked for the first time."""

    def __init__(self, places: Iterable[Place] = (), live: Published | None = None) -> None:
        self.all = sorted(places)
        self._live = live
        self._by_thing: dict[str, list[Place]] = {}
        for place in self.all:
            self._by_thing.setdefault(place.subject, []).append(place)

    def of(self, subject: NamedNode, *properties: NamedNode) -> tuple[Place, ...]:
        """The places of some properties, property by property."""
        if subject.value not in self._by_thing and self._live:
            self._by_thing[subject.value] = sorted(_of_thing(self._live, subject))
        mine = self._by_thing.get(subject.value, ())
        return tuple(place for item in properties for place in mine if place.term == item.value)

    def order(self, subject: NamedNode, *properties: NamedNode, quotes: Iterable[str] = ()) -> int:
        """The offset of a value, for putting things in the order of the paper; far behind if it has no place."""
        wanted = set(quotes)
        found = [place.start for place in self.of(subject, *properties) if not wanted or place.quote in wanted]
        return min(found, default=1 << 31)

    def withheld(self) -> Iterator[Place]:
        return (place for place in self.all if place.state == "withheld")


def in_sources(live: Published, sources: Iterable[NamedNode]) -> Places:
    """Every place in some editions: …/id/source/X has its places in the graph …/graph/provenance/X."""
    return Places(place for source in sources for place in _in_graph(live, source))


def of_things(live: Published) -> Places:
    """The places of any thing, in whatever edition, looked up when they are asked for."""
    return Places((), live)


def one(live: Published, iri: str) -> list[Place]:
    """A place by its own IRI: once for each thing that is stated there."""
    return list(_read(live, NamedNode(iri), _subjects(live, iri)))


def _subjects(live: Published, iri: str) -> list[str]:
    graph = _graph(iri)
    found = live.store.subjects(PROV.wasDerivedFrom, NamedNode(iri), _MOST, graph)
    return [node.value for node in found if isinstance(node, NamedNode)]


def _of_thing(live: Published, node: NamedNode) -> Iterator[Place]:
    for place in live.store.objects(node.value, PROV.wasDerivedFrom.value)[:_MOST]:
        if isinstance(place, NamedNode) and "/id/place/" in place.value:
            yield from _read(live, place, [node.value])


def _graph(place: str) -> NamedNode:
    """…/id/place/X/366-371-term is described in …/graph/provenance/X."""
    return NamedNode(place.replace("/id/place/", "/graph/provenance/", 1).rpartition("/")[0])


def _read(live: Published, node: NamedNode, subjects: Iterable[str]) -> Iterator[Place]:
    graph = _graph(node.value)
    said = _values(live.store.about_in(node, graph))
    for selector in said.get(OA.hasSelector.value, ()):
        said |= _values(live.store.about_in(NamedNode(selector), graph))
    for subject in subjects:
        yield _place(node.value, subject, said)


def _values(triples: Iterable[Triple]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for triple in triples:
        value = triple.object
        if isinstance(value, NamedNode | Literal):
            found.setdefault(triple.predicate.value, []).append(value.value)
    return found


def _in_graph(live: Published, source: NamedNode) -> Iterator[Place]:
    graph = source.value.replace("/id/source/", "/graph/provenance/", 1)
    links: list[tuple[str, str]] = []
    said: dict[str, dict[str, list[str]]] = {}
    for quad in live.store.quads(graph):
        value, subject, predicate = quad.object, quad.subject, quad.predicate.value
        if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
            continue
        if predicate == PROV.wasDerivedFrom.value:
            links.append((subject.value, value.value))
        else:  # a selector's IRI is that of its place with a fragment
            said.setdefault(subject.value.partition("#")[0], {}).setdefault(predicate, []).append(value.value)
    for subject_iri, place in links:
        if place in said:
            yield _place(place, subject_iri, said[place])


def _place(iri: str, subject: str, said: dict[str, list[str]]) -> Place:
    def text(term: NamedNode) -> str:
        return next(iter(said.get(term.value, ())), "")

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

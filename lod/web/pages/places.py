"""The places that a page shows, by thing and property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode

from lod.places import Place, graph_of
from lod.web.live import Published


class Places:
    """Places by thing and property; those of a thing that is asked for the first time are read from `live`."""

    def __init__(self, places: Iterable[Place] = (), live: Published | None = None) -> None:
        self.all = sorted(places)
        self._live = live
        self._by_thing: dict[str, list[Place]] = {}
        for place in self.all:
            self._by_thing.setdefault(place.subject, []).append(place)

    def of(self, subject: NamedNode, *properties: NamedNode) -> tuple[Place, ...]:
        """The places of some properties, property by property."""
        if subject.value not in self._by_thing and self._live:
            self._by_thing[subject.value] = sorted(self._live.places.of_thing(subject.value))
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
    graphs = (source.value.replace("/id/source/", "/graph/provenance/", 1) for source in sources)
    return Places(place for graph in graphs for place in live.places.of_graph(graph))


def of_things(live: Published) -> Places:
    """The places of any thing, in whatever edition, looked up when they are asked for."""
    return Places((), live)


def one(live: Published, iri: str) -> list[Place]:
    """A place by its own IRI: once for each thing that is stated there."""
    return [place for place in live.places.of_graph(graph_of(iri)) if place.iri == iri]

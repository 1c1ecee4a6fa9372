"""Where values stand in papers: read from the provenance graphs of the editions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolution

from lod.vocab import MPC, MPOL
from lod.web.graph import select
from lod.web.live import Published


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
        return f"L{self.line}"


class Places:
    """The places of some editions, by thing and property."""

    def __init__(self, live: Published, sources: Iterable[NamedNode]) -> None:
        self.all = sorted(place for node in sources for place in _read(live, node.value))
        self._by_value: dict[tuple[str, str], list[Place]] = {}
        for place in self.all:
            self._by_value.setdefault((place.subject, place.term), []).append(place)

    def of(self, subject: NamedNode, *properties: NamedNode) -> tuple[Place, ...]:
        return tuple(place for item in properties for place in self._by_value.get((subject.value, item.value), ()))

    def order(self, subject: NamedNode, *properties: NamedNode, quote: str = "") -> int:
        """The offset of a value, for putting things in the order of the paper; far behind if it has no place."""
        found = [place.start for place in self.of(subject, *properties) if not quote or place.quote == quote]
        return min(found, default=1 << 31)

    def withheld(self) -> Iterator[Place]:
        return (place for place in self.all if place.status == MPC["status-withheld"].value)


def provenance_graph(source: str) -> str:
    """The graph with the places of an edition: …/id/source/X → …/graph/provenance/X."""
    return source.replace("/id/source/", "/graph/provenance/", 1)


def _read(live: Published, source: str) -> Iterator[Place]:
    rows = select(
        live.store,
        f"""SELECT ?place ?subject ?property ?status ?line ?column ?start ?end ?quote {{
          GRAPH <{provenance_graph(source)}> {{
            ?place oa:hasSource <{source}> ; <{MPOL.statesProperty.value}> ?property ;
              <{MPOL.valueStatus.value}> ?status ; <{MPOL.line.value}> ?line ; <{MPOL.column.value}> ?column ;
              oa:hasSelector ?position . ?position oa:start ?start ; oa:end ?end .
            ?subject prov:wasDerivedFrom ?place .
            OPTIONAL {{ ?place oa:hasSelector ?words . ?words oa:exact ?quote }} }} }}""",
    )
    for row in rows:
        start, end, line, column = (int(_text(row, name)) for name in ("start", "end", "line", "column"))
        names = (_text(row, name) for name in ("place", "subject", "property", "status", "quote"))
        yield Place(source, start, end, line, column, *names)


def _text(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, NamedNode | Literal) else ""

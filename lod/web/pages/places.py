"""Where values stand in papers: read from the provenance graphs of the editions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolution

from lod.vocab import MPC
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
    """Places by thing and property."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.all = sorted(places)
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


def in_sources(live: Published, sources: Iterable[NamedNode]) -> Places:
    """Every place in some editions: …/id/source/X has its places in the graph …/graph/provenance/X."""
    graphs = [(node.value.replace("/id/source/", "/graph/provenance/", 1), node) for node in sources]
    return Places(place for graph, node in graphs for place in _read(live, f"<{graph}>", f"?place oa:hasSource {node}"))


def of_thing(live: Published, node: NamedNode) -> Places:
    """Every place of one thing's values, in whatever edition."""
    return Places(_read(live, "?graph", f"{node} prov:wasDerivedFrom ?place"))


def _read(live: Published, graph: str, condition: str) -> Iterator[Place]:
    rows = select(
        live.store,
        f"""SELECT ?source ?place ?subject ?property ?status ?line ?column ?start ?end ?quote {{
          GRAPH {graph} {{
            {condition} . ?subject prov:wasDerivedFrom ?place .
            ?place oa:hasSource ?source ; mpol:statesProperty ?property ; mpol:valueStatus ?status ;
              mpol:line ?line ; mpol:column ?column ; oa:hasSelector ?position .
            ?position oa:start ?start ; oa:end ?end .
            OPTIONAL {{ ?place oa:hasSelector ?words . ?words oa:exact ?quote }} }} }}""",
    )
    for row in rows:
        start, end, line, column = (int(_text(row, name)) for name in ("start", "end", "line", "column"))
        names = (_text(row, name) for name in ("place", "subject", "property", "status", "quote"))
        yield Place(_text(row, "source"), start, end, line, column, *names)


def _text(row: QuerySolution, name: str) -> str:
    value = row[name]
    return value.value if isinstance(value, NamedNode | Literal) else ""

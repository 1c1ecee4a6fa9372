"""Links to other data sets, counted by property and by the data set they lead to (VoID 5)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pyoxigraph import NamedNode

from lod.stores.oxigraph import ReleaseStore

_SPACE = re.compile(r"https?://[^/?#]+/")


@dataclass(frozen=True, slots=True)
class Linkset:
    """The triples of one graph that lead by one property to IRIs below `target`."""

    graph: str
    property: str
    target: str
    triples: int


def linksets(store: ReleaseStore, graph: str, base: str) -> list[Linkset]:
    """The linksets of a graph of links; IRIs of our own and what is no web address lead to no other data set."""
    counted: Counter[tuple[str, str]] = Counter()
    for triple in store.graph(graph):
        if isinstance(triple.object, NamedNode) and not triple.object.value.startswith(base):
            space = _SPACE.match(triple.object.value)
            if space:
                counted[triple.predicate.value, space.group()] += 1
    return [Linkset(graph, *key, number) for key, number in sorted(counted.items())]

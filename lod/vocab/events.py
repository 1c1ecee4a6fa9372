"""The terms of the feeds that programs follow: what happened to which thing, in which order."""

# ruff: noqa: N815 -- the names are those of the vocabularies

from __future__ import annotations

from pyoxigraph import NamedNode

from lod.vocab.namespaces import Namespace


class AS(Namespace, prefix="as"):
    """ActivityStreams 2.0: what happened to a thing."""

    Create: NamedNode
    Delete: NamedNode
    Update: NamedNode


class LDES(Namespace, prefix="ldes"):
    """Linked Data Event Streams: every version of every thing, in order."""

    EventStream: NamedNode
    timestampPath: NamedNode
    versionOfPath: NamedNode


class TREE(Namespace, prefix="tree"):
    """TREE: a collection in pages that point to each other."""

    GreaterThanOrEqualToRelation: NamedNode
    Node: NamedNode
    member: NamedNode
    node: NamedNode
    path: NamedNode
    relation: NamedNode
    value: NamedNode
    view: NamedNode

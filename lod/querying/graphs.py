"""Graphs that are results, written whole."""

from __future__ import annotations

import pyoxigraph as ox

from lod import formats
from lod.querying.jobs import Outcome, QueryError


def whole(triples: list[ox.Triple], suffix: str) -> bytes:
    """A graph that is held, in any format; one that knows named graphs gets it as the default graph."""
    if suffix in formats.DATASET_FORMATS:
        return formats.serialize_quads([ox.Quad(*triple) for triple in triples], suffix)
    chosen = formats.by_suffix(suffix)
    if chosen is None:
        raise QueryError(Outcome.UNWRITABLE, suffix)
    return chosen.serialize(triples)

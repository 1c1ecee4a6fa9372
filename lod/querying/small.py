"""Queries that are a matter of a millisecond: answered on the spot, without a worker (decisions 0010 and 0021)."""

from __future__ import annotations

import pyoxigraph as ox

from lod import analysis, formats
from lod.analysis.algebra import Describe, Lookup, Select
from lod.querying import lookups
from lod.querying.graphs import whole
from lod.querying.jobs import Job, Limits, QueryError
from lod.querying.text_patterns import may_ask
from lod.stores.oxigraph import ReleaseStore

MOST_DESCRIBED = 500
"""Triples that a description may hold: things have some dozen."""


def at_once(job: Job, limits: Limits, store: ReleaseStore | None = None) -> tuple[int, bytes] | None:
    """Rows and result in the format of a job; None for what a worker must answer.

    `store` is the release's own, where the caller has it open.
    """
    if job.default_graphs or job.named_graphs or may_ask(job.query):
        return None
    facts, query = analysis.shared(job.release), analysis.parse(job.query)
    if facts is None or query is None:
        return None
    if isinstance(query, Describe):
        found = _described(facts, query, job.suffix)
    elif job.suffix != "json":
        return None
    else:
        found = _selected(facts, query, store)
    if found is None or found[0] > limits.rows or len(found[1]) > limits.bytes:
        return None
    return found


def _selected(facts: analysis.Facts, query: Select, store: ReleaseStore | None) -> tuple[int, bytes] | None:
    if isinstance(query.where, Lookup):
        return lookups.answer(store, query, query.where) if store else None
    return analysis.answer_small(facts, query)


def _described(facts: analysis.Facts, query: Describe, suffix: str) -> tuple[int, bytes] | None:
    """What is said of a thing, and the names of what that mentions: as lod/querying/evaluation.py says it."""
    if facts.count_about(query.thing) > MOST_DESCRIBED:
        return None
    found = dict.fromkeys(facts.about(query.thing))
    for node in dict.fromkeys(triple.object for triple in found if isinstance(triple.object, ox.NamedNode)):
        found.update(dict.fromkeys(facts.labels(node.value)))
        if len(found) > MOST_DESCRIBED:
            return None
    try:
        return len(found), whole(list(found), suffix)
    except (formats.UnserializableError, QueryError):
        return None

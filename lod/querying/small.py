"""Queries that are a matter of a millisecond: answered on the spot, without a worker (decision 0010)."""

from __future__ import annotations

from lod import analysis
from lod.querying.jobs import Job, Limits


def at_once(job: Job, limits: Limits) -> tuple[int, bytes] | None:
    """Rows and result in JSON; None for what a worker must answer."""
    if job.suffix != "json" or job.default_graphs or job.named_graphs:
        return None
    facts = analysis.shared(job.release)
    found = analysis.answer_small(facts, job.query) if facts is not None else None
    if found is None or found[0] > limits.rows or len(found[1]) > limits.bytes:
        return None
    return found

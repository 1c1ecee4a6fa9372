"""Strangers' queries: each in a process that can be killed, with bounded time, memory, rows and bytes.

jobs.py         what is asked, the limits, how it can end
kind.py         what kind of request a text is, before it is parsed
dataset.py      several graphs as one default graph
federation.py   SERVICE clauses, answered before the store sees them;  remote.py asks the other endpoint
evaluation.py   one query over a release's store, written to an output that counts (runs in a worker)
small.py        what is answered on the spot;  lookups.py reads the few triples that it takes
graphs.py       graphs that are results, written whole
worker.py       the life of a worker process
lanes.py        who may run now: a quick lane that is always soon free, a long lane, a fair queue
pool.py         workers and lanes together; the result as a file of known length

Why it is so: docs/explanation/endpoint.md.
"""

from lod.querying.jobs import Job, Limits, Outcome, QueryError
from lod.querying.pool import Pool, Result

__all__ = ["Job", "Limits", "Outcome", "Pool", "QueryError", "Result"]

"""How a query without a result is told: status, words, the limit and what was used of it (RFC 9457)."""

from __future__ import annotations

from lod.querying import Outcome, QueryError
from lod.querying.diagnosis import diagnose, excerpt
from lod.web import site
from lod.web.errors import ProblemError
from lod.web.sparql_request import service_problem
from lod.web.text_problems import TEXT_OUTCOMES, text_problem

_MIB = 1024**2


def problem_of(error: QueryError, query: str) -> ProblemError:  # noqa: C901  one case for each outcome
    """The problem document of an ended query."""
    limits = site.site().pool.limits
    if error.outcome in TEXT_OUTCOMES:
        return text_problem(error, query)
    match error.outcome:
        case Outcome.SYNTAX:
            return _syntax(query, error.message)
        case Outcome.UNWRITABLE:
            return ProblemError(406, "unwritable", message=error.message)
        case Outcome.FAILED:
            return ProblemError(400, "failed", message=error.message)
        case Outcome.SERVICE:
            return service_problem(error.message, limits.services)
        case Outcome.REMOTE:
            return ProblemError(502, "remote", message=error.message)
        case Outcome.TIMEOUT:
            return ProblemError(504, "timeout", limit=f"{limits.seconds:g}", used=f"{error.used:g}", unit="s")
        case Outcome.MEMORY:
            return ProblemError(503, "memory", limit=limits.memory_mib, used=limits.memory_mib, unit="MiB")
        case Outcome.ROWS:
            return ProblemError(413, "rows", limit=limits.rows, used=int(error.used), unit="rows")
        case Outcome.BYTES:
            return ProblemError(413, "bytes", limit=limits.bytes // _MIB, used=f"{error.used / _MIB:.0f}", unit="MiB")
        case Outcome.TRIPLES:
            return ProblemError(413, "triples", limit=int(error.used), used=int(error.used), unit="triples")
        case Outcome.CLIENT:
            return ProblemError(429, "client", limit=int(error.used))
        case Outcome.BUSY | Outcome.LOST:
            return ProblemError(503, "busy")
    return ProblemError(503, "crash")


def _syntax(query: str, message: str) -> ProblemError:
    """The mistake with its place and, where it is a usual one, what to write instead."""
    found = diagnose(query, message)
    hint = site.words(f"hint.{found.hint}", **found.params) if found.hint else found.message
    return ProblemError(
        400,
        "syntax",
        line=found.line,
        column=found.column,
        message=hint,
        excerpt=excerpt(query, found.line, found.column),
        parser=found.message,
    )

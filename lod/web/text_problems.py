"""How a text search within a query is told that it cannot be answered (lod/querying/text_search.py)."""

from __future__ import annotations

from lod.querying import Outcome, QueryError
from lod.querying.diagnosis import excerpt, place
from lod.web import site
from lod.web.errors import ProblemError

TEXT_OUTCOMES = frozenset({Outcome.TEXT_FORM, Outcome.TEXT_MANY, Outcome.TEXT_MISSING})


def text_problem(error: QueryError, query: str) -> ProblemError:
    """The problem document: for a wrong form with its place in the query and how it must be."""
    match error.outcome:
        case Outcome.TEXT_FORM:
            line, column = place(query, int(error.used))
            mistake, marked = site.words(f"hint.{error.message}"), excerpt(query, line, column)
            return ProblemError(400, "text_form", line=line, column=column, message=mistake, excerpt=marked)
        case Outcome.TEXT_MANY:
            return ProblemError(413, "text_many", limit=int(error.used), used=int(error.used), unit="hits")
        case _:
            return ProblemError(503, "search_missing")

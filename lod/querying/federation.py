"""SERVICE clauses, answered before the store sees the query: each becomes the VALUES that the other endpoint gave.

That is exact (SPARQL 1.1 Federated Query 2.4: a clause is evaluated by itself and joined) for a constant address. What
is not certain to be so is refused: an address in a variable, a SERVICE within a SERVICE, blank nodes in the result. The
store would call any address by itself, so no clause may be left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from lod.querying.jobs import Limits, Outcome, QueryError
from lod.querying.kind import prologue_of
from lod.querying.remote import RemoteError
from lod.stores.screening import TOKEN, screen

Ask = Callable[[str, str, float, int], bytes]
_PREFIX = re.compile(r"PREFIX\s+([^\s:<#]*):\s*<([^>]*)>", re.IGNORECASE)
_OPEN, _CLOSE = "{", "}"


@dataclass(frozen=True, slots=True)
class Clause:
    """`SERVICE [SILENT] <address> { … }` from `start` to `end` of the query; `group` is its braces with all inside."""

    start: int
    end: int
    address: str
    silent: bool
    group: str


def clauses(query: str) -> list[Clause]:
    """Every SERVICE clause with a constant address. Raises QueryError where there is any other."""
    tokens = [match for match in TOKEN.finditer(query) if match.group().strip() and not match.group().startswith("#")]
    declared = dict(_PREFIX.findall(prologue_of(query)))
    found, position = [], 0
    while position < len(tokens):
        if tokens[position].lastgroup == "word" and tokens[position].group().casefold() == "service":
            clause, position = _clause(query, tokens, position, declared)
            found.append(clause)
        else:
            position += 1
    if screen(_replaced(query, found, ["VALUES () { () }"] * len(found))).service:
        raise QueryError(Outcome.SERVICE, "SERVICE")
    return found


def _clause(query: str, tokens: list[re.Match[str]], first: int, declared: dict[str, str]) -> tuple[Clause, int]:
    position = first + 1
    silent = position < len(tokens) and tokens[position].group().casefold() == "silent"
    position += silent
    if position + 1 >= len(tokens) or tokens[position + 1].group() != _OPEN:
        raise QueryError(Outcome.SERVICE, tokens[min(position, len(tokens) - 1)].group()[:200])
    address = _address(tokens[position], declared)
    opened, depth = tokens[position + 1].start(), 0
    for at in range(position + 1, len(tokens)):
        depth += {_OPEN: 1, _CLOSE: -1}.get(tokens[at].group(), 0)
        if depth == 0:
            group = query[opened : tokens[at].end()]
            if screen(group).service:
                raise QueryError(Outcome.SERVICE, "SERVICE { SERVICE … }")
            return Clause(tokens[first].start(), tokens[at].end(), address, silent, group), at + 1
    raise QueryError(Outcome.SERVICE, address)


def _address(token: re.Match[str], declared: dict[str, str]) -> str:
    text = token.group()
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    prefix, _, local = text.partition(":")
    if token.lastgroup == "name" and prefix in declared and "\\" not in local:
        return declared[prefix] + local
    raise QueryError(Outcome.SERVICE, text[:200])


def check(query: str, allowed: tuple[str, ...]) -> None:
    """Raises QueryError where a query would call an address that is not on the list."""
    for clause in clauses(query):
        if clause.address not in allowed:
            raise QueryError(Outcome.SERVICE, clause.address[:200])


def answered(query: str, limits: Limits, ask: Ask) -> str:
    """The query with the results of others in the place of its SERVICE clauses. Raises QueryError."""
    check(query, limits.services)
    found = clauses(query)
    return _replaced(query, found, [_values(query, clause, limits, ask) for clause in found])


def _replaced(query: str, found: list[Clause], values: list[str]) -> str:
    parts, end = [], 0
    for clause, text in zip(found, values, strict=True):
        parts += [query[end : clause.start], f" {text} "]
        end = clause.end
    return "".join((*parts, query[end:]))


def _values(query: str, clause: Clause, limits: Limits, ask: Ask) -> str:
    """Inline data (SPARQL 1.1 Query 10.2). A failure of a SILENT clause is one empty solution (Federated Query 2.3)."""
    try:
        question = f"{prologue_of(query)}\nSELECT * {clause.group}"
        body = ask(clause.address, question, limits.service_seconds, limits.service_bytes)
        solutions = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if not isinstance(solutions, ox.QuerySolutions):
            raise RemoteError(f"{clause.address}: no table")
        names = [str(variable) for variable in solutions.variables]
        rows = [f"({' '.join(_cells(row, len(names)))})" for row in solutions]
    except (RemoteError, ValueError, SyntaxError, OSError) as error:
        if clause.silent:
            return "VALUES () { () }"
        raise QueryError(Outcome.REMOTE, str(error)) from error
    return f"VALUES ({' '.join(names)}) {{ {' '.join(rows)} }}"


def _cells(row: ox.QuerySolution, width: int) -> Iterator[str]:
    for number in range(width):
        term = row[number]
        if not isinstance(term, ox.NamedNode | ox.Literal | None):
            raise RemoteError(f"a result with {term}: blank nodes cannot be joined here")
        yield "UNDEF" if term is None else str(term)

"""A group graph pattern → its solutions: in which order patterns are joined, when tests are made, optional groups."""

from __future__ import annotations

import numpy as np

from lod.analysis.algebra import Closure, Constant, Group, Pattern, Test
from lod.analysis.facts import Facts, Predicate
from lod.analysis.filtering import mask, selected, selects
from lod.analysis.joining import UNIT, Table, closure, extend, values_of
from lod.analysis.terms import UNBOUND, Ids

_ROW = ".row"
"""The column that tells which row of the outer table an optional solution belongs to."""


def solutions(facts: Facts, group: Group, table: Table = UNIT) -> Table:
    """The table joined with a group, its optional groups left-joined (SPARQL 1.1 18.5)."""
    waiting, tests = list(group.patterns), list(group.tests)
    if not table.columns:
        table = _seed(facts, waiting, tests, table)
    table = _tested(facts, table, tests)
    while waiting:
        table = extend(facts, table, _take_next(facts, table, waiting))
        table = _tested(facts, table, tests)
    for inner in group.optionals:
        table = _left_joined(facts, table, inner)
    return table


def _seed(facts: Facts, waiting: list[Pattern | Closure], tests: list[Test], table: Table) -> Table:
    """A test that few terms pass is the best beginning: the terms that it selects."""
    searching = [test for test in tests if selects(test)]
    least = min(_size(facts, pattern) for pattern in waiting) if searching else 0.0
    for test in searching:
        found = selected(facts.terms, test)
        if len(found) < least:
            tests.remove(test)
            return table.begun({test.variable: found})
    return table


def _tested(facts: Facts, table: Table, tests: list[Test]) -> Table:
    for test in [test for test in tests if test.variable in table.columns]:
        tests.remove(test)
        table = table.where(mask(facts.terms, test, table.columns[test.variable]))
    return table


def _take_next(facts: Facts, table: Table, waiting: list[Pattern | Closure]) -> Pattern | Closure:
    """The pattern that leaves the fewest rows, as far as averages tell; one that shares a variable if there is one."""
    connected = [pattern for pattern in waiting if not table.columns or pattern.variables & table.columns.keys()]
    chosen = min(connected or waiting, key=lambda pattern: _cost(facts, table, pattern))
    waiting.remove(chosen)
    return chosen


def _size(facts: Facts, pattern: Pattern | Closure) -> float:
    """How many solutions a pattern has by itself."""
    if isinstance(pattern, Closure):
        return float(len(closure(facts, pattern)))
    predicate = facts.predicates.get(pattern.predicate)
    if predicate is None:
        return 0.0
    for node, pairs in ((pattern.subject, predicate.by_subject), (pattern.object, predicate.by_object)):
        if isinstance(node, Constant):
            number = facts.terms.number(node)
            return 0.0 if number is None else float(len(values_of(pairs, number)))
    return float(len(predicate))


def _cost(facts: Facts, table: Table, pattern: Pattern | Closure) -> float:
    """Rows after joining with a pattern, for each row before."""
    if not table.columns or isinstance(pattern, Closure):
        return _size(facts, pattern)
    predicate = facts.predicates.get(pattern.predicate)
    if predicate is None:
        return 0.0
    bound = [
        not isinstance(node, Constant) and node.name in table.columns for node in (pattern.subject, pattern.object)
    ]
    if all(bound) or not any(bound) or len(pattern.variables) == 1:
        return 0.0  # it only takes rows away
    return _fan(predicate, bound[0])


def _fan(predicate: Predicate, from_subject: bool) -> float:
    pairs = predicate.by_subject if from_subject else predicate.by_object
    return len(pairs.keys) / max(1, pairs.distinct)


def _left_joined(facts: Facts, table: Table, inner: Group) -> Table:
    """Each row with all that the optional group adds; one for which it has nothing stays as it is."""
    numbered = table.with_column(_ROW, np.arange(table.rows, dtype=np.int32))
    found = solutions(facts, inner, numbered) if table.rows else numbered
    fresh = [name for name in inner.variables if name not in table.columns]
    rows = found.columns[_ROW]
    missing = np.ones(table.rows, dtype=np.bool_)
    missing[rows] = False
    alone = np.flatnonzero(missing)
    whole = np.concatenate([rows, alone])
    columns = {name: column[whole] for name, column in table.columns.items()}
    unbound = np.full(len(alone), UNBOUND, dtype=np.int32)
    nothing: Ids = np.empty(0, dtype=np.int32)
    for name in fresh:
        columns[name] = np.concatenate([found.columns.get(name, nothing), unbound])
    return Table(len(whole), columns, table.most)

"""SPARQL 1.1 Query, section by section, asked of the endpoint over HTTP."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from tests.conformance.cases import PROLOGUE, Case, cases, data, expected_graph, expected_rows
from tests.conformance.results import same_graph, same_solutions, solutions
from tests.served import Served

KNOWN = {
    "9.3 alternatives count twice": "Oxigraph reads a path with one alternative twice as the path without it",
    "9.3 zero steps from a term that is not in the data": "Oxigraph starts paths from terms that the data hold",
    "17.3 a truth compared": "Oxigraph does not order truths",
    "17.6 an unknown function is an error": "refused before anything is evaluated, with the name of the function",
}
"""Cases that the endpoint is known to fail, with the reason."""
CASES = [
    pytest.param(case, id=case.id, marks=[pytest.mark.xfail(reason=KNOWN[case.id])] if case.id in KNOWN else [])
    for case in cases()
]


def test_there_are_cases_and_each_has_its_own_name() -> None:
    names = [case.id for case in cases()]
    assert len(names) == len(set(names)) > 120
    assert set(KNOWN) <= set(names)


@pytest.mark.parametrize("case", CASES)
def test_case(endpoint: Served, case: Case) -> None:
    endpoint.publish(data(case.data))
    wanted = "text/turtle" if case.graph is not None else "application/sparql-results+json"
    answer = endpoint.get(PROLOGUE + case.query, wanted)
    if case.error:
        assert answer.status_code == 400
        return
    assert answer.status_code == 200, answer.text
    if case.graph is not None:
        found = [quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)]
        assert same_graph(found, expected_graph(case.graph)), answer.text
        return
    told = solutions(answer.content, ox.QueryResultsFormat.JSON)
    if case.truth is not None:
        assert told is case.truth
        return
    assert not isinstance(told, bool)
    if case.count is not None:
        assert len(told) == case.count, answer.text
        return
    names = {name for row in expected_rows(case.table) for name in row}
    rows = [{name: term for name, term in row.items() if name in names or term is not None} for row in told]
    assert same_solutions(rows, expected_rows(case.table), ordered=case.ordered), answer.text

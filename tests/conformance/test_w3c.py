"""The W3C's own SPARQL 1.1 tests against the endpoint: `pytest tests/conformance/test_w3c.py --w3c DIR`.

DIR is the folder sparql/sparql11 of github.com/w3c/rdf-tests. Without the option these tests are skipped by name; the
project's own cases (test_evaluation.py) always run.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.conformance import w3c
from tests.conformance.results import csv_texts, same_graph, same_solutions, solutions, texts
from tests.served import Served

_ABROAD = "SERVICE goes to addresses of the configuration only; tests/integration/test_service.py judges what it does"
_ZERO = "Oxigraph: a path of no length does not reach a term that the data do not hold"
_NORMAL = "Oxigraph keeps numbers by value: -3 as xsd:integer, 1.0E6 as 1000000"
_ORDER = "Oxigraph keeps the language of the texts that GROUP_CONCAT joins, where they share one"
_AROUND = "Oxigraph leaves the variable of GRAPH unbound around VALUES or an aggregate without a triple of that graph"
KNOWN: dict[str, str] = {
    "aggregates/agg-empty-group-count-graph": _AROUND,
    "bindings/graph": _AROUND,
    "aggregates/agg-groupconcat-04": _ORDER,
    "aggregates/agg-groupconcat-06": _ORDER,
    "csv-tsv-res/csv03": _NORMAL,
    "csv-tsv-res/tsv03": _NORMAL,
    "functions/bnode01": "Oxigraph: BNODE with one text gives one node for the whole result, not one for each solution",
    "negation/graph-minus": "Oxigraph counts the variable of the graph as shared by both sides of MINUS",
    "property-path/zero_or_more_set_start": _ZERO,
    "property-path/zero_or_more_set_end": _ZERO,
    "property-path/zero_or_one_set_start": _ZERO,
    "property-path/zero_or_one_set_end": _ZERO,
    "syntax-query/test_4": "a function that nobody knows is refused before anything is evaluated, with its name",
    **{f"service/service{number}": _ABROAD for number in ("1", "2", "3", "4a", "5", "6", "7")},
    **{f"syntax-fed/test_{number}": _ABROAD for number in (1, 2, 3)},
}
"""Tests that the endpoint is known to fail, with the reason."""
_RESULTS = {".srx": ("application/sparql-results+xml", ox.QueryResultsFormat.XML)}
_RESULTS |= {".srj": ("application/sparql-results+json", ox.QueryResultsFormat.JSON)}
_RESULTS |= {".tsv": ("text/tab-separated-values", ox.QueryResultsFormat.TSV)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = metafunc.config.getoption("--w3c")
    if "entry" not in metafunc.fixturenames:
        return
    found = list(w3c.entries(Path(folder))) if folder else [None]
    metafunc.parametrize("entry", [_case(item) for item in found])


def _case(item: w3c.Entry | None) -> object:
    known = KNOWN.get(item.id) if item else None
    marks = [pytest.mark.xfail(reason=known)] if known else []
    return pytest.param(item, id=item.id if item else "none", marks=marks)


def test_w3c(endpoint: Served, entry: w3c.Entry | None, request: pytest.FixtureRequest) -> None:
    if entry is None:
        pytest.skip("the W3C's tests are not given (--w3c DIR)")
    folder = Path(request.config.getoption("--w3c"))
    endpoint.publish(w3c.quads(folder, entry))
    text = (folder / entry.query).read_text(encoding="utf-8", errors="surrogateescape")
    query = f"BASE <{w3c.SPACE}{entry.query}>\n{text}"
    if entry.kind.startswith("NegativeSyntax"):
        assert endpoint.get(query).status_code == 400
    elif entry.kind.startswith("PositiveSyntax"):
        assert endpoint.get(query).status_code == 200
    else:
        _evaluate(endpoint, query, folder / entry.result, entry)


def _evaluate(endpoint: Served, query: str, result: Path, entry: w3c.Entry) -> None:
    expected = result.read_bytes()
    if result.suffix == ".csv":
        answer = endpoint.get(query, "text/csv")
        assert sorted(csv_texts(answer.content)) == sorted(csv_texts(expected)), answer.text
    elif result.suffix in _RESULTS:
        accept, kind = _RESULTS[result.suffix]
        answer = endpoint.get(query, accept)
        assert answer.status_code == 200, answer.text
        one, other = solutions(answer.content, kind), solutions(expected, kind)
        if isinstance(one, bool) or isinstance(other, bool):
            assert one is other
        else:
            assert same_solutions(one, other), f"{texts(one)}\n{texts(other)}"
    elif (table := w3c.result_set(result)) is not None:
        answer = endpoint.get(query, "application/sparql-results+json")
        assert same_solutions(_table(answer.content), table), answer.text
    else:
        answer = endpoint.get(query, "text/turtle")
        assert answer.status_code == 200, answer.text
        wanted = ox.parse(expected, format=ox.RdfFormat.TURTLE, base_iri=w3c.SPACE + entry.result)
        found = ox.parse(answer.content, format=ox.RdfFormat.TURTLE)
        assert same_graph((q.triple for q in found), (q.triple for q in wanted)), answer.text


def _table(body: bytes) -> list[dict[str, object]]:
    found = solutions(body, ox.QueryResultsFormat.JSON)
    assert not isinstance(found, bool)
    return found

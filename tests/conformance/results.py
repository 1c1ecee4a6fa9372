"""Results of queries made comparable: solutions as a graph, blank nodes by isomorphism, numbers by value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

Solution = Mapping[str, object]
XSD = "http://www.w3.org/2001/XMLSchema#"
_DECIMAL = {f"{XSD}{name}" for name in ("integer", "decimal", "int", "long", "nonNegativeInteger", "byte", "short")}
_FLOATING = {f"{XSD}{name}" for name in ("double", "float")}


def same_solutions(one: Sequence[Solution], other: Sequence[Solution], *, ordered: bool = False) -> bool:
    """Whether two tables hold the same rows, each as often; in the same order if that is asked for."""
    return _as_graph(one, ordered=ordered) == _as_graph(other, ordered=ordered)


def same_graph(one: Iterable[ox.Triple], other: Iterable[ox.Triple]) -> bool:
    """Whether two graphs are isomorphic (RDF 1.1 Concepts 3.6), numbers by value."""
    return _canonical(map(_quad, one)) == _canonical(map(_quad, other))


def _quad(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, _by_value(triple.object))


def _as_graph(rows: Sequence[Solution], *, ordered: bool) -> ox.Dataset:
    quads = []
    for number, row in enumerate(rows):
        node = ox.BlankNode()
        quads.append(ox.Quad(node, ox.NamedNode("x:is"), ox.Literal(number if ordered else 0)))
        for name, term in row.items():
            if term is not None:
                quads.append(ox.Quad(node, ox.NamedNode(f"x:{name}"), _by_value(term)))
    return _canonical(quads)


def _canonical(quads: Iterable[ox.Quad]) -> ox.Dataset:
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def _by_value(term: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """A number in one spelling: 2, 2.0 and 02 of one type are one value."""
    assert isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)
    if isinstance(term, ox.Literal):
        if term.datatype.value == f"{XSD}boolean":
            return ox.Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
        with suppress(ValueError, InvalidOperation):
            if term.datatype.value in _DECIMAL:
                return ox.Literal(format(Decimal(term.value).normalize(), "f"), datatype=term.datatype)
            if term.datatype.value in _FLOATING:
                return ox.Literal(f"{float(term.value):.12g}", datatype=term.datatype)
    return term


def solutions(body: bytes, media_format: ox.QueryResultsFormat) -> list[dict[str, object]] | bool:
    """A result in one of the formats that say what each value is."""
    found = ox.parse_query_results(body, format=media_format)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names} for row in found]


def texts(rows: Sequence[Solution]) -> list[list[str]]:
    """The rows as CSV tells them (SPARQL 1.1 CSV 3.2): values without their kind, blank nodes by their place."""
    seen: dict[object, str] = {}
    out = []
    for row in rows:
        cells = []
        for term in row.values():
            if isinstance(term, ox.BlankNode):
                cells.append(seen.setdefault(term, f"_:{len(seen)}"))
            else:
                cells.append("" if term is None else str(getattr(term, "value", term)))
        out.append(cells)
    return out


def csv_texts(body: bytes) -> list[list[tuple[str, str]]]:
    """The rows of a CSV result, each value with its name, in the order of the names; blank nodes by their place."""
    seen: dict[str, str] = {}
    head, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    return [
        sorted(
            (name, seen.setdefault(cell, f"_:{len(seen)}") if cell.startswith("_:") else cell)
            for name, cell in zip(head, row, strict=True)
        )
        for row in rows
    ]

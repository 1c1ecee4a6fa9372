"""Conditions of FILTER as sets of terms. A condition that is an error for a term is not fulfilled (SPARQL 1.1 17.2)."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from lod.analysis.algebra import Test
from lod.analysis.joining import is_in
from lod.analysis.terms import Ids, Kind, TermGroup, Terms
from lod.analysis.tokens import BeyondError

_PLAIN = re.compile(r"[^.*+?\[\]{}]+")


def selects(test: Test) -> bool:
    """Whether a condition can tell all terms that fulfil it."""
    return test.kind == "regex" or (test.kind == "contains" and test.value.value != "")


def selected(terms: Terms, test: Test) -> Ids:
    """All terms that fulfil such a condition, sorted."""
    if test.kind == "regex":
        return _matching(terms, test)
    return terms.with_passage(test.value.value, _searched(terms, test))


def mask(terms: Terms, test: Test, column: Ids) -> NDArray[np.bool_]:
    """Which rows fulfil a condition. Raises BeyondError where the terms are such that only the store can tell."""
    if not len(column):
        return np.zeros(0, dtype=np.bool_)
    match test.kind:
        case "contains" if not test.value.value:
            return _in_groups(column, _searched(terms, test))
        case "contains" | "regex":
            return is_in(column, selected(terms, test))
        case "starts":
            return _in_spans(column, _starting(terms, test))
        case "lang":
            return _in_groups(column, [group for group in terms.groups if _has_language(group, test.value.value)])
        case _:
            return _compared(terms, test, column)


def _searched(terms: Terms, test: Test) -> list[TermGroup]:
    """Texts; with STR also all else."""
    return [group for group in terms.groups if test.as_text or group.kind is Kind.TEXT]


def _has_language(group: TermGroup, wanted: str) -> bool:
    """LANG of a literal without a language is '' (17.4.2.2); of an IRI it is an error."""
    if group.kind is Kind.IRI:
        return False
    language = group.suffix[1:] if group.suffix.startswith("@") else ""
    return language == wanted


def _starting(terms: Terms, test: Test) -> list[tuple[int, int]]:
    groups = _searched(terms, test)
    if any(group.kind is Kind.INTEGER for group in groups):
        groups = [group for group in groups if group.kind is not Kind.INTEGER]
        if not test.value.value or test.value.value[:1] in "-0123456789":
            raise BeyondError("numbers as texts")
    return [terms.starting_with(test.value.value, group) for group in groups]


def _matching(terms: Terms, test: Test) -> Ids:
    """By the longest passage that every match must hold, then by the expression itself."""
    pattern = test.value.value
    groups = _searched(terms, test)
    expression = re.compile(pattern)
    passages = _passages(pattern)
    if not passages:
        raise BeyondError("an expression without a passage of its own")
    near = terms.with_passage(max(passages, key=len), groups)
    found = [number for number in near.tolist() if expression.search(terms.lexical(number).decode())]
    return np.array(found, dtype=np.int32)


def _passages(pattern: str) -> list[str]:
    """Runs of plain characters; the last one before a quantifier may be missing from a match."""
    plain = re.sub(r"\[[^\]]*\]", ".", pattern)
    plain = re.sub(r".[*?]|.\{0*\}", ".", plain)
    return _PLAIN.findall(re.sub(r"\{[0-9]+\}", ".", plain))


def _compared(terms: Terms, test: Test, column: Ids) -> NDArray[np.bool_]:
    """Equality with an IRI; comparison with a whole number, of whole numbers only."""
    number = terms.number(test.value)
    if test.value.suffix is None:
        if number is None:
            return np.zeros(len(column), dtype=np.bool_)
        return np.asarray(column == number)
    kinds = {group.kind for group in terms.groups_in(column)}
    if kinds - {Kind.INTEGER, Kind.IRI, Kind.TEXT}:
        raise BeyondError("comparison of other literals")
    if test.kind == "!=":
        raise BeyondError("!=")
    value = int(test.value.value)
    spans = {
        "=": (value, value),
        "<": (None, value - 1),
        "<=": (None, value),
        ">": (value + 1, None),
        ">=": (value, None),
    }
    return _in_spans(column, [terms.integer_range(*spans[test.kind])])


def _in_groups(column: Ids, groups: list[TermGroup]) -> NDArray[np.bool_]:
    return _in_spans(column, [(group.start, group.end) for group in groups])


def _in_spans(column: Ids, spans: list[tuple[int, int]]) -> NDArray[np.bool_]:
    found = np.zeros(len(column), dtype=np.bool_)
    for low, high in spans:
        found |= (column >= low) & (column < high)
    return found

"""All that the data say of a thing and what points to it, in words of the vocabulary: the table below each page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from lod.places import Place
from lod.vocab import RDF, XSD
from lod.web import site, texts
from lod.web.graph import LABELS, Facts, Index
from lod.web.pages.places import Places

MOST_VALUES = 50
_PLAIN = (XSD.integer, XSD.nonNegativeInteger, XSD.decimal, XSD.gYear, XSD.boolean)


@dataclass(frozen=True, slots=True)
class Value:
    """A value as shown: a text in a language, or a name with a link."""

    text: str
    lang: str = ""
    iri: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A property with its values and where papers state them; `more` says that not all are shown."""

    property: str
    values: tuple[Value, ...]
    more: bool
    places: tuple[Place, ...] = ()


def statements(facts: Facts, node: NamedNode, stated: Places) -> tuple[list[Row], list[Row]]:
    """What is said of a thing, with places, and what points to it."""
    rows = _rows(facts, ((triple.predicate, triple.object) for triple in facts.about(node)))
    placed = [replace(row, places=stated.of(node, NamedNode(row.property))) for row in rows]
    return placed, _rows(facts, ((triple.predicate, triple.subject) for triple in facts.pointing_to(node)))


def _rows(index: Index, pairs: Iterable[tuple[NamedNode, object]]) -> list[Row]:
    """Properties in the order of their first value, names before the rest; the type stands in the heading."""
    grouped: dict[str, list[object]] = {}
    for predicate, term in pairs:
        if predicate != RDF.type:
            grouped.setdefault(predicate.value, []).append(term)
    order = sorted(grouped, key=lambda iri: (NamedNode(iri) not in LABELS, list(grouped).index(iri)))
    return [_row(index, iri, grouped[iri]) for iri in order]


def _row(index: Index, iri: str, terms: list[object]) -> Row:
    values = [value_of(index, term) for term in terms[:MOST_VALUES]]
    values.sort(key=lambda value: value.lang not in ("", site.lang()))
    return Row(iri, tuple(values), len(terms) > MOST_VALUES)


def value_of(index: Index, term: object) -> Value:
    """A term as a page shows it."""
    if isinstance(term, NamedNode):
        name = site.label(index, term)
        return Value(name.value, name.language or "", term.value)
    if isinstance(term, Literal):
        if term.language or term.datatype == XSD.string:
            return Value(term.value, term.language or "")
        if term.datatype == XSD.date:
            return Value(texts.day(term.value, site.lang()))
        return Value(term.value, datatype="" if term.datatype in _PLAIN else site.shortened(term.datatype.value))
    return Value(str(term))

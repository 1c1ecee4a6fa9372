"""The page of any other thing: what is said of it and what points to it, in words of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import render_template
from pyoxigraph import Literal, NamedNode

from lod.vocab import ORG, RDF, XSD
from lod.web import site, texts
from lod.web.graph import LABELS, Index
from lod.web.live import Published
from lod.web.pages import portal
from lod.web.pages.places import Place, of_thing

MOST_VALUES = 50
MOST_SUBJECTS = 200
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


def render(live: Published, node: NamedNode, index: Index) -> str:
    kinds = index.nodes(node, RDF.type)
    rows = _rows(index, ((triple.predicate, triple.object) for triple in index.about(node)))
    stated = of_thing(live, node)
    organization = ORG.FormalOrganization in kinds or ORG.OrganizationalUnit in kinds
    return render_template(
        "thing.html",
        node=node,
        title=site.label(index, node),
        kinds=kinds,
        rows=[replace(row, places=stated.of(node, NamedNode(row.property))) for row in rows],
        incoming=_rows(index, ((triple.predicate, triple.subject) for triple in index.pointing_to(node))),
        years=portal.years(live, node.value) if organization else {},
        path=site.document_path(node.value),
    )


def render_graph(iri: str, index: Index) -> str:
    subjects = list(dict.fromkeys(triple.subject for triple in index.triples if isinstance(triple.subject, NamedNode)))
    return render_template(
        "graph.html",
        iri=iri,
        count=len(index.triples),
        subjects=[_value(index, subject) for subject in subjects[:MOST_SUBJECTS]],
        more=len(subjects) > MOST_SUBJECTS,
        path=iri.removeprefix(site.site().settings.base),
    )


def _rows(index: Index, pairs: Iterable[tuple[NamedNode, object]]) -> list[Row]:
    """Properties in the order of their first value, names before the rest; the type stands in the heading."""
    grouped: dict[str, list[Value]] = {}
    for predicate, term in pairs:
        if predicate != RDF.type:
            grouped.setdefault(predicate.value, []).append(_value(index, term))
    for values in grouped.values():
        values.sort(key=lambda value: value.lang not in ("", site.lang()))
    order = sorted(grouped, key=lambda iri: (NamedNode(iri) not in LABELS, list(grouped).index(iri)))
    return [Row(iri, tuple(grouped[iri][:MOST_VALUES]), len(grouped[iri]) > MOST_VALUES) for iri in order]


def _value(index: Index, term: object) -> Value:
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

"""The page of any other thing, and of a named graph: what is said of it, in words of the vocabulary."""

from __future__ import annotations

from flask import render_template
from pyoxigraph import NamedNode

from lod.web import site
from lod.web.graph import Facts, Index
from lod.web.live import Published
from lod.web.pages import entity
from lod.web.pages.statements import value_of

MOST_SUBJECTS = 200


def render(live: Published, node: NamedNode, facts: Facts) -> str:
    crumbs = [entity.municipality_crumb(facts, node)] if entity.code_of(node) else []
    return entity.render("thing.html", live, facts, node, title=site.label(facts, node), crumbs=crumbs)


def render_graph(iri: str, index: Index) -> str:
    subjects = list(dict.fromkeys(triple.subject for triple in index.triples if isinstance(triple.subject, NamedNode)))
    return render_template(
        "graph.html",
        iri=iri,
        count=len(index.triples),
        subjects=[value_of(index, subject) for subject in subjects[:MOST_SUBJECTS]],
        more=len(subjects) > MOST_SUBJECTS,
        path=iri.removeprefix(site.site().settings.base),
    )

"""The page of a place: a passage of a paper, what it states, and its selectors (Web Annotation 4.2)."""

from __future__ import annotations

from pyoxigraph import NamedNode

from lod.places import Place
from lod.vocab import DCTERMS, MPOL
from lod.web import site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.pages import entity
from lod.web.pages.places import one
from lod.web.pages.statements import value_of


def render(live: Published, node: NamedNode, facts: Facts) -> str:
    places = one(live, node.value)
    first = places[0] if places else None
    source = NamedNode(first.source) if first else node
    title = facts.text(source, DCTERMS.title, "ja")
    name = site.words("place.title", line=first.line, column=first.column, paper=title) if first else node.value
    text = live.source_text(entity.code_of(node), _digest(facts, source)) if first else None
    return entity.render(
        "place.html",
        live,
        facts,
        node,
        title=name,
        crumbs=[entity.municipality_crumb(facts, node), entity.crumb(facts, source, title)],
        description=first.quote if first else "",
        sources=[source],
        first=first,
        around=_around(text, first) if text is not None and first and first.state != "withheld" else None,
        stated=[(NamedNode(place.subject), _values(facts, place)) for place in places],
        label=lambda thing: site.label(facts, thing),
    )


def _digest(facts: Facts, source: NamedNode) -> str:

    return facts.text(source, MPOL.sourceDigest)


def _around(text: str, place: Place) -> tuple[str, str, str]:
    """The line of a passage, cut before and behind it."""
    start = text.rfind("\n", 0, place.start) + 1
    end = text.find("\n", place.end)
    return text[start : place.start], text[place.start : place.end], text[place.end : end if end >= 0 else len(text)]


def _values(facts: Facts, place: Place) -> list[object]:
    found = [t.object for t in facts.about(NamedNode(place.subject)) if t.predicate.value == place.term]
    return [value_of(facts, term) for term in found[:20]]

"""The first page: what is published, a search, three doors, and every municipality with its years."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lod.catalog import contents
from lod.vocab import MPOL
from lod.web import site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.negotiation import HTML
from lod.web.pages import entity
from lod.web.pages.overview import cities, grid
from lod.web.pages.places import of_things
from lod.web.pages.reading import Reading
from lod.web.responses import answer

blueprint = Blueprint("portal", __name__)

_COUNTED = {
    "policies": MPOL.DepartmentPolicy,
    "goals": MPOL.Goal,
    "initiatives": MPOL.Initiative,
    "measures": MPOL.OutcomeMeasure,
}
MOST_GRIDS = 6
"""Municipalities of which the first page shows the years; of more it shows the names."""


@blueprint.get("/")
def portal() -> ResponseReturnValue:
    """Every municipality with its policies; of many, their names only."""
    live = site.published()
    facts = Facts(live.store)
    known = cities(facts)
    reading = Reading(facts, of_things(live))
    grids = [(city, grid(reading, city.iri)) for city in known] if len(known) <= MOST_GRIDS else []
    page = render_template(
        "portal.html",
        cities=known,
        grids=grids,
        counts=_counts(live),
        release=live.id,
        made=live.day,
        structured=_structured(),
    )
    return answer(page, HTML)


def _structured() -> Markup:
    """The site and its search in schema.org's words."""
    settings = site.site().settings
    search = {"@type": "EntryPoint", "urlTemplate": site.canonical("search?q={search_term_string}")}
    return entity.data_block(
        {
            "@context": "https://schema.org/",
            "@type": "WebSite",
            "@id": settings.base,
            "url": settings.base,
            "name": settings.title.get(site.lang(), ""),
            "inLanguage": ["ja", "en"],
            "potentialAction": {
                "@type": "SearchAction",
                "target": search,
                "query-input": "required name=search_term_string",
            },
        }
    )


def _counts(live: Published) -> Mapping[str, int]:
    """How many there are of each kind, as counted when the release was made; none for a release without counts."""
    return _counted(live.release.path)


@lru_cache(maxsize=4)
def _counted(folder: Path) -> Mapping[str, int]:
    found = contents.read(folder)
    classes = found.facts.classes if found else {}
    return {name: classes.get(kind.value, 0) for name, kind in _COUNTED.items()}

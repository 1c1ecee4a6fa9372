"""Pages of a site without a server: they search and query in the reader's browser (decision 0020)."""

from __future__ import annotations

from flask import render_template

from lod.querying.index import Index
from lod.web import site
from lod.web.search_results import Named, Results
from lod.web.texts import table

SEARCH_INDEX = "search-index/start.js"
"""The first file of the index; the others lie beside it (lod/site/search/shards.py)."""
MOST_LISTED = 100
_WORDS = (
    "search.heading",
    "search.total",
    "search.range",
    "search.none",
    "search.near",
    "search.each",
    "search.fewer",
    "search.without_filters",
    "search.filters",
    "search.to_filters",
    "search.remove",
    "search.more",
    "search.kind",
    "search.city",
    "search.year",
    "search.department",
    "search.section",
    "search.pages",
    "search.previous",
    "search.next",
    "search.as_data",
    "search.deep",
    "problem.search_characters_detail",
    "problem.search_words_detail",
    "problem.search_facet_detail",
    "problem.search_rows_detail",
    "offline.loading_bytes",
    "offline.broken",
    "offline.again",
)
"""What the scripts of the search page say."""


def words(*keys: str) -> dict[str, str]:
    """Texts that scripts fill in, by their names within their sections."""
    return {key.partition(".")[2]: table()[key][site.lang()] for key in keys}


def search_page() -> str:
    """The search page. What it lists is there without scripts too."""
    index = site.published().index
    results = Results(site.published(), index, ()) if index else None
    return render_template(
        "search_in_browser.html",
        words=words(*_WORDS),
        index=SEARCH_INDEX,
        examples=results.examples() if results else [],
        lists=_lists(index, results) if index and results else [],
    )


def _lists(index: Index, results: Results) -> list[tuple[str, list[Named]]]:
    """Municipalities, years and, where these are few, departments."""
    units = index.first_of_kinds(("unit",), 10 * MOST_LISTED)
    departments = [unit for unit in units if index.contexts(unit, "department") == (unit,)]
    found = {
        "city": index.first_of_kinds(("municipality",), MOST_LISTED),
        "year": index.first_of_kinds(("year",), MOST_LISTED),
        "department": departments if len(units) < 10 * MOST_LISTED and len(departments) <= MOST_LISTED else [],
    }
    iris = results.iris([thing for things in found.values() for thing in things])
    return [
        (site.words(f"search.{name}"), [results.named(iris[thing]) for thing in things])
        for name, things in found.items()
    ]

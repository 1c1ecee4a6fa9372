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
_SEARCH_WORDS = (
    "heading total range none near each fewer without_filters filters to_filters remove more kind city year department "
    "section pages previous next as_data deep"
)
_PROBLEMS = "search_characters_detail search_words_detail search_facet_detail search_rows_detail"
_OFFLINE = "loading_bytes broken again"


def words(**sections: str) -> dict[str, str]:
    """Texts that scripts fill in: names of texts by their section."""
    lang = site.lang()
    return {name: table()[f"{section}.{name}"][lang] for section, names in sections.items() for name in names.split()}


def search_page() -> str:
    """The search page. What it lists is there without scripts too."""
    index = site.published().index
    results = Results(site.published(), index, ()) if index else None
    return render_template(
        "search_in_browser.html",
        words=words(search=_SEARCH_WORDS, problem=_PROBLEMS, offline=_OFFLINE),
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

"""Search: one box for all that a release says, as a page, JSON or CSV; suggestions; the OpenSearch description."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import BoundedSemaphore
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from pyoxigraph import Literal

from lod.formats import excel_csv
from lod.querying.found import FACETS, Found, find
from lod.querying.index import Index, TooManyError, TooSlowError
from lod.querying.suggesting import near, suggestions
from lod.search.layout import KINDS
from lod.vocab import PREFIXES
from lod.web import in_browser, site
from lod.web.errors import ProblemError
from lod.web.flavour import static
from lod.web.negotiation import CSV, CSV_EXCEL, HTML, JSON, OPENSEARCH, SEARCH_OFFERS, SUGGESTIONS
from lod.web.responses import POLICY_WITH_SCRIPTS, answer, named_file, negotiated
from lod.web.search_request import MOST_PAGES, Asked, asked, numbers, value_of
from lod.web.search_results import Hit, Results, kind_name

blueprint = Blueprint("search", __name__)

PAGE = 20
MOST_ROWS = 5_000
"""Rows of a CSV; more is refused, not cut."""
SECONDS = 3.0
MOST_CHOICES = 50
"""Values of a facet that are listed, the most frequent ones."""
MOST_SUGGESTIONS = 10
_AT_ONCE = BoundedSemaphore(4)
"""Searches under way: a stranger cannot take every thread of the server."""
_FACET_NAMES = {
    "kind": "search.kind",
    "city": "search.city",
    "year": "search.year",
    "department": "search.department",
    "section": "search.section",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what is written in addresses, its name and language, how many things have it."""

    value: str
    name: str
    language: str
    count: int
    address: str
    is_chosen: bool


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """What a release says about some words."""
    if static():
        return answer(in_browser.search_page(), HTML)
    query = asked(request)
    live, index = site.published(), _index()
    offer = negotiated(SEARCH_OFFERS)
    chosen = numbers(query.chosen, index, site.site().mint)
    found = _found(index, query, chosen)
    results = Results(live, index, query.words)
    if offer in (CSV, CSV_EXCEL):
        rows = _rows(results, found)
        table = excel_csv.written(rows) if offer is CSV_EXCEL else _plain(rows)
        return _in_language(named_file(answer(table, offer), offer, "search"))
    pages = min(-(-len(found.things) // PAGE), MOST_PAGES) or 1
    if query.page > pages:
        abort(404)
    hits = results.hits(found.things[(query.page - 1) * PAGE : query.page * PAGE])
    facets = {name: _choices(results, found, name, query, chosen) for name in FACETS}
    sparql = _as_sparql(index, query, chosen)
    if offer is JSON:
        body = json.dumps(_as_json(query, found, pages, hits, facets, sparql), ensure_ascii=False)
        return _in_language(answer(body, JSON))
    body = render_template(
        "search.html",
        query=query,
        total=len(found.things),
        pages=pages,
        hits=hits,
        facets=facets,
        facet_names={name: site.words(key) for name, key in _FACET_NAMES.items()},
        near=_near(index, results, query) if query.words and not found.things else [],
        each=_each(index, query) if len(query.words) > 1 and not found.things else [],
        examples=[] if query.words else results.examples(),
        kind=kind_name,
        sparql=sparql,
        address=lambda **changed: _address(query, **changed),
        most=PAGE * MOST_PAGES,
        rows=MOST_ROWS,
    )
    page = answer(body, HTML)
    page.headers["Content-Security-Policy"] = POLICY_WITH_SCRIPTS  # for suggestions; it works without
    return page


def _index() -> Index:
    index = site.published().index
    if index is None:
        raise ProblemError(503, "search_missing")
    return index


def _found(index: Index, query: Asked, chosen: Mapping[str, int]) -> Found:
    if not _AT_ONCE.acquire(timeout=SECONDS):
        raise ProblemError(503, "busy")
    try:
        return find(index, query.words, chosen, SECONDS)
    except TooSlowError as error:
        raise ProblemError(503, "search_slow", limit=f"{error.limit:g}") from error
    except TooManyError as error:
        raise ProblemError(400, "search_many", limit=error.limit) from error
    finally:
        _AT_ONCE.release()


def _address(query: Asked, **changed: str | int | None) -> str:
    """The address of this search with some parameters changed (None: without); a change leads to the first page."""
    parameters = {"q": query.text, **query.chosen, "lang": request.args.get("lang"), **changed}
    return "?" + urlencode({name: value for name, value in parameters.items() if value})


def _choices(results: Results, found: Found, name: str, query: Asked, chosen: Mapping[str, int]) -> list[Choice]:
    """The values of a facet, the most frequent first; the chosen one stays even where nothing has it."""
    counted = list(found.facets.get(name, ()))
    kept = [pair for place, pair in enumerate(counted) if place < MOST_CHOICES or pair[0] == chosen.get(name)]
    if name in chosen and all(number != chosen[name] for number, _ in kept):
        kept.append((chosen[name], 0))
    if name == "kind":
        named = [(KINDS[number].key, kind_name(KINDS[number]), count) for number, count in kept]
    else:
        iris = results.iris([number for number, _ in kept])
        known = [(iris[number], count) for number, count in kept]
        named = [(value_of(name, iri, site.site().mint), results.named(iri).name, count) for iri, count in known]
    choices = []
    for value, label, count in named:
        is_chosen = query.chosen.get(name) == value
        address = _address(query, **{name: None if is_chosen else value})
        choices.append(Choice(value, label.value, label.language or "", count, address, is_chosen))
    return choices


def _near(index: Index, results: Results, query: Asked) -> list[str]:
    """Names like the words that were asked for; none where looking takes too long."""
    try:
        found = [thing for word in query.words for thing in islice(near(index, word, SECONDS / 3), 8)]
    except (TooManyError, TooSlowError):
        return []
    return results.names(found)[:5]


def _each(index: Index, query: Asked) -> list[tuple[str, int]]:
    """(word, how many things have it) where all together are found nowhere."""
    try:
        return [(word.text, len(find(index, [word], {}, SECONDS / 3).things)) for word in query.words]
    except (TooManyError, TooSlowError):
        return []


def _as_sparql(index: Index, query: Asked, chosen: Mapping[str, int]) -> str:
    """The query that finds the same things in the same order (lod/querying/text_search.py)."""
    if not query.words:
        return ""
    with index.reading() as reading:
        iris = reading.iris([number for name, number in chosen.items() if name != "kind"])
    kinds = [KINDS[number].type for name, number in chosen.items() if name == "kind"]
    parts = [*(f"<{kind.value}>" for kind in kinds if kind), *(f"<{iri}>" for iri in iris.values())]
    asked = str(Literal(query.text)) if not parts else f"({' '.join(parts)} {Literal(query.text)})"
    return (
        f"PREFIX text: <{PREFIXES['text']}>\n"
        f"SELECT ?thing ?rank WHERE {{\n  (?thing ?rank) text:search {asked}\n}} ORDER BY ?rank"
    )


def _as_json(
    query: Asked, found: Found, pages: int, hits: Sequence[Hit], facets: Mapping[str, Sequence[Choice]], sparql: str
) -> dict[str, object]:
    own = site.canonical("search")
    return {
        "query": query.text,
        "words": [word.text for word in query.words],
        "release": site.published().id,
        "total": len(found.things),
        "page": query.page,
        "pages": pages,
        "sparql": sparql or None,
        "next": own + _address(query, page=query.page + 1) if query.page < pages else None,
        "results": [hit.as_json() for hit in hits],
        "facets": {
            name: [{"value": c.value, "name": c.name, "count": c.count, "chosen": c.is_chosen} for c in choices]
            for name, choices in facets.items()
        },
    }


def _rows(results: Results, found: Found) -> list[tuple[str, ...]]:
    """The names of the columns, then a row per thing found. Refused where there are too many, never cut."""
    if len(found.things) > MOST_ROWS:
        raise ProblemError(413, "search_rows", limit=MOST_ROWS, used=len(found.things), unit="rows")
    rows: list[tuple[str, ...]] = [("iri", "kind", "name", "reading", "property", "text", *FACETS[1:])]
    for hit in results.hits(found.things):
        places = (" / ".join(named.name.value for named in hit.contexts[name]) for name in FACETS[1:])
        rows.append((hit.iri, hit.kind.key, hit.name, hit.reading, hit.predicate, hit.text, *places))
    return rows


def _plain(rows: Sequence[tuple[str, ...]]) -> bytes:
    """RFC 4180."""
    output = io.StringIO(newline="")
    csv.writer(output).writerows(rows)
    return output.getvalue().encode()


@blueprint.get("/search/suggest")
def suggest() -> ResponseReturnValue:
    """Names that begin with, or contain, what is being typed (OpenSearch Suggestions 1.1)."""
    query = asked(request)
    results = Results(site.published(), _index(), query.words)
    try:
        found = suggestions(_index(), query.text, SECONDS / 3)
    except TooSlowError:
        found = []
    named: dict[str, Hit] = {}
    for hit in results.hits(found[: 5 * MOST_SUGGESTIONS]):
        named.setdefault(hit.name, hit)
    shown = list(named.values())[:MOST_SUGGESTIONS]
    body = [
        query.text,
        [hit.name for hit in shown],
        [kind_name(hit.kind).value + (f"（{hit.reading}）" if hit.reading else "") for hit in shown],
        [site.canonical("search") + "?" + urlencode({"q": hit.name}) for hit in shown],
    ]
    return _in_language(answer(json.dumps(body, ensure_ascii=False), SUGGESTIONS, negotiated_by_header=False))


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """How a browser can search here (OpenSearch 1.1)."""
    body = render_template(
        "opensearch.xml", search=site.canonical("search"), description=site.words("search.description")
    )
    return _in_language(answer(body, OPENSEARCH, negotiated_by_header=False))


def _in_language(response: Response) -> Response:
    """Names of things are given in the reader's language in data too."""
    response.vary.add("Accept-Language")
    return response

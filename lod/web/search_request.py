"""From a request to a search: its words, the chosen facets, the page; or to what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.wrappers import Request

from lod.iri import Mint
from lod.querying.found import FACETS
from lod.querying.index import Index
from lod.querying.words import Word, WordsError, words_of
from lod.search.layout import KINDS
from lod.web.errors import ProblemError

MOST_PAGES = 50
"""Pages that can be turned; who looks further needs facets, CSV or SPARQL."""
_PLACE = re.compile(r"[0-9a-z][0-9a-z/-]{0,120}\Z")
_PAGE = re.compile(r"[1-9][0-9]{0,3}\Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. `chosen` maps facets to their values as addresses write them, `numbers` to those of the index."""

    text: str
    words: tuple[Word, ...]
    chosen: Mapping[str, str]
    page: int


def asked(request: Request) -> Asked:
    """The search of a request. Raises ProblemError 400."""
    text = request.args.get("q", "").strip()
    try:
        words = words_of(text)
    except WordsError as error:
        raise ProblemError(400, f"search_{error.name}", limit=error.limit, used=error.used) from error
    page = request.args.get("page", "1")
    if not _PAGE.match(page) or int(page) > MOST_PAGES:
        raise ProblemError(400, "search_page", limit=MOST_PAGES, page=page[:20])
    return Asked(text, words, {name: value for name in FACETS if (value := request.args.get(name))}, int(page))


def numbers(chosen: Mapping[str, str], index: Index, mint: Mint) -> dict[str, int]:
    """The chosen values by their numbers in the index. Raises ProblemError 400 for one that the release has not."""
    found = {}
    with index.reading() as reading:
        for name, value in chosen.items():
            if name == "kind":
                number = next((place for place, kind in enumerate(KINDS) if kind.key == value), None)
            else:
                iri = iri_of(name, value, mint)
                number = reading.number(iri) if iri else None
            if number is None:
                raise ProblemError(400, "search_facet", facet=name, value=value[:100])
            found[name] = number
    return found


def iri_of(facet: str, value: str, mint: Mint) -> str:
    """142034/sangyo-shinko-bu → the IRI of that unit, 2016 → that of the year; '' for what is none."""
    if not _PLACE.match(value):
        return ""
    if facet == "year":
        return mint.fiscal_year(int(value)) if value.isdigit() else ""
    return mint.municipality(value)


def value_of(facet: str, iri: str, mint: Mint) -> str:
    """The other way round."""
    return iri.rpartition("/")[2] if facet == "year" else iri.removeprefix(mint.municipality(""))

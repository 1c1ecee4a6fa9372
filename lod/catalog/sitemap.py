"""Addresses of pages for search engines (sitemaps.org): an index, a part for the site, parts for each municipality."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lod.catalog import contents
from lod.catalog.contents import PAGES
from lod.catalog.entries import Catalogue
from lod.catalog.files import identifier
from lod.iri import Mint
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import RDF

PART = 10_000
"""Addresses of one part; the protocol allows 50,000 and 50 MB."""
SITE = "site"
_FIXED = ("", "catalog", "void", "sparql", "def", "shapes", "releases")


def parts(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """(name, day of last change) of each part: `site`, `142034-1`, `142034-2` …"""
    yield SITE, catalogue.span[1]
    for code, size in _sizes(catalogue).items():
        days = [catalogue.dates[key].modified for key in _keys(catalogue, code) if key in catalogue.dates]
        for number in range(1, -(-size // PART) + 1):
            yield f"{code}-{number}", max(days, default="")


def _sizes(catalogue: Catalogue) -> dict[str, int]:
    """How many addresses each municipality with papers has, as `_of_city` gives them."""
    return {
        code: sum(size.policies + size.papers + 1 for size in years)
        + 1
        + bool(catalogue.series_years(code))
        + catalogue.city(code).pages
        for code, years in catalogue.by_code.items()
    }


def _keys(catalogue: Catalogue, code: str) -> list[str]:
    return [identifier(code, size.year) for size in catalogue.by_code[code]]


def addresses(catalogue: Catalogue, store: ReleaseStore, name: str) -> list[tuple[str, str]]:
    """(address, day of last change) of a part; empty where there is none of that name."""
    mint = catalogue.mint
    if name == SITE:
        return [*((mint.base + path, catalogue.span[1]) for path in _FIXED), (mint.facts, catalogue.span[1])]
    code, _, number = name.partition("-")
    if not (number.isascii() and number.isdigit() and int(number[:6]) > 0 and code in catalogue.by_code):
        return []
    start = (int(number) - 1) * PART
    return list(islice(_of_city(catalogue, store, code), start, start + PART))


def _of_city(catalogue: Catalogue, store: ReleaseStore, code: str) -> Iterator[tuple[str, str]]:
    mint = catalogue.mint
    yield mint.document(mint.municipality(code)), ""
    if catalogue.series_years(code):
        yield mint.series(code), ""
    for size in catalogue.by_code[code]:
        yield from _of_year(catalogue, mint, code, size.year)
    registry = mint.registry_graph(code)
    for kind in PAGES:
        found = sorted(triple.subject.value for triple in store.triples(None, RDF.type, kind, registry))  # type: ignore[union-attr]
        yield from ((mint.document(iri), "") for iri in found)


def _of_year(catalogue: Catalogue, mint: Mint, code: str, year: int) -> Iterator[tuple[str, str]]:
    key = identifier(code, year)
    day = catalogue.dates[key].modified if key in catalogue.dates else ""
    yield mint.yearly(code, year), day
    found = contents.read_year(catalogue.folder, code, year)
    keys = sorted(edition for name in (found.graphs if found else ()) if (edition := mint.edition_of_graph(name)))
    for policy in dict.fromkeys(mint.policy(*edition[:3]) for edition in keys):
        yield mint.document(policy), day
    for edition in keys:
        yield mint.document(mint.source(*edition)), day

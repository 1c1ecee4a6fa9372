"""Writes the index of the search page: the release's own index (decision 0013), cut into scripts (decision 0020)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby
from typing import cast

from lod.config import Settings
from lod.iri import Mint
from lod.querying.found import FACETS
from lod.querying.index import Index
from lod.release import Release
from lod.search import layout
from lod.search.layout import KINDS, PROPERTIES
from lod.site.asking import Application
from lod.site.search import belonging
from lod.site.search.postings import Postings, joined
from lod.site.search.records import Records
from lod.site.search.shards import Family, File, script, stamp
from lod.site.search.tables import tables
from lod.site.search.tongues import Tongues
from lod.vocab import MPOL
from lod.web.live import Published
from lod.web.search import MOST_CHOICES, MOST_ROWS, MOST_SUGGESTIONS, PAGE
from lod.web.search_request import MOST_PAGES
from lod.web.search_results import kind_name
from lod.web.site import EXTENSION, Site
from lod.web.snippets import BEFORE, STOPS, WINDOW
from lod.web.texts import LANGUAGES

_LISTS = 24 * 1024
"""Bytes of a file of lists: a search reads one or two entries of it."""
_RECORDS = 12 * 1024
"""Bytes of a file of things: the twenty that a page shows may stand in as many files."""
_FAMILIES = {
    **dict.fromkeys(("pairs", "places", "characters", "starts", "years", "belonging", "programs"), _LISTS),
    **dict.fromkeys(("records", "holders"), _RECORDS),
}


def search_files(settings: Settings, release: Release) -> Iterator[File]:
    """(name, bytes) of each file. None where the release has no index.

    Memory grows with the texts of the release, by some ten bytes for each thing that has one.
    """
    application = Application(settings, release)
    parts = cast(Site, application.flask.extensions[EXTENSION])
    try:
        live = parts.live.current()
        if live and live.index:
            yield from _files(live, live.index, Tongues(application, settings.lang), parts.mint)
    finally:
        parts.pool.close()


def _files(live: Published, index: Index, tongues: Tongues, mint: Mint) -> Iterator[File]:
    families = {name: Family(name, most) for name, most in _FAMILIES.items()}
    postings = Postings(live.release.path / layout.FOLDER, index)
    try:
        yield from _words(postings, families)
    finally:
        postings.close()
    yield from _things(index, Records(tongues, live, index), families)
    folding = tables()
    yield script("tables", folding)
    yield script("start", {"tables": stamp(folding)} | _start(index, tongues, mint, families))


def _words(postings: Postings, families: dict[str, Family]) -> Iterator[File]:
    pairs, places, characters = families["pairs"], families["places"], families["characters"]
    for character, found in groupby(postings.pairs(), lambda pair: pair[0][0]):
        texts = []
        for pair, stand, offsets in found:
            things, where = postings.told(stand, offsets)
            yield from pairs.put(pair, [*postings.named(stand, offsets), things])
            if where:
                yield from places.put(pair, where)
            texts.append(stand)
        yield from characters.put(character, postings.things(joined(texts)))
    for character, named in postings.starts():
        yield from families["starts"].put(character, named)
    for typed, things_of in postings.years():
        yield from families["years"].put(typed, things_of)
    for family in (pairs, places, characters, families["starts"], families["years"]):
        yield from family.end()


def _things(index: Index, records: Records, families: dict[str, Family]) -> Iterator[File]:
    columns = [belonging.blocks(index, name) for name in belonging.COLUMNS]
    for together in zip(*columns, strict=True):
        yield from families["belonging"].put(together[0][0], [runs for _, runs in together])
    for first, runs in belonging.blocks(index, belonging.PROGRAM):
        yield from families["programs"].put(first, runs)
    for thing, record in records.of(range(len(index))):
        yield from families["records"].put(thing, record)
    for thing, names in records.holders(belonging.holders(index)):
        yield from families["holders"].put(thing, names)
    for name in ("belonging", "programs", "records", "holders"):
        yield from families[name].end()


def _start(index: Index, tongues: Tongues, mint: Mint, families: dict[str, Family]) -> dict[str, object]:
    """What a page must know before it asks for anything else."""
    kinds = index.column("kind")
    names = []
    for lang in LANGUAGES:
        with tongues.speaking(lang):
            names.append([kind_name(kind).value for kind in KINDS])
    return {
        "base": index.base,
        "places": mint.municipality(""),
        "things": len(index),
        "block": belonging.BLOCK,
        "kinds": [
            [kind.key, bisect_left(kinds, place), kind.type.value if kind.type else None, *called]
            for place, (kind, *called) in enumerate(zip(KINDS, *names, strict=True))
        ],
        "properties": [[term.value, role.value] for term, role in PROPERTIES.items()],
        "reading": MPOL.nameReading.value,
        "facets": FACETS,
        "columns": belonging.COLUMNS,
        "program": belonging.PROGRAM,
        "pageSize": PAGE,
        "mostPages": MOST_PAGES,
        "mostChoices": MOST_CHOICES,
        "mostRows": MOST_ROWS,
        "mostSuggestions": MOST_SUGGESTIONS,
        "window": [WINDOW, BEFORE, STOPS],
        "years": index.years(),
        "families": {name: family.told() for name, family in families.items()},
    }

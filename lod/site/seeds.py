"""Where an export begins: every thing and graph of the release, and the documents about the whole.

What these pages link to besides is found by following their links.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from lod.history import Log, read_things
from lod.site.extras import Publication
from lod.stores.distribution import read_distributions
from lod.stores.oxigraph import ReleaseStore
from lod.web.feeds import PAGE

_DOCUMENTS = (
    *("", "catalog", "void", "releases", "changes", "feed", "activity", "ldes", "search", "sparql", "sparql/terms"),
    *("def", "shapes", "text", "context.jsonld", "code", "robots.txt", "sitemap.xml", "opensearch.xml"),
    *("catalog/opendata-list", "catalog/registration", "dataset/all"),
)


def seeds(publication: Publication) -> Iterator[str]:
    """Keys of places; some may come twice. What was withdrawn has its notice."""
    base, release = publication.settings.base, publication.release
    yield from _DOCUMENTS
    for thing in read_things(release.path):
        if thing.iri.startswith(base + "id/"):
            yield "doc/" + thing.iri.removeprefix(base + "id/")
    yield from ("doc/" + path.removeprefix("id/") for path in publication.withdrawn if path.startswith("id/"))
    yield from _graphs(release.open(), base)
    yield from _files(publication)
    pages = max(1, -(-Log(publication.settings.var).count() // PAGE))
    for number in range(1, pages + 1):
        yield from (f"activity/{number}", f"ldes/{number}")


def _graphs(store: ReleaseStore, base: str) -> Iterator[str]:
    """The named graphs, and the things that only they tell of: places in papers, activities."""
    for name in store.graph_names():
        if name.startswith(base):
            yield name.removeprefix(base)
        before = ""
        for triple in store.graph(name):
            subject = triple.subject
            if isinstance(subject, ox.NamedNode) and subject.value != before:
                before = subject.value
                if before.startswith(base + "id/") and "#" not in before:
                    yield "doc/" + before.removeprefix(base + "id/")


def _files(publication: Publication) -> Iterator[str]:
    """The files for download of every release that is kept and may be shown, with their pages."""
    for held in publication.shown:
        yield f"releases/{held.id}"
        yield from (f"dump/{held.id}/{item.path}" for item in read_distributions(held.path))

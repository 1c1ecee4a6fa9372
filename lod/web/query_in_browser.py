"""The query page of a site without a server: form, examples, and what its scripts must know (decision 0020)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import groupby
from operator import attrgetter

from flask import render_template
from pyoxigraph import NamedNode

from lod.mapping import example_queries
from lod.stores.distribution import Distribution, read_distributions
from lod.vocab import PREFIXES, SKOS
from lod.web import site
from lod.web.graph import Index
from lod.web.in_browser import words
from lod.web.negotiation import GRAPH_OFFERS, RESULT_OFFERS
from lod.web.sparql_page import FIRST, NUMBERS, PLAIN, SHOWN_ROWS

MOST_QUADS = 3_000_000
"""Of what a browser can hold: WebAssembly addresses 4 GiB."""
QUAD_BYTES = 600
"""Memory for each quad, measured (decision 0020)."""
SECONDS = 60
_WHOLE = "all.trig.gz"
_ENGINE = ("oxigraph.js", "oxigraph_bg.wasm")
_TABLES = ("json", "xml", "csv", "tsv")
_GRAPHS = ("ttl", "nt", "rdf")
_WORDS = (
    "sparql.run",
    "sparql.stop",
    "sparql.problem",
    "sparql.place",
    "sparql.nothing",
    "sparql.downloads",
    "sparql.share",
    "sparql.chart",
    "sparql.chart_unit",
    "sparql.chart_more",
    "sparql.results",
    "sparql.rows",
    "sparql.shown",
    "sparql.yes",
    "sparql.no",
    "offline.from_disk",
    "offline.too_old",
    "offline.size",
    "offline.too_slow",
    "offline.not_loaded",
    "offline.worker_failed",
    "offline.nothing_chosen",
    "offline.loading_data",
    "offline.taking_in",
    "offline.held",
    "offline.no_text_search",
    "offline.no_services",
    "offline.mistake",
    "offline.no_such_format",
    "offline.took",
)
"""What the scripts of the page say."""


def query_page() -> str:
    """The page. Where the release is too large for a browser, it offers cities and years only."""
    release = site.published().release
    files = {item.path: item for item in read_distributions(release.path)}
    quads = int(release.manifest.get("quads", 0))
    whole = files.get(_WHOLE) if quads <= MOST_QUADS else None
    examples = [one for one in example_queries() if PREFIXES["text"] not in one.text]
    return render_template(
        "sparql_in_browser.html",
        setup=_setup(whole),
        release=release.id,
        whole=whole.bytes if whole else 0,
        quads=quads,
        memory=quads * QUAD_BYTES,
        cities=list(_cities(files.values())),
        levels=[(level, list(group)) for level, group in groupby(examples, key=attrgetter("level"))],
    )


def _address(item: Distribution) -> str:
    return site.address_of(f"dump/{site.published().id}/{item.path}")


def _cities(files: Iterable[Distribution]) -> Iterator[tuple[str, list[tuple[str, str, int]]]]:
    """Each municipality with (fiscal year, address, bytes) of its files, the newest first."""
    graphs = [item for item in files if item.kind == "graph" and item.path.endswith(".ttl")]
    graphs.sort(key=lambda item: (item.city, -(item.year or 0)))
    mint = site.site().mint
    for city, items in groupby(graphs, key=attrgetter("city")):
        years = [(_name(mint.fiscal_year(item.year or 0)), _address(item), item.bytes) for item in items]
        yield _name(mint.municipality(city)), years


def _name(iri: str) -> str:
    node = NamedNode(iri)
    return site.label(Index(site.published().store.labels(node)), node).value


def _setup(whole: Distribution | None) -> dict[str, object]:
    """What the scripts must know, as JSON can hold it."""
    base = site.site().settings.base
    page = site.address_of("search").removeprefix("search")  # .html, or .en.html in the other language
    vendor = resources.files("lod.web").joinpath("static", "vendor")
    listed = {triple.subject for triple in site.site().ontology.codes if triple.predicate == SKOS.inScheme}
    return {
        "words": words(*_WORDS),
        "whole": [{"url": _address(whole), "bytes": whole.bytes, "format": "trig"}] if whole else [],
        "engine": sum(len(vendor.joinpath(name).read_bytes()) for name in _ENGINE),
        "seconds": SECONDS,
        "mostRows": SHOWN_ROWS,
        "first": FIRST,
        "formats": {
            "table": [(offer.suffix, offer.title) for offer in RESULT_OFFERS if offer.suffix in _TABLES],
            "graph": [(offer.suffix, offer.title) for offer in GRAPH_OFFERS if offer.suffix in _GRAPHS],
        },
        "textSearch": PREFIXES["text"],
        "prefixes": PREFIXES,
        "plain": sorted(PLAIN),
        "numbers": sorted(NUMBERS),
        "base": base,
        "pages": [
            [f"{base}id/", "doc/", page],
            [PREFIXES["mpol"], f"{site.address_of('def')}#", ""],
            [PREFIXES["mps"], f"{site.address_of('shapes')}#", ""],
            [PREFIXES["text"], f"{site.address_of('text')}#", ""],
        ],
        "codes": {node.value: site.href(node.value) for node in sorted(listed, key=str) if isinstance(node, NamedNode)},
    }

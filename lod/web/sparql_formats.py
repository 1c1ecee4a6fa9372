"""In which format an answer of the endpoint is given: by `format=` or by Accept."""

from __future__ import annotations

from functools import lru_cache

from lod.querying.kind import Kind
from lod.web.negotiation import DATASET_OFFERS, GRAPH_OFFERS, HTML, MAX_HEADER, RESULT_OFFERS, Offer, choose

GRAPHS = (*GRAPH_OFFERS, *DATASET_OFFERS)
FORMAT_NAMES = ("format", "output", "results")
"""What clients call the parameter: ours, SPARQLWrapper's and Fuseki's, ARC's."""


def offers_for(kind: Kind) -> tuple[Offer, ...]:
    """What a query of a kind can be answered in, besides HTML."""
    return GRAPHS if kind.gives_graph else RESULT_OFFERS


def chosen(wanted: str, accept: str | None, offers: tuple[Offer, ...]) -> Offer | None:
    """`format=csv` wins over Accept; `*/*` gets data, only a client that names HTML gets the page."""
    if not wanted:
        return _by_header((accept or "")[:MAX_HEADER], offers)
    return next((item for item in (HTML, *offers) if wanted in {item.suffix, item.media_type, *item.also}), None)


@lru_cache(maxsize=1024)
def _by_header(accept: str, offers: tuple[Offer, ...]) -> Offer | None:
    return choose(accept, (*offers, HTML))

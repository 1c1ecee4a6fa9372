"""Things and their documents: `/id/…` → 303 → `/doc/…`, and the named graphs `/graph/…`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from lod import formats
from lod.web import lookup, pages, site
from lod.web.graph import construct, in_order
from lod.web.live import Published
from lod.web.negotiation import DOCUMENT_OFFERS, HTML, Offer
from lod.web.responses import answer, negotiated, see_other, split_suffix

blueprint = Blueprint("resources", __name__)

Page: TypeAlias = Callable[[Published, str, Sequence[Triple]], str]


@blueprint.get("/id/<path:path>")
def identifier(path: str) -> ResponseReturnValue:
    """A thing cannot be sent; its document can (303, httpRange-14). A name in the path leads to the canonical IRI."""
    live = site.published()
    stem, offer = split_suffix(path, DOCUMENT_OFFERS)
    iri = f"{site.site().settings.base}id/{stem}"
    if lookup.thing(live.store, site.site().mint, stem) or _beyond_facts(live, iri):
        return see_other(f"doc/{path}")
    found = _known_by_name(live, stem.rstrip("/"))
    return see_other(f"doc/{found}.{offer.suffix}" if offer else f"id/{found}")


@blueprint.get("/doc/<path:path>")
def document(path: str) -> ResponseReturnValue:
    """The document of a thing, in the format of its suffix or the one that the client likes."""
    live = site.published()
    stem, by_suffix = split_suffix(path, DOCUMENT_OFFERS)
    iri = f"{site.site().settings.base}id/{stem}"
    known = lookup.thing(live.store, site.site().mint, stem)
    triples = live.store.describe(iri) if known else _beyond_facts(live, iri)
    if not triples:
        found = _known_by_name(live, stem.rstrip("/"))
        return redirect(site.path_to(f"doc/{found}.{by_suffix.suffix}" if by_suffix else f"doc/{found}"), 301)
    return _told(triples, iri, by_suffix, pages.of_thing, links=(f'<{iri}>; rel="describes"',))


@blueprint.get("/dataset/<path:path>")
def dataset(path: str) -> ResponseReturnValue:
    """A data set is a document, so its IRI answers itself: for now with what points to it."""
    live = site.published()
    stem, by_suffix = split_suffix(path, DOCUMENT_OFFERS)
    iri = f"{site.site().settings.base}dataset/{stem}"
    triples = _beyond_facts(live, iri)
    if not triples:
        abort(404)
    return _told(triples, iri, by_suffix, pages.of_thing)


@blueprint.get("/graph/<path:path>")
def graph(path: str) -> ResponseReturnValue:
    """A named graph as a whole."""
    live = site.published()
    stem, by_suffix = split_suffix(path, DOCUMENT_OFFERS)
    iri = f"{site.site().settings.base}graph/{stem}"
    triples = list(live.store.graph(iri)) if lookup.is_safe(stem) else []
    if not triples:
        abort(404)
    return _told(triples, iri, by_suffix, pages.of_graph)


def _told(
    triples: Sequence[Triple], iri: str, by_suffix: Offer | None, page: Page, links: Sequence[str] = ()
) -> ResponseReturnValue:
    """What is said of an IRI: as a page or in a format, by suffix or as the client likes."""
    chosen = by_suffix or negotiated(DOCUMENT_OFFERS)
    ordered = in_order(triples, NamedNode(iri))
    return answer(
        page(site.published(), iri, ordered) if chosen is HTML else _written(ordered, chosen),
        chosen,
        path=site.document_path(iri),
        offers=DOCUMENT_OFFERS,
        links=links,
        negotiated_by_header=by_suffix is None,
    )


def _written(triples: Sequence[Triple], offer: Offer) -> bytes:
    chosen = formats.by_suffix(offer.suffix)
    if chosen is None:
        raise LookupError(offer.suffix)
    return chosen.serialize(triples)


def _beyond_facts(live: Published, iri: str) -> list[Triple]:
    """What any graph says of a thing without facts of its own: places in papers (with their selectors), activities."""
    if not lookup.is_safe(iri.removeprefix(site.site().settings.base)):
        return []
    return construct(
        live.store,
        f"""CONSTRUCT {{ <{iri}> ?p ?o . ?selector ?q ?v . ?of ?link <{iri}> }} WHERE {{
          {{ GRAPH ?g {{ <{iri}> ?p ?o }} }}
          UNION {{ GRAPH ?g {{ <{iri}> oa:hasSelector ?selector . ?selector ?q ?v }} }}
          UNION {{ SELECT ?of ?link {{ GRAPH ?g {{ ?of ?link <{iri}> }} }} LIMIT 100 }} }}""",
    )


def _known_by_name(live: Published, path: str) -> str:
    """The canonical path for one with names in it. Answers 404 if there is none."""
    found = lookup.by_name(live.store, site.site().mint, path)
    if found is None:
        abort(404)
    return found

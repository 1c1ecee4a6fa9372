"""Things and their documents: `/id/…` → 303 → `/doc/…`, and the named graphs `/graph/…`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from lod.web import documents, lookup, pages, site
from lod.web.documents import Document
from lod.web.errors import WithdrawnError
from lod.web.graph import construct, in_order
from lod.web.live import Published
from lod.web.negotiation import HTML, THING_OFFERS, Offer
from lod.web.responses import answer, moved, named_file, negotiated, see_other, split_suffix

blueprint = Blueprint("resources", __name__)

_MOST_PAGES = 100_000
Page: TypeAlias = Callable[[Published, str, Sequence[Triple]], str]


@blueprint.get("/id/<path:path>")
def identifier(path: str) -> ResponseReturnValue:
    """A thing cannot be sent; its document can (303, httpRange-14). Another spelling leads to the canonical IRI."""
    live = site.published()
    stem, offer = split_suffix(path, THING_OFFERS)
    iri = f"{site.site().settings.base}id/{stem}"
    if lookup.thing(live.store, site.site().mint, stem) or _beyond_facts(live, iri):
        return see_other(f"doc/{stem}.{offer.suffix}" if offer else f"doc/{stem}")
    found, offer = _known_by_name(live, path)
    return see_other(f"doc/{found}.{offer.suffix}" if offer else f"id/{found}")


@blueprint.get("/doc/<path:path>")
def document(path: str) -> ResponseReturnValue:
    """The document of a thing, in the format of its suffix or the one that the client likes."""
    live = site.published()
    stem, by_suffix = split_suffix(path, THING_OFFERS)
    iri = f"{site.site().settings.base}id/{stem}"
    page = _page()
    if lookup.thing(live.store, site.site().mint, stem):
        found = documents.of_thing(live, iri, page)
    else:
        found = documents.of_triples(live, iri, _beyond_facts(live, iri))
    if found.triples:
        return _told(found, by_suffix, pages.of_thing)
    if page > 1:
        abort(404)
    canonical, by_suffix = _known_by_name(live, path)
    return moved(f"doc/{canonical}.{by_suffix.suffix}" if by_suffix else f"doc/{canonical}", 301)


def _page() -> int:
    """The page asked for, 1 without one. Anything but a small positive number has no document (404)."""
    asked = request.args.get("page", "1")
    if not asked.isascii() or not asked.isdigit() or not 0 < int(asked[:7]) <= _MOST_PAGES:
        abort(404)
    return int(asked)


def dataset(path: str) -> ResponseReturnValue:
    """A data set that the catalogue does not hold: what points to it. It is a document, so its IRI answers itself."""
    live = site.published()
    stem, by_suffix = split_suffix(path, THING_OFFERS)
    iri = f"{site.site().settings.base}dataset/{stem}"
    triples = _beyond_facts(live, iri)
    if not triples:
        return _respelled(live, "dataset", path)
    return _told(documents.of_triples(live, iri, triples), by_suffix, pages.of_thing)


@blueprint.get("/graph/<path:path>")
def graph(path: str) -> ResponseReturnValue:
    """A named graph as a whole."""
    live = site.published()
    stem, by_suffix = split_suffix(path, THING_OFFERS)
    iri = f"{site.site().settings.base}graph/{stem}"
    triples = list(live.store.graph(iri)) if lookup.is_safe(stem) else []
    if not triples:
        _unless_withdrawn(live, f"graph/{stem}")
        return _respelled(live, "graph", path)
    return _told(documents.of_triples(live, iri, triples), by_suffix, pages.of_graph)


def _respelled(live: Published, kind: str, path: str) -> ResponseReturnValue:
    """301 to the address of a graph or data set without capitals and slashes at its end; 404 if there is none."""
    stem, offer = split_suffix(path.rstrip("/").lower(), THING_OFFERS)
    iri = f"{site.site().settings.base}{kind}/{stem}"
    known = lookup.is_safe(stem) and (live.store.holds_graph(iri) if kind == "graph" else _beyond_facts(live, iri))
    if not known or f"{kind}/{path}" == f"{kind}/{stem}{'.' + offer.suffix if offer else ''}":
        abort(404)
    return moved(f"{kind}/{stem}.{offer.suffix}" if offer else f"{kind}/{stem}", 301)


def _told(found: Document, by_suffix: Offer | None, page: Page) -> ResponseReturnValue:
    """A document as a page or in a format, by suffix or as the client likes."""
    live = site.published()
    chosen = by_suffix or negotiated(THING_OFFERS)
    if chosen is HTML:
        body: str | bytes = page(live, found.iri, in_order(found.triples, NamedNode(found.iri)))
    else:
        body = documents.written(live, found, chosen)
    response = answer(
        body,
        chosen,
        path=found.path,
        offers=THING_OFFERS,
        links=documents.links(live, found, request.script_root),
        modified=documents.modified(live),
        negotiated_by_header=by_suffix is None,
    )
    return named_file(response, chosen, found.path.rpartition("/")[2])


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


def _unless_withdrawn(live: Published, path: str) -> None:
    """Answers 410 for what has been withdrawn."""
    notice = live.withdrawn(path)
    if notice:
        raise WithdrawnError(notice["reason"], notice["withdrawn"])


def _known_by_name(live: Published, path: str) -> tuple[str, Offer | None]:
    """The canonical path and the suffix of one with names, capitals or a slash at its end.

    Answers 410 if it was withdrawn, 404 if there is none.
    """
    stem, offer = split_suffix(path.rstrip("/"), THING_OFFERS)
    _unless_withdrawn(live, f"id/{stem}")
    found = lookup.by_name(live.store, site.site().mint, stem)
    if found is None:
        abort(404)
    return found, offer

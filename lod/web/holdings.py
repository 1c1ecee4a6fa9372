"""What the live release holds, in numbers: the VoID document, and the endpoint's description of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from lod import formats
from lod.catalog import contents, service, void
from lod.catalog.contents import Contents
from lod.stores.distribution import read_distributions
from lod.web import documents, site
from lod.web.graph import in_order
from lod.web.live import Published
from lod.web.negotiation import DOCUMENT_OFFERS, GRAPH_OFFERS, HTML, Offer
from lod.web.responses import answer, negotiated, see_other

blueprint = Blueprint("holdings", __name__)


@lru_cache(maxsize=4)
def _contents(folder: Path) -> Contents | None:
    return contents.read(folder)


def of_release(live: Published) -> Contents:
    """The counts of a release; 404 where it was made before releases were counted."""
    found = _contents(live.release.path)
    if found is None:
        abort(404)
    return found


def of_release_or_none() -> Contents | None:
    """The counts of the live release, where there is one and it was counted."""
    live = site.site().live.current()
    return _contents(live.release.path) if live else None


@blueprint.get("/.well-known/void")
def well_known() -> ResponseReturnValue:
    """Where crawlers look for the VoID document (VoID 7.2)."""
    return see_other("void")


@blueprint.get("/void", defaults={"suffix": ""})
@blueprint.get("/void.<suffix>")
def holdings(suffix: str) -> ResponseReturnValue:
    """The counts of everything, as a page or in a format."""
    live = site.published()
    by_suffix = next((offer for offer in DOCUMENT_OFFERS if offer.suffix == suffix.lower()), None)
    if suffix and by_suffix is None:
        abort(404)
    chosen = by_suffix or negotiated(DOCUMENT_OFFERS)
    if chosen is HTML:
        body: bytes | str = _page(of_release(live))
    else:
        here = site.site()
        whole = (item for item in read_distributions(live.release.path) if item.kind == "quads")
        dumps = [here.mint.download(live.id, item.path) for item in whole]
        triples = void.document(here.mint, here.settings.title, of_release(live), dumps)
        body = _written(in_order(documents.of_what_runs(triples), NamedNode(here.mint.facts)), chosen)
    return answer(
        body,
        chosen,
        path="void",
        offers=DOCUMENT_OFFERS,
        modified=documents.modified(live),
        negotiated_by_header=by_suffix is None,
    )


def described(chosen: Offer) -> ResponseReturnValue:
    """The endpoint's description of itself in a format for machines (SPARQL 1.1 Service Description 2)."""
    live, here = site.published(), site.site()
    found = of_release(live)
    triples = service.description(here.mint, found, _editions(live, found), calls=bool(here.settings.service_allowed))
    body = _written(in_order(dict.fromkeys(triples), NamedNode(here.mint.service)), chosen)
    return answer(body, chosen, modified=documents.modified(live))


def _editions(live: Published, found: Contents) -> Iterator[tuple[str, int]]:
    for entry in found.years:
        year = contents.read_year(live.release.path, entry.code, entry.year)
        yield from year.graphs.items() if year else ()


def _written(triples: Sequence[Triple], chosen: Offer) -> bytes:
    writer = formats.by_suffix(chosen.suffix)
    if writer is None:
        raise LookupError(chosen.suffix)
    return writer.serialize(triples)


def _page(found: Contents) -> str:
    facts = found.facts
    return render_template(
        "holdings.html",
        facts=facts,
        classes=sorted(facts.classes.items(), key=lambda pair: (-pair[1], pair[0])),
        properties=sorted(facts.properties.items(), key=lambda pair: (-pair[1].triples, pair[0])),
        graphs=found.graphs,
        linksets=found.linksets,
        years=len(found.years),
        papers=sum(entry.papers for entry in found.years),
        formats=GRAPH_OFFERS,
    )

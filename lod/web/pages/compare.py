"""`/compare/<code>/<year>`: what changed in a municipality since the year before; `…/<department>[/<other year>]`: what
changed between two years of a department's policies."""

from __future__ import annotations

import json

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from pyoxigraph import Literal, NamedNode

from lod.web import documents, lookup, site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.negotiation import CSV, HTML, Offer
from lod.web.pages import entity
from lod.web.pages.city_years import CityComparison, compared
from lod.web.pages.comparison import Comparison, words
from lod.web.pages.entity import Crumb
from lod.web.pages.places import of_things
from lod.web.pages.policy import PolicyView, compare_path
from lod.web.pages.reading import Reading
from lod.web.responses import answer, negotiated, split_suffix

blueprint = Blueprint("compare", __name__)

JSON = Offer("json", "JSON", "application/json")
OFFERS = (HTML, CSV, JSON)


@blueprint.get("/compare/<path:path>")
def compare(path: str) -> ResponseReturnValue:
    """A year beside the one before, or the other year that is named."""
    live = site.published()
    stem, by_suffix = split_suffix(path, OFFERS)
    found = _of_city(live, stem) if stem.count("/") == 1 else _comparison(live, stem)
    if found is None:
        abort(404)
    chosen = by_suffix or negotiated(OFFERS)
    body: str | bytes
    if chosen is HTML:
        offers = [offer for offer in OFFERS if offer is not HTML]
        body = _page(found, f"compare/{stem}", offers)
    elif chosen is CSV:
        body = found.as_csv()
    else:
        body = json.dumps(found.table(), ensure_ascii=False)
    return answer(
        body,
        chosen,
        path=f"compare/{stem}",
        offers=OFFERS,
        modified=documents.modified(live),
        negotiated_by_header=by_suffix is None,
    )


def _page(found: Comparison | CityComparison, path: str, offers: list[Offer]) -> str:
    if isinstance(found, CityComparison):
        crumbs = [Crumb(Literal(found.city.name, language="ja"), found.city.iri.value)]
        return render_template("compare_city.html", crumbs=crumbs, path=path, offers=offers, it=found, words=words)
    crumbs = [entity.municipality_crumb(found.after.facts, found.after.policy)]
    crumbs.append(entity.crumb(found.after.facts, found.after.department))
    shown = {"it": found, "words": words, "compare_path": compare_path}
    return render_template("compare.html", crumbs=crumbs, path=path, offers=offers, **shown)


def _of_city(live: Published, path: str) -> CityComparison | None:
    code, _, year = path.partition("/")
    city = NamedNode(site.site().mint.municipality(code)) if lookup.is_safe(path) else None
    if city is None or not (year.isascii() and year.isdigit()) or not live.store.contains(city.value):
        return None
    return compared(Reading(Facts(live.store), of_things(live)), city, int(year[:9]))


def _comparison(live: Published, path: str) -> Comparison | None:
    """None where a policy of such a year and department, or another one to compare it with, is not published."""
    code, year, unit, *rest = [*path.split("/"), "", ""][:5]
    if not lookup.is_safe(path) or len(path.split("/")) > 4 or not year.isdigit():
        return None
    mint, facts = site.site().mint, Facts(live.store)
    later = NamedNode(mint.policy(code, int(year), unit))
    if not live.store.contains(later.value):
        return None
    after = PolicyView(live, later, facts)
    if rest[0]:
        other = NamedNode(mint.policy(code, int(rest[0]), unit)) if rest[0].isdigit() else None
    else:
        other = next((node for one, node in after.years if one == after.before), None)
    if other is None or other == later or not live.store.contains(other.value):
        return None
    before = PolicyView(live, other, facts)
    one, two = (view.year.start if view.year else 0 for view in (before, after))
    return Comparison(before, after) if one < two else Comparison(after, before)

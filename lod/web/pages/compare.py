"""`/compare/<code>/<year>/<department>[/<other year>]`: what changed between two years of a department's policies."""

from __future__ import annotations

import json

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode

from lod.web import documents, lookup, site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.negotiation import CSV, HTML, Offer
from lod.web.pages import entity
from lod.web.pages.comparison import Comparison, words
from lod.web.pages.policy import PolicyView, compare_path
from lod.web.responses import answer, negotiated, split_suffix

blueprint = Blueprint("compare", __name__)

JSON = Offer("json", "JSON", "application/json")
OFFERS = (HTML, CSV, JSON)


@blueprint.get("/compare/<path:path>")
def compare(path: str) -> ResponseReturnValue:
    """The policy of a year beside that of the year before, or of the other year that is named."""
    live = site.published()
    stem, by_suffix = split_suffix(path, OFFERS)
    found = _comparison(live, stem)
    if found is None:
        abort(404)
    chosen = by_suffix or negotiated(OFFERS)
    own = f"compare/{stem}"
    body: str | bytes
    if chosen is HTML:
        crumbs = [entity.municipality_crumb(found.after.facts, found.after.policy)]
        crumbs.append(entity.crumb(found.after.facts, found.after.department))
        offers = [offer for offer in OFFERS if offer is not HTML]
        shown = {"it": found, "words": words, "compare_path": compare_path}
        body = render_template("compare.html", crumbs=crumbs, path=own, offers=offers, **shown)
    elif chosen is CSV:
        body = found.as_csv()
    else:
        body = json.dumps({"policies": found.policies, "rows": list(found.rows())}, ensure_ascii=False)
    return answer(
        body,
        chosen,
        path=own,
        offers=OFFERS,
        modified=documents.modified(live),
        negotiated_by_header=by_suffix is None,
    )


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

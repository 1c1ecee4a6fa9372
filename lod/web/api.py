"""`/api`: everything the server answers, as OpenAPI 3.1 and as a page."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from lod.stores.distribution import read_distributions
from lod.web import openapi, site
from lod.web.negotiation import API, HTML
from lod.web.responses import answer, negotiated

blueprint = Blueprint("api", __name__)
_OFFERS = (HTML, API)


@blueprint.get("/api", defaults={"suffix": ""})
@blueprint.get("/api.<suffix>")
def interface(suffix: str) -> ResponseReturnValue:
    """The list of all addresses."""
    by_suffix = next((offer for offer in _OFFERS if offer.suffix == suffix), None)
    if suffix and by_suffix is None:
        abort(404)
    chosen = by_suffix or negotiated(_OFFERS)
    examples = of_release()
    if chosen is HTML:
        by_tag = defaultdict(list)
        for route in openapi.routes():
            by_tag[route.tag].append(route)
        body = render_template(
            "api.html", tags=openapi.tags(), by_tag=by_tag, example=lambda route: openapi.example(route, examples)
        )
    else:
        here = site.site().settings
        title = here.title.get(site.lang()) or here.title["ja"]
        body = json.dumps(openapi.document(here.base, title, site.lang(), examples), ensure_ascii=False, indent=1)
    return answer(body, chosen, path="api", offers=_OFFERS, negotiated_by_header=by_suffix is None)


def of_release() -> Mapping[str, str]:
    """What the examples name: a municipality, the live release, one of its files."""
    live = site.published()
    file = next((item.path for item in read_distributions(live.release.path) if item.kind == "quads"), "all.nq.gz")
    code = next(iter(live.release.manifest.get("inputs", {})), "142034")
    version = site.site().ontology.version
    return {"version": version, "code": code, "release": live.id, "file": file, "distribution": file.replace(".", "-")}

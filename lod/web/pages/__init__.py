"""The pages for people. One module per kind of page; `of_thing` finds the right one by the thing's class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from flask import Flask, request, url_for
from pyoxigraph import NamedNode, Triple

from lod.vocab import DCTERMS, MPOL, MPS, OA, ORG, OWL, PREFIXES, PROV, RDF, RDFS, SCHEMA, SH, SKOS
from lod.web import memento, site, texts
from lod.web.flavour import static
from lod.web.graph import Facts, Index
from lod.web.live import Published
from lod.web.negotiation import GRAPH_OFFERS, Offer
from lod.web.pages import (
    compare,
    organization,
    overview,
    people,
    place,
    policy,
    portal,
    program,
    source,
    statement,
    thing,
)
from lod.web.responses import POLICY_OF_FILES
from lod.web.site import href, lang, path_to, shortened, term, words

_RENDERERS: dict[NamedNode, Callable[[Published, NamedNode, Facts], str]] = {
    MPOL.DepartmentPolicy: policy.render,
    MPOL.FiscalYear: overview.fiscal_year,
    MPOL.Program: program.render,
    MPOL.SourceDocument: source.render,
    OA.SpecificResource: place.render,
    ORG.ChangeEvent: overview.change_event,
    ORG.FormalOrganization: overview.municipality,
    ORG.OrganizationalUnit: organization.render,
    **statement.RENDERERS,
    **people.RENDERERS,
}
"""Which page a thing has, by its class; what has none of these has the general one."""

_TERMS = {
    "alt_label": SKOS.altLabel,
    "comment": RDFS.comment,
    "definition": SKOS.definition,
    "description": SH.description,
    "domain": RDFS.domain,
    "example": SKOS.example,
    "hint": MPS.hint,
    "label": RDFS.label,
    "message": SH.message,
    "name": SH.name,
    "pref_label": SKOS.prefLabel,
    "range": RDFS.range,
    "range_includes": SCHEMA.rangeIncludes,
    "scope_note": SKOS.scopeNote,
    "severity": SH.severity,
    "status": NamedNode(PREFIXES["vs"] + "term_status"),
    "sub_class": RDFS.subClassOf,
    "sub_property": RDFS.subPropertyOf,
    "title": DCTERMS.title,
    "version": OWL.versionInfo,
}
"""Properties that the templates of the vocabulary read."""


def install(app: Flask) -> None:
    """Gives the templates their words and links, and the application its first page and its comparisons."""
    app.register_blueprint(portal.blueprint)
    app.register_blueprint(compare.blueprint)
    app.jinja_env.globals.update(
        t=words,
        href=href,
        path_to=path_to,
        address_of=site.address_of,
        asset=_asset,
        offered=_offered,
        policy_of_files=POLICY_OF_FILES,
        static=static,
        canonical=site.canonical,
        term=term,
        term_of=_named,
        shortened=shortened,
        lang=lang,
        day=texts.day,
        frame=_frame,
        offers=GRAPH_OFFERS,
    )
    app.jinja_env.globals["terms"] = _TERMS
    app.jinja_env.filters["thousands"] = lambda number: f"{number:,}"


def _named(short: str) -> str:
    """The name of a class that is written short: mpol:Goal."""
    prefix, _, local = short.partition(":")
    return term(PREFIXES[prefix] + local).value if prefix in PREFIXES else short


def _asset(name: str) -> str:
    """The way to a style, script or picture of the pages."""
    flavour = static()
    return flavour.asset(name) if flavour else url_for("static", filename=name)


def _offered(path: str, offers: Sequence[Offer]) -> Sequence[Offer]:
    """The formats of a document that can be had here."""
    flavour = static()
    return flavour.offered(path, offers) if flavour else offers


def _frame() -> dict[str, object]:
    """What the frame of every page shows: title, live release, placeholder note."""
    here, flavour = site.site(), static()
    live = here.live.current()
    other = "en" if site.lang() == "ja" else "ja"
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    chosen = request.args.get("lang", "")
    return {
        "title": here.settings.title.get(site.lang()) or here.settings.title.get("ja", ""),
        "release": flavour.release if flavour else live.id if live else "",
        "earlier": memento.chosen(),
        "placeholder": here.settings.base.startswith("https://lod.example.org/"),
        "other": other,
        "switch": flavour.switch() if flavour else "?" + urlencode([*kept, ("lang", other)]),
        "chosen_language": chosen if chosen in texts.LANGUAGES else "",
    }


def of_thing(live: Published, iri: str, triples: Sequence[Triple]) -> str:
    """The HTML page of a thing. `triples` are its document's."""
    node, facts = NamedNode(iri), Facts(live.store, triples)
    kinds = facts.nodes(node, RDF.type)
    if PROV.Activity in kinds and "/id/change/" in iri:  # a program's change: no organization, so no org:ChangeEvent
        return overview.change_event(live, node, facts)
    render = next((_RENDERERS[kind] for kind in kinds if kind in _RENDERERS), thing.render)
    return render(live, node, facts)


def of_graph(live: Published, iri: str, triples: Sequence[Triple]) -> str:
    """The HTML page of a named graph."""
    return thing.render_graph(iri, Index(triples))

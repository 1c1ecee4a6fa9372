"""The frame of every thing's page: where it belongs, identifier and data, how to cite it, whom to tell of a mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from lod.vocab import DCTERMS, MPOL, RDF
from lod.web import site, texts
from lod.web.flavour import static
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.negotiation import DOCUMENT_OFFERS, HTML, THING_OFFERS
from lod.web.pages.places import Places, of_things
from lod.web.pages.statements import Row, statements

MOST_DESCRIPTION = 160


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step on the way from the first page to a thing."""

    name: Literal
    iri: str


@dataclass(frozen=True, slots=True)
class Entity:
    """What the frame shows of a thing."""

    iri: str
    path: str
    title: Literal
    kinds: tuple[NamedNode, ...]
    crumbs: tuple[Crumb, ...]
    description: str
    licence: tuple[str, str] | None
    contact: Mapping[str, str]
    citations: tuple[tuple[str, str], ...]
    release: str
    day: str
    sources: tuple[tuple[NamedNode, str], ...]
    graphs: tuple[str, ...]
    rows: Sequence[Row]
    incoming: Sequence[Row]
    structured: Markup


def parts(node: NamedNode) -> list[str]:
    """The segments of one of our IRIs below the base: id, policy, 142034, 2016, …."""
    return node.value.removeprefix(site.site().settings.base).split("/")


def code_of(node: NamedNode) -> str:
    """The municipality's code in an IRI, '' if it has none."""
    return next((part for part in parts(node) if len(part) == 6 and part.isdigit()), "")


def municipality_of(node: NamedNode) -> NamedNode:
    """The municipality whose code an IRI carries; the thing itself where it carries none."""
    code = code_of(node)
    return NamedNode(site.site().mint.municipality(code)) if code else node


def crumb(facts: Facts, node: NamedNode, name: str = "") -> Crumb:
    return Crumb(Literal(name, language="ja") if name else site.label(facts, node), node.value)


def municipality_crumb(facts: Facts, node: NamedNode) -> Crumb:
    return crumb(facts, municipality_of(node))


def render(
    template: str,
    live: Published,
    facts: Facts,
    node: NamedNode,
    *,
    title: str | Literal,
    crumbs: Sequence[Crumb] = (),
    description: str = "",
    sources: Sequence[NamedNode] = (),
    structured: Mapping[str, Any] | None = None,
    places: Places | None = None,
    **context: Any,  # noqa: ANN401  whatever the template names
) -> str:
    """A page of a thing. `title` as text is Japanese; `structured` is what schema.org calls the thing.

    `places` are those that the page has read already.
    """
    code = code_of(node)
    terms = live.terms(code) if code else None
    heading = title if isinstance(title, Literal) else Literal(title, language="ja")
    rows, incoming = statements(facts, node, places or of_things(live))
    licence = terms.licence if terms else None
    papers = sources or tuple(facts.nodes(node, DCTERMS.source))
    page = Entity(
        node.value,
        path := site.document_path(node.value),
        heading,
        tuple(facts.nodes(node, RDF.type)),
        tuple(crumbs),
        _shortened(description),
        licence,
        terms.contact if terms else {},
        tuple((lang, _citation(live, facts, node, heading, licence, lang)) for lang in texts.LANGUAGES),
        *_stamp(live),
        tuple((paper, _paper_name(facts, paper)) for paper in sorted(papers, key=lambda paper: paper.value)),
        tuple(live.store.graphs_about(node.value)[:20]),
        rows,
        incoming,
        _json_ld(facts, node, heading, path, description, licence, structured or {}),
    )
    offers = THING_OFFERS if path.startswith("doc/") else DOCUMENT_OFFERS
    data = [offer for offer in offers if offer is not HTML]
    return render_template(template, page=page, path=path, data_offers=data, **context)


def _stamp(live: Published) -> tuple[str, str]:
    """The release that a page names, and its day: of a file, what the exporter fills in."""
    flavour = static()
    return (flavour.release, flavour.day) if flavour else (live.id, live.day)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_DESCRIPTION else text[: MOST_DESCRIPTION - 1] + "…"


def _paper_name(facts: Facts, paper: NamedNode) -> str:
    stage = facts.node(paper, MPOL.stage)
    title = facts.text(paper, DCTERMS.title, "ja") or paper.value
    return f"{title}（{site.term(stage.value).value}）" if stage else title


def _citation(
    live: Published, facts: Facts, node: NamedNode, title: Literal, licence: tuple[str, str] | None, lang: str
) -> str:
    publisher = facts.label(municipality_of(node), lang)
    release, made = _stamp(live)
    return texts.text(
        "cite.wording",
        lang,
        publisher=publisher.value if publisher and code_of(node) else site.site().settings.title.get(lang, ""),
        title=title.value,
        address=site.canonical(site.document_path(node.value)),
        release=release,
        day=made,
        licence=licence[1] if licence else texts.text("site.licence_unknown", lang),
    )


def _json_ld(
    facts: Facts,
    node: NamedNode,
    title: Literal,
    path: str,
    description: str,
    licence: tuple[str, str] | None,
    structured: Mapping[str, Any],
) -> Markup:
    """The page in schema.org's words (JSON-LD 1.1, section 7: a data block, which browsers do not run)."""
    address = site.canonical(path)
    table: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": title.value,
        "inLanguage": site.lang(),
        "isPartOf": {"@type": "WebSite", "url": site.site().settings.base},
        "mainEntity": {"@id": node.value, "@type": "Thing", "name": title.value, "url": address, **structured},
    }
    if description:
        table["description"] = _shortened(description)
    if licence:
        table["license"] = licence[0]
    if code_of(node):
        city = municipality_of(node)
        table["publisher"] = {
            "@id": city.value,
            "@type": "GovernmentOrganization",
            "name": site.label(facts, city).value,
        }
    return data_block(table)


def data_block(table: Mapping[str, Any]) -> Markup:
    """JSON for a script element that is data: nothing in it can end the element."""
    text = json.dumps(table, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704  escaped just now

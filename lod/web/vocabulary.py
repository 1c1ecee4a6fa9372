"""The vocabulary, its code lists, its JSON-LD context and the shapes, as documents."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from lod import assets, formats
from lod.vocab import PREFIXES, SKOS, TEXT, terms
from lod.web import rules, site, usage
from lod.web.negotiation import CONTEXT, DOCUMENT_OFFERS, HTML
from lod.web.responses import answer, moved, negotiated, see_other, split_suffix

blueprint = Blueprint("vocabulary", __name__)


@blueprint.get("/def", defaults={"suffix": ""})
@blueprint.get("/def.<suffix>")
def definitions(suffix: str) -> ResponseReturnValue:
    """The ontology. Terms are hash IRIs, so one document holds them all."""
    ontology = site.site().ontology
    return _document(
        "def",
        suffix,
        ontology.definitions,
        "vocabulary.html",
        ontology=ontology,
        classes=lambda: usage.of_terms(ontology.classes, properties=False),
        properties=lambda: usage.of_terms(ontology.properties, properties=True),
    )


@blueprint.get("/def/<version>")
def dated(version: str) -> ResponseReturnValue:
    """The version IRI of the ontology leads to it while it is the current one; earlier ones are not kept here."""
    if version != site.site().ontology.version:
        abort(404)
    return see_other("def")


@blueprint.get("/code")
@blueprint.get("/code/")
def code_lists() -> ResponseReturnValue:
    """All code lists stand in the vocabulary."""
    return see_other("def#codes")


@blueprint.get("/code/<path:name>")
def codes(name: str) -> ResponseReturnValue:
    """A code list; a code leads to its place in its list, a datatype to its place in the vocabulary (303)."""
    ontology = site.site().ontology
    plain = name.rstrip("/").lower()
    if plain != name:
        return moved(f"code/{plain}", 301)
    stem, offer = split_suffix(name, DOCUMENT_OFFERS)
    suffix = f".{offer.suffix}" if offer else ""
    node = NamedNode(PREFIXES["mpc"] + stem) if stem.replace("-", "").isalnum() and stem.isascii() else None
    if node in ontology.schemes:
        return _document(
            f"code/{stem}",
            suffix.removeprefix("."),
            ontology.scheme_triples(node),
            "codes.html",
            ontology=ontology,
            scheme=node,
            used=usage.of_code,
        )
    if node in ontology.datatypes:
        return see_other(f"def{suffix}#{stem}")
    scheme = ontology.index.node(node, SKOS.inScheme) if node else None
    if scheme is None:
        abort(404)
    return see_other("code/" + scheme.value.removeprefix(PREFIXES["mpc"]) + f"{suffix}#{stem}")


@blueprint.get("/shapes", defaults={"suffix": ""})
@blueprint.get("/shapes.<suffix>")
def shapes(suffix: str) -> ResponseReturnValue:
    """The SHACL shapes."""
    ontology = site.site().ontology
    return _document(
        "shapes",
        suffix,
        ontology.shapes,
        "shapes.html",
        groups=lambda: rules.groups(ontology, site.lang()),
        counts=rules.counts,
    )


@blueprint.get("/text", defaults={"suffix": ""})
@blueprint.get("/text.<suffix>")
def text_search(suffix: str) -> ResponseReturnValue:
    """The names by which queries search texts."""
    ontology = site.site().ontology
    document = NamedNode(PREFIXES["text"].removesuffix("#"))
    shown = {"index": ontology.text_index, "names": terms(TEXT), "document": document}
    return _document("text", suffix, ontology.text_search, "text.html", **shown)


@blueprint.get("/context.jsonld")
def context() -> ResponseReturnValue:
    """The JSON-LD context, as it stands in ontology/."""
    return answer(assets.read_text("ontology", "context.jsonld"), CONTEXT, negotiated_by_header=False)


def _document(
    path: str, suffix: str, triples: Sequence[Triple], template: str, **params: object
) -> ResponseReturnValue:
    by_suffix = next((offer for offer in DOCUMENT_OFFERS if offer.suffix == suffix), None)
    if suffix and by_suffix is None:
        abort(404)
    chosen = by_suffix or negotiated(DOCUMENT_OFFERS)
    if chosen is HTML:
        body: bytes | str = render_template(template, path=path, **params)
    else:
        chosen_format = formats.by_suffix(chosen.suffix)
        body = chosen_format.serialize(triples) if chosen_format else b""
    return answer(body, chosen, path=path, offers=DOCUMENT_OFFERS, negotiated_by_header=by_suffix is None)

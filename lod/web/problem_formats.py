"""One problem in the format that was asked for: JSON and XML (RFC 9457), plain text, and RDF for clients of RDF.

In RDF it stands at a hash IRI of the address that was asked for, so that it says nothing of the thing itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from pyoxigraph import Literal, NamedNode, Triple

from lod import formats
from lod.vocab import DCTERMS, RDFS
from lod.web.negotiation import GRAPH_OFFERS, HTML, PROBLEM, Offer

PROBLEM_XML = Offer("xml", "XML", "application/problem+xml", ("application/xml", "text/xml"))
PLAIN = Offer("txt", "Text", "text/plain", ("text/csv", "text/tab-separated-values"))
OFFERS = (PROBLEM, HTML, PROBLEM_XML, PLAIN, *GRAPH_OFFERS)
"""Problem details come first: they are for whoever names no format, or none that there is."""
_XML_SPACE = "urn:ietf:rfc:7807"  # RFC 9457 appendix B keeps the name of its predecessor


@dataclass(frozen=True, slots=True)
class Problem:
    """What is said of a request that cannot be fulfilled. `about` is the absolute address that was asked for."""

    status: int
    title: str
    detail: str
    lang: str
    about: str
    kind: str = "about:blank"
    near: Sequence[str] = ()
    members: dict[str, object] = field(default_factory=dict)


def written(problem: Problem, offer: Offer) -> bytes:
    """The problem in any of OFFERS but HTML."""
    if offer is PROBLEM:
        return _json(problem).encode()
    if offer is PROBLEM_XML:
        return _xml(problem)
    if offer is PLAIN:
        excerpt = str(problem.members.get("excerpt", ""))
        lines = (f"{problem.status} {problem.title}", problem.detail, excerpt, *problem.near)
        return ("\n".join(line for line in lines if line) + "\n").encode()
    chosen = formats.by_suffix(offer.suffix)
    return chosen.serialize(_triples(problem)) if chosen else b""


def _json(problem: Problem) -> str:
    table = {"type": problem.kind, "title": problem.title, "status": problem.status, "detail": problem.detail}
    table |= problem.members | ({"near": list(problem.near)} if problem.near else {})
    return json.dumps(table, ensure_ascii=False)


def _xml(problem: Problem) -> bytes:
    root = Element("problem", {"xmlns": _XML_SPACE, "xml:lang": problem.lang})
    for name in ("kind", "title", "status", "detail"):
        SubElement(root, "type" if name == "kind" else name).text = str(getattr(problem, name))
    for name, value in problem.members.items():
        SubElement(root, name).text = str(value)
    if problem.near:
        near = SubElement(root, "near")
        for iri in problem.near:
            SubElement(near, "i").text = iri
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _triples(problem: Problem) -> list[Triple]:
    node = NamedNode(f"{problem.about}#problem")
    return [
        Triple(node, DCTERMS.identifier, Literal(str(problem.status))),
        Triple(node, DCTERMS.subject, NamedNode(problem.about)),
        Triple(node, DCTERMS.title, Literal(problem.title, language=problem.lang)),
        Triple(node, DCTERMS.description, Literal(problem.detail, language=problem.lang)),
        *(Triple(node, RDFS.seeAlso, NamedNode(iri)) for iri in problem.near),
    ]

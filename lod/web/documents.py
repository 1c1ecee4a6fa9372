"""The document of a thing: what it holds beside the thing's own facts, and each way to send it.

A document says of itself what it is about, which named graphs and papers state it, and under what licence
(VOCABULARY: /id/… is the thing, /doc/… its document).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import formatdate

from pyoxigraph import Literal, NamedNode, Quad, Triple

from lod import formats
from lod.formats import excel_csv
from lod.vocab import DCTERMS, FOAF, PROV, RDF
from lod.web import site
from lod.web.flavour import static
from lod.web.graph import Index, in_order
from lod.web.live import Published
from lod.web.negotiation import Offer

_CODE = re.compile(r"/([0-9]{6})(?:/|\Z)")
_COLUMNS = ("subject", "property", "property_label", "value", "value_label", "language", "datatype")
_MOST_GRAPHS = 50
_MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Document:
    """A description of `iri` as it is sent: `page` counts from 1, `more` says that there is a next one."""

    iri: str
    triples: tuple[Triple, ...]
    page: int = 1
    more: bool = False
    graphs: tuple[str, ...] = ()
    places: tuple[Triple, ...] = ()

    @property
    def path(self) -> str:
        return site.document_path(self.iri)


def of_thing(live: Published, iri: str, page: int = 1) -> Document:
    """The document of a thing with facts; without triples where nothing is said of it."""
    found = live.store.describe(iri, page)
    node = NamedNode(iri)
    places = tuple(Triple(node, PROV.wasDerivedFrom, place) for place in found.places[:_MOST_PLACES])
    return Document(iri, found.triples, page, found.more, found.graphs, places)


def of_triples(live: Published, iri: str, triples: Iterable[Triple]) -> Document:
    """The document of a thing or graph whose triples are known; an empty one without any."""
    stated = tuple(triples)
    if not stated:
        return Document(iri, ())
    node = NamedNode(iri)
    found = live.store.objects(iri, PROV.wasDerivedFrom.value)[:_MOST_PLACES]
    places = tuple(Triple(node, PROV.wasDerivedFrom, place) for place in found)
    return Document(iri, stated, graphs=tuple(live.store.graphs_about(iri)), places=places)


def licence(live: Published, iri: str) -> tuple[str, str] | None:
    """(IRI, name) of the licence of what the municipality in an IRI has published; None where it is not settled."""
    code = _CODE.search(iri)
    return live.terms(code.group(1)).licence if code else None


def of_what_runs(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The statements without those about the SPARQL service, where the document is a file and no service runs."""
    mint, is_file = site.site().mint, static() is not None
    service = {NamedNode(mint.service), NamedNode(mint.endpoint)} if is_file else set()
    return (triple for triple in triples if triple.subject not in service and triple.object not in service)


def about_itself(live: Published, document: Document) -> list[Triple]:
    """What the document says of itself: topic, graphs, papers, licence."""
    node = NamedNode(site.canonical(document.path))
    found = [Triple(node, RDF.type, FOAF.Document), Triple(node, FOAF.primaryTopic, NamedNode(document.iri))]
    for name in document.graphs[:_MOST_GRAPHS]:
        found.append(Triple(node, DCTERMS.isPartOf, NamedNode(name)))
        origin = live.store.origins(name)
        found += [Triple(node, DCTERMS.source, paper) for paper in origin if isinstance(paper, NamedNode)]
    terms = licence(live, document.iri)
    if terms:
        found.append(Triple(node, DCTERMS.license, NamedNode(terms[0])))
    return found


def links(live: Published, document: Document, root: str) -> list[str]:
    """The Link header's values (RFC 8288): what is described, type, licence, vocabulary, neighbouring pages.

    `root` is where the server's own addresses begin, '' or a path.
    """
    own = site.canonical(document.path)
    found = [
        f'<{document.iri}>; rel="describes"',
        f'<{own}>; rel="canonical"',
        f'<{FOAF.Document.value}>; rel="type"',
        f'<{site.canonical("def")}>; rel="describedby"',
        *time_links(document.path),
    ]
    terms = licence(live, document.iri)
    if terms:
        found.append(f'<{terms[0]}>; rel="license"')
    here = site.plain_path(document.path, root)
    if document.more:
        found.append(f'<{here}?page={document.page + 1}>; rel="next"')
    if document.page > 1:
        found.append(f'<{here}?page={document.page - 1}>; rel="prev"')
    return found


def time_links(path: str) -> list[str]:
    """Where the same document is found as it was on a day (Memento, RFC 7089 2.2)."""
    return [
        f'<{site.canonical("timegate/" + path)}>; rel="timegate"',
        f'<{site.canonical("timemap/" + path)}>; rel="timemap"; type="application/link-format"',
    ]


def modified(live: Published) -> str:
    """Last-Modified: when this release went live, so that a rollback counts as a change."""
    return formatdate(live.since, usegmt=True)


def written(live: Published, document: Document, offer: Offer) -> bytes:
    """The document in a format for machines. Raises LookupError for one that is none."""
    stated = dict.fromkeys((*document.triples, *document.places))
    own = about_itself(live, document)
    triples = in_order((*stated, *own), NamedNode(document.iri))
    if offer.suffix == "csv":
        return as_csv(triples)
    if offer.suffix == excel_csv.SUFFIX:
        return excel_csv.written(rows(triples))
    if offer.suffix in formats.DATASET_FORMATS:
        return formats.serialize_quads(_quads(live, document, stated, own), offer.suffix)
    chosen = formats.by_suffix(offer.suffix)
    if chosen is None:
        raise LookupError(offer.suffix)
    return chosen.serialize(triples)


def _quads(live: Published, document: Document, stated: Iterable[Triple], own: Iterable[Triple]) -> list[Quad]:
    """Each statement in the named graphs that make it; what the document says of itself in the default graph."""
    of_document = (Quad(t.subject, t.predicate, t.object) for t in own)
    if document.path.startswith("graph/"):
        graph = NamedNode(document.iri)
        in_graph = set(document.triples)
        return [*(Quad(t.subject, t.predicate, t.object, graph) for t in stated if t in in_graph), *of_document]
    return [*live.store.in_graphs(stated), *of_document]


def as_csv(triples: Sequence[Triple]) -> bytes:
    """The table of `rows` as RFC 4180 writes it."""
    output = io.StringIO(newline="")
    csv.writer(output).writerows(rows(triples))
    return output.getvalue().encode()


def rows(triples: Sequence[Triple]) -> Iterator[tuple[str, ...]]:
    """A row per statement, with names beside the IRIs where the document knows them; the names of the columns first."""
    index = Index(triples)
    yield _COLUMNS
    for triple in triples:
        value = triple.object
        literal = value if isinstance(value, Literal) else None
        plain = literal is None or literal.language is not None
        yield (
            _text(triple.subject),
            triple.predicate.value,
            site.term(triple.predicate.value).value,
            _text(value),
            site.label(index, value).value if isinstance(value, NamedNode) else "",
            literal.language or "" if literal else "",
            "" if plain or literal is None else literal.datatype.value,
        )


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)

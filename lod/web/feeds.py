"""The feeds of what changed, for people and for machines, all read from one log (lod/history).

Atom (RFC 4287) with the tombstones of RFC 6721 is for people's readers; ActivityStreams 2.0 says what happened to which
thing; the event stream (LDES) carries the things themselves, so that following it from its first page gives what the
live release says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from pyoxigraph import Literal, NamedNode, Triple

from lod import formats
from lod.history import Entry, Kind
from lod.vocab import AS, DCTERMS, LDES, PROV, RDF, TREE, XSD
from lod.web import history, site
from lod.web.graph import Facts
from lod.web.live import Published
from lod.web.negotiation import ACTIVITY, ATOM, GRAPH_OFFERS, HTML
from lod.web.pages import city_years
from lod.web.responses import answer, negotiated, see_other

blueprint = Blueprint("feeds", __name__)

IN_FEED = 50
TOMBSTONES = 200
COMPARED = 50
"""Years of municipalities that an entry leads to."""
_POLICY = "mpol:DepartmentPolicy"
PAGE = 100
"""Changes on a page of a machine feed; a page that is full gets no further ones."""
_ACTIVITY_CONTEXT = "https://www.w3.org/ns/activitystreams"


@blueprint.get("/feed")
def feed() -> ResponseReturnValue:
    """Atom: one entry for each switch, a tombstone for each thing that is gone."""
    log = history.log()
    live = site.site().live.current()
    entries = [
        (item, [_unnamed(live, e) for e in log.of_switch(item.n, 10)], _comparisons(live, log.created(item.n, _POLICY)))
        for item in log.switches(IN_FEED)
    ]
    gone = [(entry, _notice(live, entry.iri)) for entry in log.newest(Kind.DELETE, TOMBSTONES)]
    body = render_template("feed.xml", entries=entries, gone=gone, base=site.site().settings.base)
    return history.fresh(answer(body, ATOM, negotiated_by_header=False))


def _comparisons(live: Published | None, policies: Iterable[str]) -> list[str]:
    """The pages that compare the years of new policies (…/policy/142034/2017/x) with those before, where
    there are such."""
    years: dict[str, set[str]] = {}
    for policy in policies:
        code, year = policy.removeprefix(site.site().settings.base).split("/")[2:4]
        years.setdefault(code, set()).add(year)
    found: list[str] = []
    for code in sorted(years):
        if live is None or len(found) >= COMPARED:
            break
        known = sorted(city_years.years_of(Facts(live.store), site.site().mint.municipality(code)))
        found += [f"compare/{code}/{year}" for year in known[1:] if str(year) in years[code]]
    return found[:COMPARED]


def _unnamed(live: Published | None, entry: Entry) -> Entry:
    """A change without the name of its thing, where that has been withdrawn since."""
    return replace(entry, label="") if _notice(live, entry.iri) else entry


def _notice(live: Published | None, iri: str) -> str:
    """Why a thing was withdrawn, '' where it was not."""
    found = live.withdrawn(iri.removeprefix(site.site().settings.base)) if live else None
    return found["reason"] if found else ""


@blueprint.get("/activity")
def activity() -> ResponseReturnValue:
    """ActivityStreams: everything that happened to every thing, as a collection in pages."""
    total = history.log().count()
    last = max(1, -(-total // PAGE))
    table = {
        "@context": _ACTIVITY_CONTEXT,
        "type": "OrderedCollection",
        "id": site.canonical("activity"),
        "totalItems": total,
        "first": {"id": site.canonical("activity/1"), "type": "OrderedCollectionPage"},
        "last": {"id": site.canonical(f"activity/{last}"), "type": "OrderedCollectionPage"},
    }
    return history.fresh(answer(json.dumps(table), ACTIVITY, negotiated_by_header=False))


@blueprint.get("/activity/<int:page>")
def activity_page(page: int) -> ResponseReturnValue:
    """One page, the oldest activity first."""
    found, more = _page(page)
    table = {
        "@context": _ACTIVITY_CONTEXT,
        "type": "OrderedCollectionPage",
        "id": site.canonical(f"activity/{page}"),
        "partOf": {"id": site.canonical("activity"), "type": "OrderedCollection"},
        **({"next": {"id": site.canonical(f"activity/{page + 1}"), "type": "OrderedCollectionPage"}} if more else {}),
        "orderedItems": [
            {
                "id": site.canonical(f"activity/{page}#{entry.seq}"),
                "type": entry.kind,
                "endTime": entry.at,
                "object": {"id": entry.iri, "type": entry.class_, "name": entry.label},
            }
            for entry in found
        ],
    }
    return history.fresh(answer(json.dumps(table, ensure_ascii=False), ACTIVITY, negotiated_by_header=False))


def _page(page: int) -> tuple[list[Entry], bool]:
    """The entries of a page, and whether there is a next one; 404 where there is none."""
    if not 1 <= page <= 10_000_000:
        abort(404)
    found = history.log().between((page - 1) * PAGE + 1, page * PAGE + 1)
    if not found and page > 1:
        abort(404)
    live = site.site().live.current()
    return [_unnamed(live, entry) for entry in found[:PAGE]], len(found) > PAGE


@blueprint.get("/ldes")
def stream() -> ResponseReturnValue:
    """The event stream: what its members are versions of, and where it begins."""
    node = NamedNode(site.canonical("ldes"))
    triples = [
        Triple(node, RDF.type, LDES.EventStream),
        Triple(node, LDES.timestampPath, PROV.generatedAtTime),
        Triple(node, LDES.versionOfPath, DCTERMS.isVersionOf),
        Triple(node, TREE.view, NamedNode(site.canonical("ldes/1"))),
    ]
    return _graph(triples)


@blueprint.get("/ldes/<int:page>")
def stream_page(page: int) -> ResponseReturnValue:
    """One page: each change with what was said of the thing then; a thing that is gone has its tombstone only."""
    found, more = _page(page)
    here = site.canonical(f"ldes/{page}")
    node = NamedNode(here)
    triples = [Triple(node, RDF.type, TREE.Node)]
    for entry in found:
        member = NamedNode(f"{here}#{entry.seq}")
        triples += (Triple(NamedNode(site.canonical("ldes")), TREE.member, member), *_member(member, entry))
    if more:
        relation, following = NamedNode(here + "#next"), NamedNode(site.canonical(f"ldes/{page + 1}"))
        triples += (
            Triple(node, TREE.relation, relation),
            Triple(relation, RDF.type, TREE.GreaterThanOrEqualToRelation),
            Triple(relation, TREE.node, following),
            Triple(relation, TREE.path, PROV.generatedAtTime),
            Triple(relation, TREE.value, _moment(found[-1])),
        )
    return _graph(triples)


def _member(member: NamedNode, entry: Entry) -> Iterator[Triple]:
    yield Triple(member, DCTERMS.isVersionOf, NamedNode(entry.iri))
    yield Triple(member, PROV.generatedAtTime, _moment(entry))
    live = site.published()
    path = entry.iri.removeprefix(site.site().settings.base)
    if entry.kind is Kind.DELETE or live.withdrawn(path):
        yield Triple(member, RDF.type, AS.Delete)
        return
    yield Triple(member, RDF.type, AS.Create if entry.kind is Kind.CREATE else AS.Update)
    holder = site.site().live.earlier(entry.release) or _unchanged_since(entry, live)
    if holder is not None:
        yield from (Triple(member, fact.predicate, fact.object) for fact in holder.store.facts(entry.iri))


def _unchanged_since(entry: Entry, live: Published) -> Published | None:
    """The live release, where a thing has not changed since one that is no longer kept; else its text is gone."""
    return live if history.log().of_thing(entry.iri)[-1].seq == entry.seq else None


def _moment(entry: Entry) -> Literal:
    return Literal(entry.at, datatype=XSD.dateTime)


def _graph(triples: Sequence[Triple]) -> Response:
    """In the syntax that a program likes; who wants a page is led to that of the changes."""
    chosen = negotiated((*GRAPH_OFFERS, HTML))
    if chosen is HTML:
        return see_other("changes")
    written = formats.by_suffix(chosen.suffix)
    if written is None:
        raise LookupError(chosen.suffix)
    return history.fresh(answer(written.serialize(triples), chosen))

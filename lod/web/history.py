"""What changed: the list of switches, and two releases side by side."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from pyoxigraph import Literal, NamedNode, Triple

from lod import release
from lod.history import Change, Kind, Log, Switch, changes, read_things
from lod.web import site
from lod.web.errors import WithdrawnError
from lod.web.live import Published
from lod.web.negotiation import CSV, HTML, JSON
from lod.web.responses import answer, negotiated

blueprint = Blueprint("history", __name__)

LISTED = 50
ASKED_AGAIN = "no-cache"
"""The log is written a moment after a switch, so its pages are made anew each time."""
COUNTED = 5_000
"""Changes of one comparison that are kept in memory; the table has them all."""


def log() -> Log:
    return Log(site.site().settings.var)


@blueprint.get("/changes")
def switches() -> ResponseReturnValue:
    """Every switch of the live release, the newest first."""
    before = _number(request.args.get("before", "0"))
    found = log().switches(LISTED + 1, before)
    shown, more = found[:LISTED], len(found) > LISTED
    named = {identifier for item in shown for identifier in (item.release, item.previous)}
    kept = {identifier for identifier in named if release.kept(site.site().settings.var, identifier)}
    chosen = negotiated((HTML, JSON))
    if chosen is JSON:
        table = [_switch(item) for item in shown]
        return fresh(answer(json.dumps({"switches": table, "next": shown[-1].n if more else None}), JSON))
    view = render_template("changes.html", switches=shown, kept=kept, more=shown[-1].n if more else 0)
    return fresh(answer(view, HTML))


def fresh(response: Response) -> Response:
    """An answer that is not kept."""
    response.headers["Cache-Control"] = ASKED_AGAIN
    return response


def _switch(item: Switch) -> dict[str, object]:
    names = ("n", "at", "release", "previous", "rollback", "created", "updated", "deleted")
    return {name: getattr(item, name) for name in names}


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        abort(404)
    return int(text)


# --- two releases side by side ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One statement that is said no more (`after` is None), newly (`before` is None), or otherwise."""

    term: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two releases, with the statements that do."""

    change: Change
    lines: tuple[Line, ...]


@blueprint.get("/changes/<earlier>/<later>")
def comparison(earlier: str, later: str) -> ResponseReturnValue:
    """What two releases that are kept say differently: as a page, JSON, or a whole table."""
    one, other = _kept(earlier), _kept(later)
    chosen = negotiated((HTML, JSON, CSV))
    if chosen is CSV:
        return Response(stream_with_context(_rows(one.release.path, other.release.path)), content_type=CSV.content_type)
    counts, found = _compared(one.release.path, other.release.path)
    page = max(1, _number(request.args.get("page", "1")))
    shown = found[(page - 1) * LISTED : page * LISTED]
    if page > 1 and not shown:
        abort(404)
    differences = [Difference(change, tuple(_lines(one, other, change.thing.iri))) for change in shown]
    total = sum(counts.values())
    more = len(found) > page * LISTED
    if chosen is JSON:
        table = {
            **{"from": one.id, "to": other.id, "page": page, "total": total, "next": page + 1 if more else None},
            **{kind.value: number for kind, number in counts.items()},
            "changes": [_as_table(item) for item in differences],
        }
        return answer(json.dumps(table, ensure_ascii=False), JSON)
    view = {"one": one.id, "other": other.id, "counts": counts, "total": total, "differences": differences}
    return answer(render_template("comparison.html", **view, page=page, more=more, kinds=Kind), HTML)


def _kept(identifier: str) -> Published:
    """A release that is kept and may be shown. Answers 404 and 410."""
    found = site.site().live.earlier(identifier)
    if found is None:
        abort(404)
    notice = site.published().hides(found.release)
    if notice:
        raise WithdrawnError(notice["reason"], notice["withdrawn"])
    return found


@lru_cache(maxsize=4)
def _compared(before: Path, after: Path) -> tuple[dict[Kind, int], list[Change]]:
    """How many things of each kind of change, and the first of them. Releases never change, so it may be kept."""
    counts: dict[Kind, int] = dict.fromkeys(Kind, 0)
    found: list[Change] = []
    for change in changes(read_things(before), read_things(after)):
        counts[change.kind] += 1
        if len(found) < COUNTED:
            found.append(change)
    return counts, found


def _rows(before: Path, after: Path) -> Iterator[str]:
    yield "change,thing,class,label\r\n"
    for change in changes(read_things(before), read_things(after)):
        output = io.StringIO(newline="")
        csv.writer(output).writerow((change.kind, change.thing.iri, change.thing.kind, change.thing.label))
        yield output.getvalue()


def _as_table(item: Difference) -> dict[str, object]:
    thing = item.change.thing
    lines = [{"property": line.term, "before": line.before, "after": line.after} for line in item.lines]
    return {"change": item.change.kind, "thing": thing.iri, "class": thing.kind, "label": thing.label, "lines": lines}


def _lines(one: Published, other: Published, iri: str) -> Iterator[Line]:
    """The statements about a thing that differ; a property with one value before and after is one line."""
    old, new = set(one.store.facts(iri)), set(other.store.facts(iri))
    gone: dict[str, list[str]] = {}
    come: dict[str, list[str]] = {}
    for place, triples in ((gone, old - new), (come, new - old)):
        for triple in sorted(triples, key=str):
            place.setdefault(triple.predicate.value, []).append(_text(triple))
    for term in dict.fromkeys((*gone, *come)):
        before, after = gone.get(term, []), come.get(term, [])
        if len(before) == len(after) == 1:
            yield Line(term, before[0], after[0])
        else:
            yield from (Line(term, text, None) for text in before)
            yield from (Line(term, None, text) for text in after)


def _text(triple: Triple) -> str:
    value = triple.object
    return value.value if isinstance(value, NamedNode | Literal) else str(value)

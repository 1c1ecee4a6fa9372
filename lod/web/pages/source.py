"""The page of a paper: its text as read, line by line, beside the values that it became and what was found wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyoxigraph import NamedNode

from lod.places import Place, passage
from lod.release.findings_index import findings_of
from lod.vocab import DCTERMS, MPOL, RDF
from lod.web import site
from lod.web.graph import Facts, Index
from lod.web.live import Published
from lod.web.pages import entity
from lod.web.pages.places import in_sources
from lod.web.pages.reading import Reading

MOST_CORRECTIONS = 500
_STATES = ("withheld", "uncertain", "corrected", "repaired", "printed", "metadata")


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of characters that the same values stand in, with the plain texts and passages within it.

    A withheld one has no parts. One that reaches over lines has its anchor on its first line only.
    """

    anchor: str
    state: str
    places: tuple[Place, ...]
    parts: tuple[str | Passage, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person decided about a passage, on which day (ISO) and why."""

    iri: NamedNode
    line: int
    printed: str
    corrected: str
    by: str
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the paper, counted from 1: its parts, the values that begin in it, what was found or decided there."""

    number: int
    parts: tuple[str | Passage, ...]
    values: tuple[Place, ...] = ()
    findings: tuple[dict[str, Any], ...] = field(default=())
    corrections: tuple[Correction, ...] = ()


def render(live: Published, node: NamedNode, facts: Facts) -> str:
    places = (found := in_sources(live, [node])).all
    reading = Reading(facts, found)
    code = entity.code_of(node)
    digest = facts.text(node, MPOL.sourceDigest)
    text = live.source_text(code, digest)
    lines = list(marked(text, places)) if text is not None else list(_quoted(places))
    findings = findings_of(live.release.path, [node.value, f"{code}/{live.source_path(code, digest)}"])
    policies = facts.nodes(node, MPOL.describes)
    title = facts.text(node, DCTERMS.title, "ja") or site.label(facts, node).value
    stage = facts.node(node, MPOL.stage)
    return entity.render(
        "source.html",
        live,
        facts,
        node,
        title=title,
        crumbs=[
            entity.municipality_crumb(facts, node),
            *(entity.crumb(facts, policy, facts.text(policy, DCTERMS.title, "ja")) for policy in policies),
        ],
        sources=[node],
        places=found,
        structured={"@type": "DigitalDocument", "name": title, "inLanguage": "ja", "identifier": f"sha256:{digest}"},
        lines=_with(lines, places, findings, _corrections(live, node, text or "")),
        states=[state for state in reversed(_STATES) if state != "metadata"],
        findings=findings,
        whole=text is not None,
        policies=policies,
        stage=site.term(stage.value) if stage else None,
        name=lambda subject: "" if subject == node.value else reading.short(NamedNode(subject)),
        digest=digest,
        provenance=node.value.replace("/id/source/", "/graph/provenance/", 1),
        facts_graph=node.value.replace("/id/source/", "/graph/", 1),
    )


def _corrections(live: Published, source: NamedNode, text: str) -> list[Correction]:
    """The corrections of a paper: their IRIs end with the offsets of the passage (lod/iri.py)."""
    graph = NamedNode(source.value.replace("/id/source/", "/graph/provenance/", 1))
    found = []
    for node in live.store.subjects(RDF.type, MPOL.Correction, MOST_CORRECTIONS, graph):
        if isinstance(node, NamedNode):
            said = Index(live.store.about_in(node, graph))
            terms = (MPOL.printedText, MPOL.correctedText, MPOL.decidedBy, DCTERMS.date, DCTERMS.description)
            start = int(node.value.rpartition("/")[2].partition("-")[0])
            found.append(Correction(node, text.count("\n", 0, start) + 1, *(said.text(node, term) for term in terms)))
    return found


def _with(
    lines: list[Line],
    places: Sequence[Place],
    findings: Sequence[dict[str, Any]],
    corrections: Sequence[Correction],
) -> Iterator[Line]:
    """Lines with what belongs beside them; one value of one thing is told once."""
    values: dict[int, dict[tuple[str, str], Place]] = {}
    found: dict[int, list[dict[str, Any]]] = {}
    for place in places:
        values.setdefault(place.line, {}).setdefault((place.subject, place.term), place)
    for item in findings:
        if item["line"]:
            found.setdefault(item["line"], []).append(item)
    for line in lines:
        here = tuple(values.get(line.number, {}).values())
        decided = tuple(item for item in corrections if item.line == line.number)
        yield replace(line, values=here, findings=tuple(found.get(line.number, ())), corrections=decided)


def marked(text: str, places: Sequence[Place]) -> Iterator[Line]:
    """Marks the places in each line. They may lie within each other and reach over lines."""
    waiting = sorted(places, key=lambda place: (place.start, -place.end))
    open_: list[Place] = []
    start = at = 0
    for number, line in enumerate(text.split("\n"), start=1):
        end = start + len(line)
        while at < len(waiting) and waiting[at].start < end:
            open_.append(waiting[at])
            at += 1
        open_ = [place for place in open_ if place.end > start]
        yield Line(number, tuple(_parts(text, start, end, open_)))
        start = end + 1


def _parts(text: str, start: int, end: int, places: Sequence[Place]) -> Iterator[str | Passage]:
    """The plain texts and outermost passages between two offsets; `places` come by start, the longer one first."""
    at, rest = start, [place for place in places if place.start < end and place.end > start]
    while rest:
        first = rest[0]
        left, right = max(first.start, at), min(first.end, end)
        same = [place for place in rest if (place.start, place.end) == (first.start, first.end)]
        inner = [place for place in rest if place not in same and place.start < right]
        rest = [place for place in rest if place not in same and (place.start >= right or place.end > right)]
        if left >= right:
            continue
        if at < left:
            yield text[at:left]
        yield _passage(text, left, right, same, inner)
        at = right
    if at < end:
        yield text[at:end]


def _passage(text: str, left: int, right: int, same: Sequence[Place], inner: Sequence[Place]) -> Passage:
    state = _state(same)
    anchor = passage(same[0].start, same[0].end) if same[0].start == left else ""
    parts = () if state == "withheld" else tuple(_parts(text, left, right, inner))
    return Passage(anchor, state, tuple(same), parts)


def _state(places: Iterable[Place]) -> str:
    """The most doubtful one."""
    return min((place.state for place in places), key=lambda state: _STATES.index(state) if state in _STATES else 9)


def _quoted(places: Sequence[Place]) -> Iterator[Line]:
    """Without the text: each quotation once, under its line."""
    by_line: dict[int, dict[tuple[int, int], list[Place]]] = {}
    for place in places:
        by_line.setdefault(place.line, {}).setdefault((place.start, place.end), []).append(place)
    for number, ranges in sorted(by_line.items()):
        yield Line(number, tuple(_quotation(found) for _, found in sorted(ranges.items())))


def _quotation(same: Sequence[Place]) -> Passage:
    state = _state(same)
    parts = () if state == "withheld" else (same[0].quote or "…",)
    return Passage(passage(same[0].start, same[0].end), state, tuple(same), parts)

"""The page of a paper: its text as read, with the passages that became data marked line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import render_template
from pyoxigraph import NamedNode

from lod.vocab import MPC, MPOL
from lod.web import site
from lod.web.graph import Index
from lod.web.live import Published
from lod.web.pages.places import Place, in_sources


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of characters within a line that the same values stand in. A withheld one has no text."""

    text: str
    status: str
    places: tuple[Place, ...]

    @property
    def deep(self) -> bool:
        """Whether a passage lies within another one: a quantity within a report."""
        return len({(place.start, place.end) for place in self.places}) > 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the paper, counted from 1."""

    number: int
    segments: tuple[Segment, ...]


def render(live: Published, source: NamedNode, index: Index) -> str:
    places = in_sources(live, [source]).all
    code = source.value.removeprefix(site.site().settings.base).split("/")[2]
    text = live.source_text(code, index.text(source, MPOL.sourceDigest))
    lines = list(marked(text, places)) if text is not None else list(_quoted(places))
    return render_template(
        "source.html",
        source=source,
        index=index,
        lines=lines,
        whole=text is not None,
        policies=index.nodes(source, MPOL.describes),
        label=lambda node: site.label(index, node),
        digest=index.text(source, MPOL.sourceDigest),
        path=site.document_path(source.value),
    )


def marked(text: str, places: Sequence[Place]) -> Iterator[Line]:
    """Cuts each line where a place begins or ends. Places may lie within each other and reach over lines."""
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        end = start + len(line)
        here = [place for place in places if place.start < end and place.end > start]
        cuts = sorted({start, end, *(min(max(at, start), end) for place in here for at in (place.start, place.end))})
        segments = tuple(
            _segment(text[left:right], [place for place in here if place.start <= left and place.end >= right])
            for left, right in pairwise(cuts)
        )
        yield Line(number, segments)
        start = end + 1


def _segment(text: str, places: Sequence[Place]) -> Segment:
    status = _status(places)
    return Segment("" if status == "withheld" else text, status, tuple(places))


def _status(places: Sequence[Place]) -> str:
    """The most doubtful status of the places, '' if there is none."""
    found = {place.status for place in places}
    for name in ("withheld", "uncertain", "repaired", "printed"):
        if MPC[f"status-{name}"].value in found:
            return name
    return ""


def _quoted(places: Sequence[Place]) -> Iterator[Line]:
    """Without the text: each quotation once, under its line."""
    by_line: dict[int, dict[tuple[int, int], list[Place]]] = {}
    for place in places:
        by_line.setdefault(place.line, {}).setdefault((place.start, place.end), []).append(place)
    for number, ranges in sorted(by_line.items()):
        yield Line(number, tuple(_segment(found[0].quote or "…", found) for _, found in sorted(ranges.items())))

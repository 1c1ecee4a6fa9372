"""Where each value stands: subject prov:wasDerivedFrom an oa:SpecificResource of the source (Web Annotation 4.2).

A quote is published only where it is the value as printed. Where the paper prints more than the value (residue of a
garbled name, a note behind it), or where the value is withheld, the place has its position alone. Kana printed with
separate voicing marks are composed, as they are in the value: so the quote is found in the published text. Positions
count the characters of the source as it is. The quote of a corrected value is what the paper prints in its stead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from lod.iri import Mint
from lod.mapping.terms import TYPE, day, integer, ja
from lod.model import Correction, Origin, Status, Value
from lod.text.width import compose_kana
from lod.vocab import DCTERMS, MPC, MPOL, OA, PROV

_STATUS = {status: MPC[f"status-{status.value}"] for status in Status}
_DOUBT = (*(Status.METADATA, Status.PRINTED, Status.REPAIRED, Status.CORRECTED, Status.UNCERTAIN, Status.WITHHELD),)


@dataclass(frozen=True, slots=True)
class _Place:
    term: NamedNode
    origin: Origin
    quote: str | None
    status: Status


class Places:
    """Collects the places of one source. Two values of one property may stand at one place: the doubt wins."""

    def __init__(self, mint: Mint, source: NamedNode) -> None:
        self._mint = mint
        self._source = source
        self._places: dict[str, _Place] = {}
        self._links: dict[tuple[NamedNode, str], None] = {}

    def add(self, subject: NamedNode, term: NamedNode, value: Value[object]) -> None:
        """Says that `term` of `subject` stands at each of the value's origins; a METADATA value has none."""
        local = term.value.replace("#", "/").rpartition("/")[2]
        for origin, quote in zip(value.origins, _quotes(value), strict=True):
            place = self._mint.place(self._source.value, origin.start, origin.end, local)
            self._links[subject, place] = None
            self._keep(place, _Place(term, origin, quote, value.status))

    def withhold(self, subject: NamedNode, term: NamedNode, value: Value[object]) -> None:
        """Says that a value stands there which is not published."""
        self.add(subject, term, Value(None, "", value.origins, Status.WITHHELD))

    def _keep(self, iri: str, place: _Place) -> None:
        before = self._places.get(iri)
        if before is None or _DOUBT.index(before.status) < _DOUBT.index(place.status):
            self._places[iri] = place

    def triples(self, corrections: Sequence[Correction] = ()) -> list[Triple]:
        """The provenance graph."""
        nodes = {iri: NamedNode(iri) for iri in self._places}
        triples = [Triple(subject, PROV.wasDerivedFrom, nodes[iri]) for subject, iri in self._links]
        for iri, place in self._places.items():
            self._describe(triples, nodes[iri], place)
        for correction in corrections:
            self._correct(triples, correction)
        return triples

    def _correct(self, triples: list[Triple], correction: Correction) -> None:
        """What a person decided, and the places of the values that follow from it."""
        passage = correction.origin
        node = NamedNode(self._mint.correction(self._source.value, passage.start, passage.end))
        triples += (
            Triple(node, TYPE, MPOL.Correction),
            Triple(node, OA.hasSource, self._source),
            Triple(node, MPOL.printedText, ja(compose_kana(correction.printed))),
            Triple(node, MPOL.correctedText, ja(compose_kana(correction.corrected))),
            Triple(node, DCTERMS.description, ja(correction.reason)),
            Triple(node, MPOL.decidedBy, ja(correction.by)),
            Triple(node, DCTERMS.date, day(correction.decided)),
        )
        triples += (
            Triple(NamedNode(iri), MPOL.correctedBy, node)
            for iri, place in self._places.items()
            if place.status is Status.CORRECTED
            and place.origin.start < passage.end
            and passage.start < place.origin.end
        )

    def _describe(self, triples: list[Triple], node: NamedNode, place: _Place) -> None:
        origin, position = place.origin, NamedNode(node.value + "#position")
        triples += (
            Triple(node, TYPE, OA.SpecificResource),
            Triple(node, OA.hasSource, self._source),
            Triple(node, MPOL.statesProperty, place.term),
            Triple(node, MPOL.valueStatus, _STATUS[place.status]),
            Triple(node, MPOL.line, integer(origin.line)),
            Triple(node, MPOL.column, integer(origin.column)),
            Triple(node, OA.hasSelector, position),
            Triple(position, TYPE, OA.TextPositionSelector),
            Triple(position, OA.start, integer(origin.start)),
            Triple(position, OA.end, integer(origin.end)),
        )
        if origin.page is not None:
            triples.append(Triple(node, MPOL.page, integer(origin.page)))
        if place.quote is not None:
            quote = NamedNode(node.value + "#quote")
            triples += (
                Triple(node, OA.hasSelector, quote),
                Triple(quote, TYPE, OA.TextQuoteSelector),
                Triple(quote, OA.exact, Literal(place.quote)),
            )


def _quotes(value: Value[object]) -> list[str | None]:
    """For each origin the characters printed there; None where they are more than the value or cannot be told."""
    origins = value.origins
    nothing: list[str | None] = [None] * len(origins)
    if value.status is Status.WITHHELD:
        return nothing
    pieces = value.raw.split("\n")
    if value.status is Status.CORRECTED:
        return [compose_kana(piece) for piece in pieces]
    if len(pieces) != len(origins) or any(
        len(piece) != origin.end - origin.start for piece, origin in zip(pieces, origins, strict=True)
    ):
        if len(origins) != 1 or not isinstance(value.value, str):
            return nothing
        return [_window(value.raw, value.value, origins[0].end - origins[0].start)]
    if isinstance(value.value, str) and not _same(value.raw, value.value):
        return nothing
    return [*pieces] if _is_composed(value.raw) else [compose_kana(piece) for piece in pieces]


def _window(raw: str, text: str, length: int) -> str | None:
    """The only passage of `length` characters that prints a text."""
    if not text:
        return None
    found = {raw[at : at + length] for at in range(len(raw) - length + 1) if raw[at] == text[0]}
    fitting = [passage for passage in found if _same(passage, text)]
    return compose_kana(fitting[0]) if len(fitting) == 1 else None


def _is_composed(text: str) -> bool:
    """A quick answer for nearly every text."""
    return "\u3099" not in text and "\u309a" not in text


def _same(printed: str, text: str) -> bool:
    one, other = "".join(printed.split()), "".join(text.split())
    return one == other or (not _is_composed(one) and compose_kana(one) == compose_kana(other))

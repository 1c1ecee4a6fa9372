"""A cell with people's names → post holders; garbled names are withheld, doubtful furigana kept and marked."""

from __future__ import annotations

from collections.abc import Sequence

from lod.extract.reading import Reading, part, stripped
from lod.form import Post
from lod.model import Cell, Origin, PostHolder, Status, Value
from lod.text.furigana import Name, lost_letters, parse_people
from lod.text.width import compose_kana


def read_holders(reading: Reading, pieces: Sequence[Cell], post: Post) -> list[PostHolder]:
    """Every holder of a post named in a cell (its pieces, where it is broken over lines)."""
    trimmed = [piece for piece in map(stripped, pieces) if piece.text]
    raw = " ".join(piece.text for piece in trimmed)
    if not trimmed or raw in reading.form.vacant:
        for piece in trimmed:
            reading.boilerplate(piece)
        return []
    holders = []
    for piece in trimmed:
        reading.withheld(piece)
    for name in parse_people(raw):
        holders.append(_holder(reading, name, trimmed, raw, post))
    return holders


def _holder(reading: Reading, name: Name, pieces: Sequence[Cell], raw: str, post: Post) -> PostHolder:
    if not name.clean:
        reading.note("N01" if name.name else "N02", pieces[0], published=name.name or "")
        _map_parts(reading, pieces, [name.reading or "", name.name or ""])
    else:
        for piece in pieces:
            reading.mapped(piece)
    doubts = lost_letters(name.name, name.reading) if name.name and name.reading else ()
    if doubts:
        reading.note("N03", pieces[0], name=name.name, reading=name.reading, known="、".join(doubts))
    if name.note:
        reading.note("N04", pieces[0], note=name.note)
    printed = Status.PRINTED if name.clean else Status.UNCERTAIN
    origins = tuple(piece.origin for piece in pieces)
    return PostHolder(
        post.title,
        post.role,
        _value(name.name, raw, _narrow(pieces, name.name), printed, origins),
        _value(
            name.reading,
            raw,
            _narrow(pieces, name.reading),
            Status.UNCERTAIN if doubts else printed,
            origins,
        ),
    )


def _value(
    text: str | None, raw: str, found: Origin | None, status: Status, fallback: tuple[Origin, ...]
) -> Value[str] | None:
    if text is None:
        return None
    return Value(text, raw, (found,) if found else fallback, status)


def _find(pieces: Sequence[Cell], words: str) -> Cell | None:
    """The passage that prints words in this order, whatever stands between them (white space, brackets)."""
    parts = words.split()
    for piece in pieces:
        text, at, first = piece.text, 0, -1
        if compose_kana(text) != text:
            return None
        for word in parts:
            found = text.find(word, at)
            if found < 0:
                break
            first = found if first < 0 else first
            at = found + len(word)
        else:
            return part(piece, first, at)
    return None


def _narrow(pieces: Sequence[Cell], words: str | None) -> Origin | None:
    cell = _find(pieces, words) if words else None
    return cell.origin if cell else None


def _map_parts(reading: Reading, pieces: Sequence[Cell], published: Sequence[str]) -> None:
    for words in published:
        cell = _find(pieces, words) if words else None
        if cell:
            reading.mapped(cell)

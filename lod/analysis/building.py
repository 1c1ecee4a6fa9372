"""Makes the columns of a release: a product, from the merged facts of its store."""

from __future__ import annotations

import json
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lod.analysis.facts import FILE, FOLDER, VERSION
from lod.analysis.terms import SEPARATOR, Kind, TermGroup
from lod.stores.draft import ReleaseDraft
from lod.vocab import XSD

_INTEGER = f"^^{XSD.integer}"
_ORDERED = {f"^^{XSD.date}": re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"), f"^^{XSD.gYear}": re.compile(rb"[0-9]{4}\Z")}
_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_LETTERS = {b"t": b"\t", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"f": b"\f"}


class _UnfitError(Exception):
    """Facts that columns cannot hold (a blank node, a triple term, a zero byte): the release goes without."""


def write(draft: ReleaseDraft) -> None:
    """columns/: the facts as sorted columns. Where they cannot be held so, nothing is written."""
    folder = draft.folder / FOLDER
    folder.mkdir()
    facts = folder / "facts.nt"
    with facts.open("wb") as file:
        draft.store.dump_facts(file)
    try:
        _write(folder, *_numbered(facts))
    except _UnfitError:
        pass
    finally:
        facts.unlink()


def _numbered(facts: Path) -> tuple[list[bytes], NDArray[np.int32]]:
    """Terms in the order of their first use, and triples of their numbers."""
    numbers: defaultdict[bytes, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    triples = array("i")
    with facts.open("rb") as file:
        for line in file:
            subject, predicate, value = line.split(b" ", 2)
            triples.extend((numbers[subject], numbers[predicate], numbers[value.removesuffix(b" .\n")]))
    return list(numbers), np.frombuffer(triples, dtype=np.int32).reshape(-1, 3)


def _write(folder: Path, terms: list[bytes], triples: NDArray[np.int32]) -> None:
    groups, ordered, lexical = _sorted_terms(terms)
    places = np.empty(len(terms), dtype=np.int32)
    places[np.array(ordered, dtype=np.int64)] = np.arange(len(terms), dtype=np.int32)
    _write_terms(folder, groups, lexical)
    numbered = places[triples]
    _write_around(folder, numbered, len(terms))
    predicates = _write_triples(folder, numbered, lexical)
    table = {
        "version": VERSION,
        "groups": [{"kind": g.kind, "suffix": g.suffix, "start": g.start, "end": g.end} for g in groups],
        "predicates": predicates,
    }
    (folder / FILE).write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8", newline="\n")


def _sorted_terms(terms: list[bytes]) -> tuple[list[TermGroup], list[int], list[bytes]]:
    """The groups; for each place in the new order the old number; and the lexical forms in the new order."""
    members: dict[str, list[tuple[bytes, int]]] = {}
    for number, term in enumerate(terms):
        suffix, value = _split(term)
        members.setdefault(suffix, []).append((value, number))
    groups: list[TermGroup] = []
    ordered: list[int] = []
    lexical: list[bytes] = []
    for suffix in sorted(members):
        found = members[suffix]
        kind = _kind(suffix, found)
        found.sort(key=(lambda pair: int(pair[0])) if kind is Kind.INTEGER else None)
        groups.append(TermGroup(kind, suffix.removeprefix("<"), len(ordered), len(ordered) + len(found)))
        ordered += [number for _, number in found]
        lexical += [value for value, _ in found]
    return groups, ordered, lexical


def _split(term: bytes) -> tuple[str, bytes]:
    """(what stands behind the quotes, lexical form); `<` is the suffix of an IRI here."""
    if term.startswith(b"<") and not term.startswith(b"<<"):
        suffix, value = "<", term[1:-1]
    elif term.startswith(b'"'):
        end = term.rindex(b'"')
        suffix, value = term[end + 1 :].decode(), term[1:end]
    else:
        raise _UnfitError(term)
    if b"\\" in value:
        value = _ESCAPE.sub(_unescaped, value)
    if SEPARATOR in value or "--" in suffix:
        raise _UnfitError(term)
    return suffix, value


def _unescaped(match: re.Match[bytes]) -> bytes:
    """N-Triples 1.1 (7, ECHAR and UCHAR)."""
    code = match[1] or match[2]
    return chr(int(code, 16)).encode() if code else _LETTERS.get(match[3], match[3])


def _kind(suffix: str, found: Iterable[tuple[bytes, int]]) -> Kind:
    """What the order of the lexical forms means. A group that holds anything unusual is OTHER as a whole."""
    if suffix == "<":
        return Kind.IRI
    if suffix == "" or suffix.startswith("@"):
        return Kind.TEXT
    if suffix == _INTEGER:
        plain = all(re.fullmatch(rb"-?[1-9][0-9]{0,17}|0", value) for value, _ in found)
        return Kind.INTEGER if plain else Kind.OTHER
    form = _ORDERED.get(suffix)
    return Kind.DATE if form and all(form.match(value) for value, _ in found) else Kind.OTHER


def _write_terms(folder: Path, groups: list[TermGroup], lexical: list[bytes]) -> None:
    with (folder / "terms.bin").open("wb") as file:
        for value in lexical:
            file.write(value + SEPARATOR)
    lengths = np.fromiter(map(len, lexical), dtype=np.int64, count=len(lexical)) + 1
    np.save(folder / "offsets.npy", np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]))
    whole = [lexical[group.start : group.end] for group in groups if group.kind is Kind.INTEGER]
    np.save(folder / "integers.npy", np.array([int(value) for values in whole for value in values], dtype=np.int64))


def _write_triples(folder: Path, triples: NDArray[np.int32], lexical: list[bytes]) -> list[dict[str, object]]:
    """Four columns: pairs by subject, and pairs by object, predicate after predicate."""
    triples = triples[np.argsort(triples[:, 1], kind="stable")]
    numbers, starts = np.unique(triples[:, 1], return_index=True)
    ends = [*starts[1:], len(triples)]
    by_subject, by_object = triples[:, [0, 2]], triples[:, [2, 0]]
    predicates: list[dict[str, object]] = []
    for number, start, end in zip(numbers.tolist(), starts.tolist(), ends, strict=True):
        counts = []
        for pairs in (by_subject, by_object):
            pairs[start:end] = _ordered(pairs[start:end])
            counts.append(1 + int(np.count_nonzero(np.diff(pairs[start:end, 0]))))
        predicates.append(
            {
                "iri": lexical[number].decode(),
                "start": start,
                "end": int(end),
                "subjects": counts[0],
                "objects": counts[1],
            }
        )
    for name, column in (
        ("subjects", by_subject[:, 0]),
        ("objects", by_subject[:, 1]),
        ("objects_first", by_object[:, 0]),
        ("subjects_second", by_object[:, 1]),
    ):
        np.save(folder / f"{name}.npy", np.ascontiguousarray(column))
    return predicates


def _write_around(folder: Path, triples: NDArray[np.int32], terms: int) -> None:
    """The triples of each subject and of each object, in the order in which the store gives them.

    It dumps subject after subject, so those of an object come in the order of its index by objects.
    """
    names, predicates = np.unique(triples[:, 1], return_inverse=True)
    places = predicates.astype(np.min_scalar_type(len(names)))
    for name, end, other in (("of", 0, 2), ("to", 2, 0)):
        order = np.argsort(triples[:, end], kind="stable")
        starts = np.searchsorted(triples[order, end], np.arange(terms + 1)).astype(np.int32)
        np.save(folder / f"{name}_starts.npy", starts)
        np.save(folder / f"{name}_predicates.npy", places[order])
        np.save(folder / f"{name}_others.npy", triples[order, other])


def _ordered(pairs: NDArray[np.int32]) -> NDArray[np.int32]:
    """Pairs by their first, then by their second number: sorted as one number of 64 bits."""
    whole = (pairs[:, 0].astype(np.int64) << 32) | pairs[:, 1]
    whole.sort()
    return np.stack([(whole >> 32).astype(np.int32), (whole & 0xFFFFFFFF).astype(np.int32)], axis=1)

"""Every thing of a release with a digest of what is said of it: `things.tsv.gz`, sorted by IRI.

Two releases are compared by walking two such lists side by side, so memory stays flat however large they are.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import pyoxigraph as ox

from lod.stores.draft import ReleaseDraft
from lod.vocab import DCTERMS, FOAF, PREFIXES, RDF, RDFS, SKOS

FILE = "things.tsv.gz"
_SORTED_AT_ONCE = 200_000
_LABELS = (SKOS.prefLabel, DCTERMS.title, FOAF.name, RDFS.label, DCTERMS.description)
_LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing: `kind` is its class (prefixed name, '' if none), `label` its name, `digest` of all facts about it."""

    iri: str
    digest: str
    kind: str
    label: str


def list_things(draft: ReleaseDraft) -> None:
    """Writes the list. The same facts give the same bytes."""
    with (
        (draft.folder / FILE).open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        tempfile.TemporaryDirectory(prefix="lod-things-") as scratch,
    ):
        for line in _sorted(_lines(draft.store.all_facts()), Path(scratch)):
            packed.write(line)


def read_things(release: Path) -> Iterator[Listed]:
    """The things of a release in order of their IRIs; none where it was made before they were listed."""
    path = release / FILE
    if not path.is_file():
        return
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            yield Listed(*line.rstrip("\n").split("\t"))


def _lines(facts: Iterable[ox.Triple]) -> Iterator[bytes]:
    for subject, triples in groupby(facts, key=lambda triple: triple.subject):
        if isinstance(subject, ox.NamedNode):
            yield _line(subject.value, list(triples))


def _line(iri: str, triples: list[ox.Triple]) -> bytes:
    digest = hashlib.sha256("\n".join(sorted(map(str, triples))).encode()).hexdigest()[:32]
    kinds = sorted(_short(triple.object) for triple in triples if triple.predicate == RDF.type)
    own = [kind for kind in kinds if kind.startswith("mpol:")]
    kind = next(iter((*own, *kinds)), "")
    return "\t".join((iri, digest, kind, _label(triples))).encode() + b"\n"


def _short(term: object) -> str:
    iri = term.value if isinstance(term, ox.NamedNode) else ""
    spaces = ((name, space) for name, space in PREFIXES.items() if iri.startswith(space))
    return next((f"{name}:{iri.removeprefix(space)}" for name, space in spaces), iri)


def _label(triples: list[ox.Triple]) -> str:
    for term in _LABELS:
        found = [t.object for t in triples if t.predicate == term and isinstance(t.object, ox.Literal)]
        texts = sorted(found, key=lambda literal: (literal.language != "ja", literal.value))
        if texts:
            return " ".join(texts[0].value.split())[:_LONGEST_LABEL]
    return ""


def _sorted(lines: Iterator[bytes], scratch: Path) -> Iterator[bytes]:
    """Sorted by merging sorted parts on disk."""
    parts = 0
    while part := list(islice(lines, _SORTED_AT_ONCE)):
        (scratch / f"{parts:06}").write_bytes(b"".join(sorted(part)))
        parts += 1
    with ExitStack() as stack:
        files = [stack.enter_context((scratch / f"{number:06}").open("rb")) for number in range(parts)]
        yield from heapq.merge(*files)

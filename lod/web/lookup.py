"""From a path that is no IRI of ours to one that is: kanji names, and near matches for a 404."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice, product
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from lod.iri import Mint
from lod.web.graph import select

if TYPE_CHECKING:
    from lod.stores.oxigraph import ReleaseStore

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*\Z")
_LOCAL_GOVERNMENT = re.compile(r"(?<=/)[0-9]{6}(?=/|\Z)")
_MAX_PATH = 300
_MAX_NAMES = 3
_MAX_TRIES = 40


def is_safe(path: str) -> bool:
    """Whether a path may be part of one of our IRIs, and so stand in a query of ours."""
    return len(path) <= _MAX_PATH and _SAFE.match(path) is not None


def thing(store: ReleaseStore, mint: Mint, path: str) -> str | None:
    """The IRI `…/id/{path}` if something is said of it."""
    iri = f"{mint.base}id/{path}"
    return iri if is_safe(path) and store.contains(iri) else None


def by_name(store: ReleaseStore, mint: Mint, path: str) -> str | None:
    """The canonical path for one with names or capitals in it: `org/142034/産業振興部` → `org/142034/sangyo-shinko-bu`.

    None if no thing or more than one fits.
    """
    segments = path.split("/")
    if len(path) > _MAX_PATH or sum(not segment.isascii() for segment in segments) > _MAX_NAMES:
        return None
    choices = [
        [*dict.fromkeys((segment, segment.lower()))] if segment.isascii() else _keys(store, segment)
        for segment in segments
    ]
    tries = islice(product(*choices), _MAX_TRIES)
    found = {candidate for parts in tries if thing(store, mint, candidate := "/".join(parts))}
    return found.pop() if len(found) == 1 else None


def _keys(store: ReleaseStore, name: str) -> list[str]:
    """Last path segments of the things with a name, however its characters are composed."""
    forms = dict.fromkeys(unicodedata.normalize(form, name) for form in ("NFC", "NFKC"))
    values = " ".join(str(Literal(form, language="ja")) for form in (name, *forms))
    rows = select(
        store,
        f"""SELECT DISTINCT ?s {{ VALUES ?name {{ {values} }}
            {{ ?s skos:prefLabel ?name }} UNION {{ ?s skos:altLabel ?name }} }} LIMIT 50""",
    )
    return list(dict.fromkeys(row["s"].value.rpartition("/")[2] for row in rows if isinstance(row["s"], NamedNode)))


def near(store: ReleaseStore, mint: Mint, path: str) -> list[str]:
    """IRIs much like a path that leads nowhere, the likeliest first; at most five."""
    stem = re.sub(r"^(?:id|doc)/|\.(?:html|ttl|jsonld|nt|rdf|trig|nq|csv|csv-excel)\Z", "", path).strip("/")
    if not is_safe(stem):
        return []
    segments = stem.split("/")
    found: dict[str, None] = {}
    for index, segment in enumerate(segments):
        for other in _alternatives(store, mint, segments, index, segment):
            iri = thing(store, mint, "/".join([*segments[:index], other, *segments[index + 1 :]]))
            if iri:
                found[iri] = None
    for length in range(len(segments) - 1, 1, -1):
        parent = thing(store, mint, "/".join(segments[:length]))
        if parent:
            found[parent] = None
    return list(found)[:5]


def _alternatives(store: ReleaseStore, mint: Mint, segments: list[str], index: int, segment: str) -> Iterator[str]:
    """What may have been meant by one segment: another year, or a key of that municipality spelt alike."""
    if re.fullmatch(r"(?:19|20)[0-9]{2}", segment):
        yield from (str(int(segment) + step) for step in (-1, 1, -2, 2, -3, 3))
        return
    code = _LOCAL_GOVERNMENT.search("/".join(segments))
    if index < 2 or not code or segment.isdigit():
        return
    rows = select(store, f"SELECT DISTINCT ?s {{ GRAPH <{mint.registry_graph(code.group())}> {{ ?s a ?type }} }}")
    keys = {row["s"].value.rpartition("/")[2] for row in rows if isinstance(row["s"], NamedNode)}
    yield from get_close_matches(segment, sorted(keys - {segment}), n=5, cutoff=0.6)

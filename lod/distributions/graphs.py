"""The data as RDF: all of it with its named graphs, and the facts of each city and year."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from lod.distributions.editions import Edition, by_policy
from lod.distributions.shelf import Label, Shelf
from lod.formats import DATASET_FORMATS, json_ld
from lod.iri import Mint
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import MPC, PREFIXES, RDF, SKOS

_OF_CODES = (RDF.type, SKOS.prefLabel, SKOS.notation, SKOS.inScheme)
"""What a file repeats of a code; all else is at the code's own address."""


def write_all(shelf: Shelf, store: ReleaseStore) -> None:
    """Every quad, in each format that keeps named graphs apart. The store writes them one by one."""
    for suffix, rdf_format in sorted(DATASET_FORMATS.items()):
        prefixes = None if rdf_format is RdfFormat.N_QUADS else _prefixes()
        with shelf.open(f"all.{suffix}.gz", Label("quads", f"all-{suffix}", suffix), packed=True) as file:
            store.dump(file, rdf_format, prefixes)


def write_year(
    shelf: Shelf, store: ReleaseStore, mint: Mint, found: Sequence[Edition], params: Mapping[str, Mapping[str, str]]
) -> None:
    """The facts of one city and year as Turtle and JSON-LD; one policy is in memory at a time."""
    city, year = found[0].city, found[0].year

    def label(suffix: str) -> Label:
        return Label("graph", f"year-{suffix}", suffix, params, city, year)

    with shelf.open(f"graphs/{city}-{year}.ttl", label("ttl")) as file:
        triples = (triple for group in _groups(store, mint, found) for triple in group)
        serialize(triples, file, RdfFormat.TURTLE, prefixes=_prefixes())
    path = f"graphs/{city}-{year}.jsonld"
    try:
        with shelf.open(path, label("jsonld")) as file:
            file.writelines(json_ld.stream(_groups(store, mint, found)))
    except json_ld.NameClashError:
        with shelf.open(path, label("jsonld")) as file:
            file.writelines(json_ld.stream(_groups(store, mint, found), with_context=False))


def _prefixes() -> dict[str, str]:
    """What may occur in data; those of the vocabulary's own description never do."""
    return {prefix: space for prefix, space in PREFIXES.items() if prefix not in ("mps", "sh", "vann", "vs", "owl")}


def _groups(store: ReleaseStore, mint: Mint, found: Sequence[Edition]) -> Iterator[list[Triple]]:
    """The facts, policy by policy and sorted within each; then what they name."""
    named: dict[NamedNode, None] = {}
    for editions in by_policy(list(found)):
        facts = {triple for edition in editions for triple in store.graph(mint.graph(*edition.key))}
        ordered = sorted(facts, key=_order)
        own = {triple.subject for triple in ordered}
        named |= {node: None for triple in ordered for node in _nodes(triple) if node not in own}
        yield ordered
    yield from _described(store, mint, found[0].city, named)


def _order(triple: Triple) -> tuple[str, bool, str]:
    """Subject by subject, what it is before what is said of it."""
    return str(triple.subject), triple.predicate != RDF.type, str(triple)


def _nodes(triple: Triple) -> Iterator[NamedNode]:
    if isinstance(triple.object, NamedNode) and triple.predicate != RDF.type:
        yield triple.object


def _described(store: ReleaseStore, mint: Mint, city: str, named: dict[NamedNode, None]) -> Iterator[list[Triple]]:
    """What registry and code lists say of the things named, and of those that these name in turn."""
    waiting, seen = deque(sorted(named, key=str)), set(named)
    registry, codes = mint.registry_graph(city), mint.codes_graph
    while waiting:
        node = waiting.popleft()
        if node.value.startswith(MPC.base):
            triples = [triple for term in _OF_CODES for triple in store.triples(node, term, None, codes)]
        else:
            triples = [triple for graph in (registry, codes) for triple in store.triples(node, None, None, graph)]
            fresh = {other for triple in triples for other in _nodes(triple)} - seen
            waiting.extend(sorted(fresh, key=str))
            seen |= fresh
        if triples:
            yield sorted(triples, key=_order)

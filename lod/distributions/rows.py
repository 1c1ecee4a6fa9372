"""The rows of every table, city by city and policy by policy, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import NamedNode

from lod.distributions.definition import Table, iri, table, tables
from lod.distributions.editions import Edition, by_policy, rank
from lod.distributions.facts import EditionFacts, ProgramFacts, Shared, places
from lod.distributions.row import Cell, Row, Texts
from lod.iri import Mint
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import DCTERMS, MPC, MPOL, PREFIXES, RDF

Rows: TypeAlias = Iterator[tuple[Table, list[Cell]]]
PaperOf: TypeAlias = Callable[[str, int, str], str]
"""(city, fiscal year, SHA-256) → the paper's file within the municipality's folder, '' if it is not known."""
_FRAME = (
    *("policy_iri", "department_iri", "municipality_iri"),
    *("municipality_code", "municipality", "fiscal_year", "department", "stage"),
)
_WITHHELD = MPC["status-withheld"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What rows are made from. `paper_of` and `licences` (by city) come from the municipality's folder."""

    store: ReleaseStore
    mint: Mint
    shared: Shared
    paper_of: PaperOf
    licences: Mapping[str, str]


def of_policies(origin: Origin, found: list[Edition]) -> Rows:
    """The rows of all tables that papers state. One policy with its editions is in memory at a time."""
    stated = [item for item in tables() if item.framed]
    for editions in by_policy(found):
        read = [EditionFacts(edition, origin.store, origin.mint, origin.shared) for edition in editions]
        keys = [{item.name: _keys(item, facts) for item in stated} for facts in read]
        for at, facts in enumerate(read):
            frame = _frame(origin, facts)
            for item in stated:
                later = {key for following in keys[at + 1 :] for key in following[item.name]}
                yield from _of_edition(origin, item, facts, frame, keys[at][item.name], later, at + 1 == len(read))


def _keys(item: Table, facts: EditionFacts) -> Sequence[str]:
    """The things of an edition that become rows."""
    if item.rows == "units":
        policies = facts.members(MPOL.DepartmentPolicy)
        terms = (MPOL.policyOf, MPOL.listsUnit)
        return list(dict.fromkeys(unit.value for p in policies for term in terms for unit in facts.objects(p, term)))
    return facts.members(NamedNode(iri(item.rows)))


def _frame(origin: Origin, facts: EditionFacts) -> dict[str, Texts]:
    """What all rows of an edition share."""
    edition = facts.edition
    digest = next((value.value for value in facts.objects(facts.source, MPOL.sourceDigest)), "")
    paper = origin.paper_of(edition.city, edition.year, digest)
    licence = origin.licences.get(edition.city, "")
    known: dict[str, Texts] = {"source_iri": (facts.source,), "paper": (paper,) if paper else ()}
    known["licence_iri"] = (licence,) if licence else ()
    row = Row(table("papers"), facts, origin.mint, known)
    for name in _FRAME:
        row.texts(name)
    return known


def _of_edition(
    origin: Origin,
    item: Table,
    facts: EditionFacts,
    frame: Mapping[str, Texts],
    keys: Sequence[str],
    later: set[str],
    last: bool,
) -> Rows:
    made = []
    for key in keys:
        known = {**frame, item.key: (key,), "latest": ("false" if key in later else "true",)}
        made.append(Row(item, facts, origin.mint, known))
    for place in _withheld(item, facts, frame):
        known = {**frame, item.key: (), "latest": ("true" if last else "false",), "place_iri": (place,)}
        made.append(Row(item, facts, origin.mint, known))
    yield from ((item, row.cells()) for row in sorted(made, key=lambda row: _order(row, item.key)))


def _withheld(item: Table, facts: EditionFacts, frame: Mapping[str, Texts]) -> list[str]:
    """Places of values that are not published: the row says that something stands there."""
    if item.withheld is None:
        return []
    found = [p for about in frame[item.withheld.about] for p in places(facts, about, item.withheld.properties)]
    return [place for place in found if _WITHHELD in facts.objects(place, MPOL.valueStatus)]


def _order(row: Row, key: str) -> tuple[tuple[int, ...], Texts, Texts]:
    """As in the paper; what stands at one place by its IRI."""
    position = tuple(int(text) for name in ("page", "line", "col") for text in row.texts(name)[:1])
    return position or (1 << 30,), row.texts(key), row.texts("place_iri")


def of_programs(origin: Origin, city: str) -> Rows:
    """A city's programs, each with the latest edition that names it."""
    item, graph = table("programs"), origin.mint.registry_graph(city)
    found = origin.store.triples(None, RDF.type, MPOL.Program, graph)
    nodes = sorted(triple.subject.value for triple in found if isinstance(triple.subject, NamedNode))
    for program in nodes:
        yield item, _program(origin, item, city, program).cells()


def _program(origin: Origin, item: Table, city: str, program: str) -> Row:
    known: dict[str, Texts] = {"program_iri": (program,), "municipality_iri": (origin.mint.municipality(city),)}
    named = [
        (edition, initiative)
        for initiative in origin.shared.subjects(MPOL.program, program)
        for source in origin.shared.objects(initiative, DCTERMS.source)
        if (edition := _edition(origin, source.value)) is not None
    ]
    if not named:
        unknown: Texts = ()
        known |= dict.fromkeys(("initiative_iri", "source_iri", "place_iri", "paper"), unknown)
        known |= dict.fromkeys(("first_year", "last_year"), unknown) | {"years": ("0",)}
        return Row(item, origin.shared, origin.mint, known)
    latest, initiative = max(named, key=lambda pair: (pair[0].year, rank(pair[0].stage), pair[0].unit))
    years = sorted({edition.year for edition, _ in named})
    source = origin.mint.source(*latest.key)
    digest = next((value.value for value in origin.shared.objects(source, MPOL.sourceDigest)), "")
    paper = origin.paper_of(city, latest.year, digest)
    known |= {
        "initiative_iri": (initiative,),
        "source_iri": (source,),
        "first_year": (str(years[0]),),
        "last_year": (str(years[-1]),),
        "years": (str(len(years)),),
        "paper": (paper,) if paper else (),
    }
    return Row(item, ProgramFacts(latest, origin.store, origin.mint, origin.shared), origin.mint, known)


def _edition(origin: Origin, source: str) -> Edition | None:
    key = origin.mint.edition(source)
    return Edition(*key) if key else None


def of_links(origin: Origin, city: str) -> Rows:
    """What leads from a city's things to elsewhere: its links graph, and addresses in the registry."""
    item, base = table("links"), origin.mint.base
    for graph in (origin.mint.links_graph(city), origin.mint.registry_graph(city)):
        found = []
        for triple in origin.store.triples(graph=graph):
            target = triple.object
            if not isinstance(target, NamedNode) or triple.predicate == RDF.type:
                continue
            if not target.value.startswith((base, *PREFIXES.values())) and isinstance(triple.subject, NamedNode):
                found.append((triple.subject.value, triple.predicate.value, target.value))
        for subject, relation, target_iri in sorted(found):
            known: dict[str, Texts] = {
                "subject_iri": (subject,),
                "relation_iri": (relation,),
                "relation": (_short(relation),),
                "target_iri": (target_iri,),
                "graph_iri": (graph,),
                "municipality_iri": (origin.mint.municipality(city),),
            }
            yield item, Row(item, origin.shared, origin.mint, known).cells()


def _short(term: str) -> str:
    found = (f"{prefix}:{term.removeprefix(space)}" for prefix, space in PREFIXES.items() if term.startswith(space))
    return next(found, term)

"""Validates one paper, one registry, or a whole release."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox

from lod.assets import shapes_dir
from lod.iri import Mint
from lod.validation.compiled import CompiledShape, Data
from lod.validation.judge import judge
from lod.validation.report import Places, Report, make_report
from lod.validation.shapes import Result, Shape, ShapesFile, Term
from lod.validation.terms import to_graph
from lod.vocab import MPOL, OA, ORG, PROV, RDF, SKOS

if TYPE_CHECKING:
    from rdflib import Graph

PAPER_FILES = ("policy.ttl", "policy-recommended.ttl", "testing.ttl")
REGISTRY_FILES = ("registry.ttl",)

# Statements of registry and code nodes that lead on to other nodes which the shapes look at.
# Properties that only say where a value stands.
_OF_PLACES = (PROV.wasDerivedFrom, OA.hasSource, OA.hasSelector, OA.exact, OA.start, OA.end)
_OF_STATEMENTS = (MPOL.statesProperty, MPOL.valueStatus, MPOL.line, MPOL.column, MPOL.page)
_PLACES = frozenset(term.value for term in (*_OF_PLACES, *_OF_STATEMENTS))
_LEADS_ON = frozenset((ORG.unitOf, ORG.subOrganizationOf, ORG.postIn, ORG.role, SKOS.broader))


class PaperGraphs(Protocol):
    """What validation needs of a paper."""

    @property
    def facts(self) -> Sequence[ox.Triple]: ...
    @property
    def provenance(self) -> Sequence[ox.Triple]: ...
    @property
    def registry(self) -> Sequence[ox.Triple]: ...
    @property
    def codes(self) -> Sequence[ox.Triple]: ...


class RuleSet:
    """Shapes of some files: compiled for the quick answer, parsed once for the judge."""

    def __init__(self, names: Iterable[str], folder: Path | None = None) -> None:
        self.file = ShapesFile.read((folder or shapes_dir()) / name for name in names)
        self.rules = {shape.iri: shape for shape in self.file.rules}
        self.compiled = tuple(CompiledShape(shape, self.file) for shape in self.file.rules)

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The classes whose rules look at places; the places of other things need not be judged."""
        looking = [shape for shape in self.rules.values() if shape.mentions(_PLACES)]
        if any(shape.target_subjects_of or not shape.target_classes for shape in looking):
            raise ValueError("a rule that looks at places must target a class")
        return frozenset(name for shape in looking for name in shape.target_classes)

    @cached_property
    def graph(self) -> Graph:
        """The shapes as pySHACL wants them."""
        return to_graph(self.file.triples)

    def doubtful(self, data: Data) -> list[Shape]:
        """The shapes that the compiled checks do not certify."""
        if data.has_subclasses:
            return list(self.rules.values())
        return [compiled.shape for compiled in self.compiled if not compiled.certifies(data)]

    def results(self, data: Data) -> list[Result]:
        """The results of all shapes; pySHACL is asked about the doubtful ones only."""
        doubtful = self.doubtful(data)
        if not doubtful:
            return []
        chosen = (*(shape.iri for shape in doubtful), *self.file.parts)
        return judge(_needed(data, doubtful), self.graph, self.rules, chosen)

    def judged(self, data: Data) -> list[Result]:
        """The results by pySHACL alone, all shapes: what `results` must equal."""
        return judge(data.triples, self.graph, self.rules, None)


class Validator:
    """Shapes parsed once, for many papers. Not for use by several threads at once."""

    def __init__(self, mint: Mint) -> None:
        self.mint = mint
        self.paper_rules = RuleSet(PAPER_FILES)
        self.registry_rules = RuleSet(REGISTRY_FILES)

    def check(self, paper: PaperGraphs, source: str = "") -> Report:
        """Judges one edition: its facts and provenance, seen with the registry and code nodes it points to.

        `source` names the file in the findings; without it they name the source document's IRI.
        """
        near = context(paper.facts, (*paper.registry, *paper.codes))
        quotes = _places_of(self.paper_rules.quoted, paper.facts, paper.provenance)
        data = Data((*paper.facts, *quotes, *_corrections(paper.provenance), *near))
        results = self.paper_rules.results(data)
        whole = Data((*paper.facts, *paper.provenance, *near)) if results else data
        return make_report(results, whole, Places(whole), source or _source_document(data))

    def check_registry(
        self, triples: Iterable[ox.Triple], source: str = "", told: Collection[tuple[str, ...]] = ()
    ) -> Report:
        """Judges a registry (municipality and units) together with the fiscal years, less the results already told."""
        data = Data(triples)
        results = [result for result in self.registry_rules.results(data) if result.key not in told]
        return make_report(results, data, Places(data), source)


def _places_of(classes: frozenset[str], facts: Iterable[ox.Triple], provenance: Sequence[ox.Triple]) -> list[ox.Triple]:
    """The provenance of the things of these classes: most of a paper's triples say where other values stand."""
    wanted: set[Term] = {t.subject for t in facts if t.predicate == RDF.type and _value(t.object) in classes}
    found: list[ox.Triple] = []
    for link in (PROV.wasDerivedFrom, OA.hasSelector, None):
        step = [triple for triple in provenance if triple.subject in wanted]
        found += step
        wanted = {triple.object for triple in step if triple.predicate == link}
    return found


def _corrections(provenance: Sequence[ox.Triple]) -> list[ox.Triple]:
    """What people decided about passages of the paper; most papers have none."""
    nodes = {triple.subject for triple in provenance if triple.object == MPOL.Correction}
    return [triple for triple in provenance if triple.subject in nodes] if nodes else []


def _value(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _needed(data: Data, shapes: Iterable[Shape]) -> Iterable[ox.Triple]:
    """The triples that these shapes can look at: places (most of a paper) only where a shape asks for them.

    Turning triples into rdflib's terms is most of what pySHACL costs here.
    """
    if data.has_subclasses or any(shape.mentions(_PLACES) for shape in shapes):
        return data.triples
    return (triple for triple in data.triples if triple.predicate.value not in _PLACES)


def context(facts: Iterable[ox.Triple], shared: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The shared nodes that the facts point to, and those above them: units, posts, roles, programs, years."""
    statements: dict[Term, list[ox.Triple]] = {}
    for triple in shared:
        statements.setdefault(triple.subject, []).append(triple)
    wanted: list[Term] = [triple.object for triple in facts]
    found: list[ox.Triple] = []
    while wanted:
        for triple in statements.pop(wanted.pop(), ()):
            found.append(triple)
            if triple.predicate in _LEADS_ON:
                wanted.append(triple.object)
    return found


def _source_document(data: Data) -> str:
    nodes = data.subjects(RDF.type.value, MPOL.SourceDocument)
    return next((node.value for node in nodes if isinstance(node, ox.NamedNode)), "")

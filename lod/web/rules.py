"""The shapes as a page: what a paper must hold, by the kind of thing that a rule is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from lod.vocab import MPOL, MPS, PREFIXES, RDFS, SH
from lod.web import site
from lod.web.graph import Index
from lod.web.ontology import Ontology

_FIRST = (
    MPOL.DepartmentPolicy,
    MPOL.Goal,
    MPOL.Program,
    MPOL.Initiative,
    MPOL.Outcome,
    MPOL.OutcomeMeasure,
    MPOL.HeadcountObservation,
    MPOL.SourceDocument,
)
"""Kinds in the order in which a paper has them; others follow by name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One shape in the reader's language. `least` and `most` values there may be, '' where it is not said."""

    code: str
    name: str
    severity: str
    description: str
    message: str
    hint: str
    example: str
    path: str
    least: str
    most: str

    @property
    def is_must(self) -> bool:
        return self.severity == "Violation"


@dataclass(frozen=True, slots=True)
class Group:
    """The rules about one kind of thing, what must be before what should be. `kind` is '' for rules about several."""

    kind: str
    rules: tuple[Rule, ...]

    @property
    def anchor(self) -> str:
        return "about-" + (self.kind.rpartition("#")[2].rpartition("/")[2].lower() or "any")


def groups(ontology: Ontology, lang: str) -> list[Group]:
    """Every rule once, by the class it is about."""
    index = ontology.shape_index
    found: dict[str, list[Rule]] = {}
    for node in ontology.rules:
        kinds = index.nodes(node, SH.targetClass)
        found.setdefault(kinds[0].value if len(kinds) == 1 else "", []).append(_rule(index, node, lang))
    order = {kind.value: number for number, kind in enumerate(_FIRST)}
    kinds_in_order = sorted(found, key=lambda kind: (order.get(kind, len(order) + (not kind)), site.shortened(kind)))
    return [Group(kind, tuple(sorted(found[kind], key=_weight))) for kind in kinds_in_order]


def _weight(rule: Rule) -> tuple[bool, bool, str]:
    return not rule.is_must, rule.severity != "Warning", rule.code


def _rule(index: Index, node: NamedNode, lang: str) -> Rule:
    severity = index.node(node, SH.severity)
    path = index.node(node, SH.path)
    return Rule(
        node.value.removeprefix(PREFIXES["mps"]),
        index.text(node, SH.name, lang) or index.text(node, RDFS.label, lang),
        severity.value.rpartition("#")[2] if severity else "",
        index.text(node, SH.description, lang),
        index.text(node, SH.message, lang),
        index.text(node, MPS.hint, lang),
        index.text(node, MPS.example, lang),
        path.value if path else "",
        index.text(node, SH.minCount),
        index.text(node, SH.maxCount),
    )


def counts(found: list[Group]) -> Iterator[tuple[str, int]]:
    """How many rules there are of each severity."""
    for severity in ("Violation", "Warning", "Info"):
        yield severity, sum(rule.severity == severity for group in found for rule in group.rules)

"""The shapes as read: what each rule says, without evaluating it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from lod.vocab import PREFIXES

SH = PREFIXES["sh"]
RDF = PREFIXES["rdf"]
SHAPES = PREFIXES["mps"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Path_: TypeAlias = "str | tuple[str, *tuple[Path_, ...]]"


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL constraint (SHACL 5): the node that states it and the full text, prefixes included."""

    node: str
    text: str


@dataclass(frozen=True)
class Shape:
    """One rule. `constraints` holds every statement of the shape that is neither a target nor words."""

    iri: str
    severity: str
    target_classes: tuple[str, ...]
    target_subjects_of: tuple[str, ...]
    path: Path_ | None
    constraints: Mapping[str, tuple[Term, ...]]
    queries: tuple[Query, ...]
    messages: tuple[ox.Literal, ...]

    @property
    def code(self) -> str:
        return self.iri.removeprefix(SHAPES)

    @property
    def term(self) -> str:
        """The property that the rule is about, '' where there is no single one."""
        match self.path:
            case str(iri):
                return iri
            case ("inverse", str(iri)):
                return iri
            case _:
                return ""

    def mentions(self, terms: frozenset[str]) -> bool:
        """Whether the rule names one of these properties, in its path, its constraints or its queries."""
        said = (str(self.path), *map(str, self.target_subjects_of), *(str(self.constraints).splitlines()))
        local = {re.split("[#/]", term)[-1] for term in terms}
        queries = " ".join(re.sub(r"PREFIX\s+\S+\s+<[^>]*>", "", query.text) for query in self.queries)
        words = set(re.findall(r"[A-Za-z]+", queries))
        return bool(words & local) or any(term in text for text in said for term in terms)


@dataclass(frozen=True)
class Result:
    """One validation result (SHACL 3.6.2). `path` is '' for a node shape and for a path that is not one property."""

    shape: Shape
    focus: Term
    path: str
    value: Term | None
    component: str = SH + "SPARQLConstraintComponent"

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """(focus node, path, value, source shape, severity): what two validators must agree on."""
        value = "" if self.value is None else str(self.value)
        return (str(self.focus), self.path, value, self.shape.iri, self.shape.severity)


@dataclass(frozen=True)
class ShapesFile:
    """One or more files of shapes, merged."""

    triples: tuple[ox.Triple, ...]
    nodes: dict[Term, dict[str, list[Term]]] = field(default_factory=dict)

    @classmethod
    def read(cls, files: Iterable[Path]) -> ShapesFile:
        """Parses Turtle files; the same blank node label in two files stays two nodes (pyoxigraph renames)."""
        parsed = (quad.triple for path in files for quad in ox.parse(path=path, rename_blank_nodes=True))
        triples = tuple(dict.fromkeys(parsed))  # a part of rules may stand in several files
        nodes: dict[Term, dict[str, list[Term]]] = {}
        for triple in triples:
            nodes.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
        return cls(triples, nodes)

    def objects(self, node: Term, predicate: str) -> list[Term]:
        return self.nodes.get(node, {}).get(predicate, [])

    def items(self, head: Term) -> list[Term]:
        """The members of an RDF list."""
        items: list[Term] = []
        while first := self.objects(head, RDF + "first"):
            items.append(first[0])
            head = self.objects(head, RDF + "rest")[0]
        return items

    @cached_property
    def rules(self) -> tuple[Shape, ...]:
        """The shapes that have a target, by code."""
        found = [
            self._shape(node)
            for node, said in self.nodes.items()
            if isinstance(node, ox.NamedNode) and any(key.startswith(SH + "target") for key in said)
        ]
        return tuple(sorted(found, key=lambda shape: shape.iri))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The shapes without a target: parts of rules, as the members of sh:or."""
        rules = {shape.iri for shape in self.rules}
        kinds = {ox.NamedNode(SH + "NodeShape"), ox.NamedNode(SH + "PropertyShape")}
        shapes = _values(node for node, said in self.nodes.items() if kinds & set(said.get(RDF + "type", [])))
        return tuple(sorted(set(shapes) - rules))

    def _shape(self, node: ox.NamedNode) -> Shape:
        said = self.nodes[node]
        constraints = {key: tuple(values) for key, values in said.items() if key not in _NOT_CONSTRAINTS}
        path = said.get(SH + "path")
        return Shape(
            iri=node.value,
            severity=_values(said.get(SH + "severity", [ox.NamedNode(SH + "Violation")]))[0].removeprefix(SH),
            target_classes=_values(said.get(SH + "targetClass", [])),
            target_subjects_of=_values(said.get(SH + "targetSubjectsOf", [])),
            path=self._path(path[0]) if path else None,
            constraints=constraints,
            queries=tuple(sorted((self._query(item) for item in said.get(SH + "sparql", [])), key=lambda q: q.node)),
            messages=tuple(item for item in said.get(SH + "message", []) if isinstance(item, ox.Literal)),
        )

    def _path(self, node: Term) -> Path_:
        """A property path (SHACL 2.3.1) as nested tuples; a predicate path is its IRI."""
        if isinstance(node, ox.NamedNode):
            return node.value
        for key, kind in _PATHS.items():
            if inner := self.objects(node, key):
                return (kind, self._path(inner[0])) if kind != "alternative" else (kind, *self._paths(inner[0]))
        return ("sequence", *self._paths(node))

    def _paths(self, head: Term) -> list[Path_]:
        return [self._path(item) for item in self.items(head)]

    def _query(self, node: Term) -> Query:
        (text,) = _values(self.objects(node, SH + "select"))
        (name,) = _values([node])
        return Query(name, self._prologue + text)

    @cached_property
    def _prologue(self) -> str:
        declared = {item for said in self.nodes.values() for item in said.get(SH + "declare", [])}
        pairs = [
            (_values(self.objects(item, SH + "prefix"))[0], _values(self.objects(item, SH + "namespace"))[0])
            for item in declared
        ]
        return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(pairs))


def _values(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(term.value for term in terms if isinstance(term, ox.NamedNode | ox.Literal))


_PATHS = {
    SH + "inversePath": "inverse",
    SH + "alternativePath": "alternative",
    SH + "oneOrMorePath": "one-or-more",
    SH + "zeroOrMorePath": "zero-or-more",
    SH + "zeroOrOnePath": "zero-or-one",
}
_SAID_ELSEWHERE = "path severity name description message order sparql targetClass targetSubjectsOf"
_NOT_CONSTRAINTS = {RDF + "type", SHAPES + "hint", SHAPES + "example"} | {SH + name for name in _SAID_ELSEWHERE.split()}
_FREE = re.compile(r"SELECT[^{]*WHERE\s*\{\s*\$this\s")


def can_run_free(query: Query) -> bool:
    """Whether the query may be asked once for all nodes instead of once per focus node.

    Its rows then contain those of every pre-bound run (SHACL 5.3.1), because a triple pattern of the outermost group
    binds $this: that group must begin with it.
    """
    return _FREE.search(query.text) is not None

"""The graphs of one paper while they are made, and the keys of what it names."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from lod.form import Form
from lod.identities import PROGRAM, UNIT, Names, Row
from lod.iri import Mint
from lod.mapping.codes import code
from lod.mapping.fiscal_year import fiscal_year_node
from lod.mapping.provenance import Places
from lod.model import Record, Status, Value
from lod.municipality import Municipality


@dataclass(frozen=True, slots=True)
class Thing:
    """A unit or program that the paper names: its key, its node and what it is called."""

    key: str
    node: NamedNode
    names: Names
    printed: str


class Draft:
    """Collects the triples of one paper. Each part of mapping adds its own."""

    def __init__(self, record: Record, municipality: Municipality, mint: Mint) -> None:
        self.record = record
        self.municipality = municipality
        self.mint = mint
        self.lg = municipality.code
        self.fy = record.fiscal_year.value
        self.form: Form | None = next((form for form in municipality.forms if form.id == record.form), None)
        self.facts: list[Triple] = []
        self.registry: list[Triple] = []
        self.used: dict[Row, None] = {}
        self.codes: dict[NamedNode, None] = {}
        self.city = NamedNode(mint.municipality(self.lg))
        self.year = fiscal_year_node(mint, self.fy)
        self.department = self.unit(record.department.value)
        self.key = (self.lg, self.fy, self.department.key, record.stage)
        self.source = NamedNode(mint.source(*self.key))
        self.policy = NamedNode(mint.policy(self.lg, self.fy, self.department.key))
        self.places = Places(mint, self.source)

    def unit(self, printed: str, within: str = "") -> Thing:
        """The unit of a printed name; `within` is the key of the department that lists it."""
        identities = self.municipality.identities
        key = identities.unit_key(printed, self.fy, within)
        names = identities.names(UNIT, key, printed)
        self.used[Row(UNIT, key, names.label, context=within)] = None
        return Thing(key, NamedNode(self.mint.unit(self.lg, key)), names, printed)

    def program(self, printed: str) -> Thing:
        """The program of a printed name."""
        identities = self.municipality.identities
        key = identities.program_key(printed, self.fy)
        names = identities.names(PROGRAM, key, printed)
        self.used[Row(PROGRAM, key, names.label)] = None
        return Thing(key, NamedNode(self.mint.program(self.lg, key)), names, printed)

    def code(self, name: str) -> NamedNode:
        """The node of a code, which the paper's graph then describes."""
        node = code(name, self.record.form)
        self.codes[node] = None
        return node

    def fact(self, subject: NamedNode, *pairs: tuple[NamedNode, NamedNode | Literal]) -> None:
        """Facts that no single place states."""
        self.facts += [Triple(subject, predicate, value) for predicate, value in pairs]

    def stated(self, subject: NamedNode, predicate: NamedNode, node: NamedNode | Literal, value: Value[object]) -> None:
        """A fact with its place; a withheld one leaves only the place."""
        if value.status is not Status.WITHHELD:
            self.facts.append(Triple(subject, predicate, node))
        self.places.add(subject, predicate, value)

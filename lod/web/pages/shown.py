"""What the page of a policy shows, as values ready for the template."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from lod.web.pages.places import Place


@dataclass(frozen=True, slots=True)
class Stated:
    """A text with where it stands."""

    text: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a post in the year. `ruby` pairs each part of the name with its reading, '' where it has none."""

    iri: NamedNode
    post: str
    ruby: tuple[tuple[str, str], ...]
    doubtful: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """A number of staff on a day (ISO)."""

    number: str
    unit: str
    day: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A unit that the policy lists."""

    iri: NamedNode
    name: str
    heads: tuple[Person, ...]
    staff: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal with its printed mark."""

    iri: NamedNode
    mark: str
    texts: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a report states."""

    iri: NamedNode
    item: str
    value: str
    unit: str
    status: Literal
    qualifier: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What was reported of a program at a stage."""

    stage: Literal
    texts: tuple[Stated, ...]
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A program in the year. The key is the anchor on the page."""

    iri: NamedNode
    initiative: NamedNode
    name: str
    units: tuple[tuple[NamedNode, str], ...]
    plans: tuple[Stated, ...]
    reports: tuple[Report, ...]
    places: tuple[Place, ...]

    @property
    def anchor(self) -> str:
        return "program-" + self.iri.value.rpartition("/")[2]

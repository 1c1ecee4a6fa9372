"""What pages show, as values ready for templates."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from lod.places import Place


@dataclass(frozen=True, slots=True)
class Stated:
    """A text with where it stands; `several` says that the editions of the year state different ones."""

    text: str
    places: tuple[Place, ...] = ()
    several: bool = False

    @property
    def editions(self) -> tuple[str, ...]:
        """The stages of the editions that state it: interim, final."""
        return tuple(dict.fromkeys(place.source.rpartition("/")[2] for place in self.places))


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year: 2016, 平成28年度（2016）, 平成28年度, FY2016."""

    iri: NamedNode
    start: int
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a post in a year. `ruby` pairs each part of the name with its reading, '' where it has none."""

    iri: NamedNode
    tenure: NamedNode
    post: str
    ruby: tuple[tuple[str, str], ...]
    doubtful: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """A number of staff on a day (ISO)."""

    iri: NamedNode
    number: str
    unit: str
    day: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A unit that the policy lists; `withheld` says that its head's name is not published."""

    iri: NamedNode
    name: str
    heads: tuple[Person, ...]
    staff: tuple[Staff, ...]
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """A thing by the name that a page has for it."""

    iri: NamedNode
    name: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal with its printed mark and the programs that a paper says serve it."""

    iri: NamedNode
    number: int
    mark: str
    texts: tuple[Stated, ...]
    served_by: tuple[Linked, ...] = ()

    @property
    def anchor(self) -> str:
        return f"goal-{self.number}"


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
    """What was reported of a program at a stage; `key` is the stage's code (stage-final)."""

    iri: NamedNode
    key: str
    stage: Literal
    texts: tuple[Stated, ...]
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A program in the year, by the name that the paper prints. The key is the anchor on the page."""

    iri: NamedNode
    initiative: NamedNode
    name: str
    units: tuple[Linked, ...]
    plans: tuple[Stated, ...]
    reports: tuple[Report, ...]
    places: tuple[Place, ...]
    goals: tuple[Linked, ...] = ()

    @property
    def anchor(self) -> str:
        return "program-" + self.iri.value.rpartition("/")[2]


def ruby(name: str, reading: str) -> tuple[tuple[str, str], ...]:
    """Name and reading part by part if both have as many parts; otherwise the reading over the whole name."""
    names, readings = name.split(), reading.split()
    return tuple(zip(names, readings, strict=True)) if len(names) == len(readings) else ((name, reading),)

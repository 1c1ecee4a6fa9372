"""Whose each thing is: municipality, fiscal years, departments, sections, programs, as the release states it.

A thing that lives across years (a unit, a program, a person) has the years and units of all that is said of it.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode

from lod.search.columns import Column, column
from lod.search.layout import CONTEXTS
from lod.stores.oxigraph import ReleaseStore
from lod.vocab import MPOL, ORG

_PARTS = (
    MPOL.hasGoal,
    MPOL.hasInitiative,
    MPOL.hasOutcome,
    MPOL.hasMeasure,
    MPOL.hasIndicator,
    MPOL.hasObservation,
    MPOL.hasPlanReference,
    MPOL.hasRating,
    MPOL.hasAmount,
)
"""From a thing to its parts, wholes before parts: a part belongs to what its whole belongs to."""
_NONE = -1


class Sets:
    """For each thing a set of numbers, nearly always of none or one: a column, and a list of the larger sets.

    A value of the column is a number, -1 for none, or -2 - n for the n-th of `many`.
    """

    def __init__(self, count: int) -> None:
        self.values: Column = array(column().typecode, [_NONE]) * count
        self.many: list[tuple[int, ...]] = []
        self._places: dict[tuple[int, ...], int] = {}

    def __getitem__(self, thing: int) -> tuple[int, ...]:
        value = self.values[thing]
        return (value,) if value >= 0 else () if value == _NONE else self.many[-2 - value]

    def add(self, thing: int, *numbers: int) -> None:
        found = tuple(sorted({*self[thing], *numbers}))
        if len(found) > 1:
            place = self._places.setdefault(found, len(self.many))
            if place == len(self.many):
                self.many.append(found)
            self.values[thing] = -2 - place
        elif found:
            self.values[thing] = found[0]


class Contexts:
    """The contexts of all things. `numbers` gives a thing's number by its IRI, `cities` by the municipality's code."""

    def __init__(self, store: ReleaseStore, numbers: Mapping[str, int], cities: Mapping[str, int]) -> None:
        self._store = store
        self._numbers = numbers
        self.of = {name: Sets(len(numbers)) for name in CONTEXTS}
        self._above = self._tops()
        self._policies()
        self._units()
        self._initiatives()
        for predicate in _PARTS:
            self._inherit((part, whole) for whole, part in self._links(predicate))
        self._people()
        for predicate in (ORG.postIn, MPOL.describes):
            self._inherit(self._links(predicate))
        self._cities(cities)

    def _links(self, predicate: NamedNode) -> Iterator[tuple[int, int]]:
        """(subject, object) of each statement between things of the index."""
        find = self._numbers.get
        for subject, target in self._store.stating(predicate):
            one, other = find(_iri(subject)), find(_iri(target))
            if one is not None and other is not None:
                yield one, other

    def _inherit(self, links: Iterator[tuple[int, int]]) -> None:
        """(thing, what it belongs to): it takes over the other's contexts."""
        for thing, other in links:
            for sets in self.of.values():
                if sets.values[other] != _NONE:
                    sets.add(thing, *sets[other])

    def _tops(self) -> dict[int, tuple[int, ...]]:
        """For each unit below another, the units at the top of its line; a line that is a circle has no top."""
        parents: defaultdict[int, list[int]] = defaultdict(list)
        for unit, parent in self._links(ORG.subOrganizationOf):
            parents[unit].append(parent)
        return {unit: _reached(unit, parents) for unit in parents}

    def _place(self, thing: int, unit: int) -> None:
        """A unit with others above it is a section of the topmost; one without is a department."""
        if unit in self._above:
            self.of["section"].add(thing, unit)
            self.of["department"].add(thing, *self._above[unit])
        else:
            self.of["department"].add(thing, unit)

    def _policies(self) -> None:
        for thing, year in self._links(MPOL.forFiscalYear):
            self.of["year"].add(thing, year)
        for policy, unit in self._links(MPOL.policyOf):
            self._place(policy, unit)

    def _units(self) -> None:
        years = self.of["year"]
        for predicate in (MPOL.policyOf, MPOL.listsUnit):
            for policy, unit in self._links(predicate):
                self._place(unit, unit)
                years.add(unit, *years[policy])
        for unit, _ in self._links(ORG.unitOf):
            self._place(unit, unit)
        for unit in self._above:
            self._place(unit, unit)

    def _initiatives(self) -> None:
        self._inherit((initiative, policy) for policy, initiative in self._links(MPOL.hasInitiative))
        for initiative, unit in self._links(MPOL.responsibleUnit):
            self._place(initiative, unit)
        self._inherit((program, initiative) for initiative, program in self._links(MPOL.program))
        for initiative, program in self._links(MPOL.program):
            self.of["program"].add(initiative, program)

    def _people(self) -> None:
        """A person belongs to the units and years of the posts held; the memberships themselves have no words."""
        units: defaultdict[str, list[int]] = defaultdict(list)
        years: defaultdict[str, list[int]] = defaultdict(list)
        for predicate, found in ((ORG.organization, units), (MPOL.forFiscalYear, years)):
            for subject, target in self._store.stating(predicate):
                number = self._numbers.get(_iri(target))
                if number is not None and _iri(subject) not in self._numbers:
                    found[_iri(subject)].append(number)
        for membership, member in self._store.stating(ORG.member):
            person = self._numbers.get(_iri(member))
            if person is not None:
                self.of["year"].add(person, *years.get(_iri(membership), ()))
                for unit in units.get(_iri(membership), ()):
                    self._place(person, unit)

    def _cities(self, cities: Mapping[str, int]) -> None:
        """By the code of the municipality, which the IRI of each of its things carries (docs/reference/iris.md)."""
        sets = self.of["city"]
        for iri, thing in self._numbers.items():
            for segment in iri.split("/"):
                if segment in cities:
                    sets.add(thing, cities[segment])
                    break


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _reached(unit: int, parents: Mapping[int, list[int]]) -> tuple[int, ...]:
    """The ends of the lines that lead up from a unit."""
    seen, waiting, found = {unit}, list(parents[unit]), set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        if current in parents:
            waiting += parents[current]
        else:
            found.add(current)
    return tuple(sorted(found))

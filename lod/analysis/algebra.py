"""The part of SPARQL 1.1 that columns answer: what `parsing` makes of a text and `answering` evaluates.

`Lookup` and `Describe` are for look-ups of a few triples (lod/querying/small.py). Everything else (UNION, VALUES, BIND,
MINUS, EXISTS, HAVING, subqueries, expressions beyond these) has no form here, so it cannot be answered wrongly: it goes
to the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable. Those that a path brings along have names that no query can write."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """An IRI (`suffix` None) or a literal: its lexical form, and the rest as N-Triples has it (`@ja`, `^^<…>`, '')."""

    value: str
    suffix: str | None = None


Node: TypeAlias = Variable | Constant


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern whose predicate is an IRI."""

    subject: Node
    predicate: str
    object: Node

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(node.name for node in (self.subject, self.object) if isinstance(node, Variable))


@dataclass(frozen=True, slots=True)
class Closure:
    """(p|^q|…)+ with a constant at one end: the distinct nodes that are reached (SPARQL 1.1 18.4, ALP).

    `steps` are (predicate, whether it is walked against its direction) from the constant to `found`.
    """

    start: Constant
    steps: tuple[tuple[str, bool], ...]
    found: Variable

    @property
    def variables(self) -> frozenset[str]:
        return frozenset({self.found.name})


@dataclass(frozen=True, slots=True)
class Open:
    """A triple pattern whose predicate is a variable."""

    subject: Node
    predicate: Variable
    object: Node

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(
            node.name for node in (self.subject, self.predicate, self.object) if isinstance(node, Variable)
        )


@dataclass(frozen=True, slots=True)
class Everything:
    """The pattern of three variables."""

    variables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on one variable. `kind` is contains, starts, regex, lang, or a comparison (= != < <= > >=).

    `as_text` says that the query asks for STR of the variable.
    """

    kind: str
    variable: str
    value: Constant
    as_text: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns joined, then optional groups in order; tests hold on variables that the patterns bind."""

    patterns: tuple[Pattern | Closure, ...]
    tests: tuple[Test, ...] = ()
    optionals: tuple[Group, ...] = ()

    @property
    def bound(self) -> frozenset[str]:
        """What every solution binds."""
        return frozenset(name for pattern in self.patterns for name in pattern.variables)

    @property
    def variables(self) -> frozenset[str]:
        """What a solution may bind."""
        return self.bound.union(*(group.variables for group in self.optionals))


@dataclass(frozen=True, slots=True)
class Lookup:
    """Patterns in one graph, of which columns know nothing; the merged facts where `graph` is None."""

    graph: Node | None
    patterns: tuple[Pattern | Open, ...]
    tests: tuple[Test, ...] = ()

    @property
    def variables(self) -> frozenset[str]:
        inside = {name for pattern in self.patterns for name in pattern.variables}
        return frozenset(inside | ({self.graph.name} if isinstance(self.graph, Variable) else set()))


@dataclass(frozen=True, slots=True)
class Describe:
    """DESCRIBE of a thing by its IRI."""

    thing: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """COUNT, SUM, MIN or MAX over a group; `variable` None is COUNT(*)."""

    kind: str
    variable: str | None
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A whole query. `columns` are in order of projection; with aggregates the others stand in `keys`."""

    columns: tuple[tuple[str, Aggregate | None], ...]
    where: Group | Lookup | Everything
    keys: tuple[str, ...] = ()
    distinct: bool = False
    order: tuple[tuple[str, bool], ...] = ()
    """(variable, whether descending)."""
    limit: int | None = None
    offset: int = 0

    @property
    def aggregates(self) -> bool:
        return any(aggregate is not None for _, aggregate in self.columns)

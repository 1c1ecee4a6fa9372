"""The code lists of ontology/codes/, read once; and what they tell of a name or a post."""

from __future__ import annotations

from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from lod.assets import ontology_dir
from lod.errors import UsageError
from lod.text.width import fold
from lod.vocab import MPC, SKOS

_MARKS = (SKOS.altLabel, SKOS.hiddenLabel)


@cache
def _lists() -> tuple[Triple, ...]:
    triples: list[Triple] = []
    for path in sorted((ontology_dir() / "codes").glob("*.ttl")):
        triples += (quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE))
    return tuple(triples)


def code_lists() -> list[Triple]:
    """Every triple of the code lists, in the order of the files. Raises OSError, SyntaxError if one is broken."""
    return list(_lists())


@cache
def _described() -> dict[NamedNode, tuple[Triple, ...]]:
    found: dict[NamedNode, list[Triple]] = {}
    for triple in _lists():
        if isinstance(triple.subject, NamedNode):
            found.setdefault(triple.subject, []).append(triple)
    return {node: tuple(triples) for node, triples in found.items()}


@cache
def described(code: NamedNode) -> tuple[Triple, ...]:
    """What the lists say of a code and of the broader ones above it."""
    own = _described().get(code, ())
    above = [t.object for t in own if t.predicate == SKOS.broader and isinstance(t.object, NamedNode)]
    return (*own, *(triple for node in above for triple in described(node)))


def code(name: str, form: str) -> NamedNode:
    """The node of a code that a form names. Raises UsageError F10 if no list has it."""
    if name not in MPC:
        raise UsageError("F10", place=form, problem=name)
    return MPC[name]


@cache
def _levels() -> tuple[tuple[str, NamedNode], ...]:
    """(end of a name, level), the longest ends first."""
    found = [
        (triple.object.value, triple.subject)
        for triple in _lists()
        if triple.predicate in _MARKS
        and isinstance(triple.object, Literal)
        and isinstance(triple.subject, NamedNode)
        and triple.subject.value.startswith(MPC.base + "unit-level-")
    ]
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair[0])))


@lru_cache(maxsize=65536)
def unit_level(name: str) -> NamedNode:
    """The level of a unit by the longest end of its name that the list of levels holds."""
    folded = fold(name)
    return next((level for end, level in _levels() if folded.endswith(end)), MPC["unit-level-other"])

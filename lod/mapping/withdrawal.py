"""Takes out of a paper's graphs what has been withdrawn, with all that hangs on it and every quote of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from pyoxigraph import Literal, NamedNode, Triple

from lod.mapping.paper import Paper
from lod.vocab import MPOL, OA, ORG, PROV

_PARTS = frozenset((MPOL.hasGoal, MPOL.hasInitiative, MPOL.hasOutcome, MPOL.hasMeasure))
"""What goes with the thing that has it."""
_PARENTS = frozenset(
    (ORG.postIn, ORG.subOrganizationOf, MPOL.program, MPOL.observedUnit, MPOL.post, MPOL.policyOf),
)
"""What goes with the thing that it points to: an initiative with its program, a post with its unit."""


_SHORTEST = 2
"""Characters of a text that a quote is searched for; a single one, such as a mark, is in half of all quotes."""


def without(paper: Paper, things: Collection[str]) -> tuple[Paper, dict[str, str]]:
    """The paper without these IRIs; and for every IRI that is gone with them the one whose withdrawal took it along.

    An edition (source) or its policy takes the whole paper with it. Facts, places and quotes of what is gone are gone
    too; a place that also states something else stays, without its quote.
    """
    if not things:
        return paper, {}
    nodes = {NamedNode(iri) for iri in things}
    mentioned = {term for triple in _all(paper) for term in (triple.subject, triple.object)}
    if not nodes & mentioned:
        return paper, {}
    lg, year, unit, stage = paper.key
    whole = {NamedNode(paper.mint.source(lg, year, unit, stage)), NamedNode(paper.mint.policy(lg, year, unit))}
    if nodes & whole:
        cause = min((nodes & whole), key=str).value
        whole |= {NamedNode(paper.graph), NamedNode(paper.provenance_graph)}
        own = {triple.subject for triple in (*paper.facts, *paper.provenance)} | whole
        return _emptied(paper), {term.value: cause for term in own if isinstance(term, NamedNode)}
    causes = {part: node for node in sorted(nodes & mentioned, key=str) for part in _with_parts(paper, {node})}
    causes |= {node: node for node in nodes & mentioned}
    gone = set(causes)
    places, unquoted = _places(paper, gone, causes)
    kept = _Kept(gone | places | _corrections(paper, _texts(paper, gone), places))
    return (
        replace(
            paper,
            facts=kept(paper.facts),
            provenance=tuple(triple for triple in kept(paper.provenance) if triple.subject not in unquoted),
            registry=kept(paper.registry),
            codes=kept(paper.codes),
            meta=kept(paper.meta),
        ),
        {node.value: cause.value for node, cause in causes.items()},
    )


class _Kept:
    """Keeps the triples that do not name anything that is gone."""

    def __init__(self, gone: Collection[NamedNode]) -> None:
        self._gone = gone

    def __call__(self, triples: Iterable[Triple]) -> tuple[Triple, ...]:
        return tuple(t for t in triples if t.subject not in self._gone and t.object not in self._gone)


def _all(paper: Paper) -> Iterable[Triple]:
    return (*paper.facts, *paper.provenance, *paper.registry, *paper.codes, *paper.meta)


def _emptied(paper: Paper) -> Paper:
    return replace(paper, facts=(), provenance=(), registry=(), codes=(), meta=(), identities=())


def _with_parts(paper: Paper, nodes: set[NamedNode]) -> set[NamedNode]:
    """The things, their parts, and what only makes sense with them."""
    gone, fresh = set(nodes), set(nodes)
    while fresh:
        found: set[NamedNode] = set()
        for triple in (*paper.facts, *paper.registry):
            if triple.subject in fresh and triple.predicate in _PARTS and isinstance(triple.object, NamedNode):
                found.add(triple.object)
            if triple.object in fresh and triple.predicate in _PARENTS and isinstance(triple.subject, NamedNode):
                found.add(triple.subject)
        fresh = found - gone
        gone |= fresh
    return gone


def _places(
    paper: Paper, gone: set[NamedNode], causes: dict[NamedNode, NamedNode]
) -> tuple[set[NamedNode], set[NamedNode]]:
    """Places that state only what is gone, with their selectors; and selectors of others that quote it.

    Adds the places to `causes`.
    """
    of: dict[NamedNode, set[NamedNode]] = {}
    selectors: dict[NamedNode, list[NamedNode]] = {}
    quotes: dict[NamedNode, str] = {}
    for triple in paper.provenance:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, NamedNode):
            continue
        if triple.predicate == PROV.wasDerivedFrom and isinstance(value, NamedNode):
            of.setdefault(value, set()).add(subject)
        elif triple.predicate == OA.hasSelector and isinstance(value, NamedNode):
            selectors.setdefault(subject, []).append(value)
        elif triple.predicate == OA.exact and isinstance(value, Literal):
            quotes[subject] = _solid(value.value)
    alone = {place for place, subjects in of.items() if subjects <= gone}
    for place in alone:
        causes[place] = causes[min(of[place], key=str)]
    texts = _texts(paper, gone)
    unquoted = {selector for selector, quote in quotes.items() if any(text in quote for text in texts)}
    return alone | {selector for place in alone for selector in selectors.get(place, ())} | unquoted, unquoted


def _corrections(paper: Paper, texts: set[str], gone: set[NamedNode]) -> set[NamedNode]:
    """The corrections that hold one of the texts, or whose places are all gone."""
    of: dict[NamedNode, set[NamedNode]] = {}
    found: set[NamedNode] = set()
    for triple in paper.provenance:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, NamedNode):
            continue
        if triple.predicate == MPOL.correctedBy and isinstance(value, NamedNode):
            of.setdefault(value, set()).add(subject)
        elif triple.predicate in (MPOL.printedText, MPOL.correctedText) and isinstance(value, Literal):
            found |= {subject} if any(text in _solid(value.value) for text in texts) else set()
    return found | {node for node, places in of.items() if places <= gone}


def _texts(paper: Paper, gone: set[NamedNode]) -> set[str]:
    """What is said of the things that are gone, names above all: other values may quote it (a post its holder)."""
    values = (t.object for t in (*paper.facts, *paper.registry) if t.subject in gone)
    texts = {_solid(value.value) for value in values if isinstance(value, Literal)}
    return {text for text in texts if len(text) >= _SHORTEST}


def _solid(text: str) -> str:
    return "".join(text.split())

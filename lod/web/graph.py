"""Small graphs in memory for pages, and queries that the server itself asks (never a stranger's)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias, cast

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions, QueryTriples, Triple

from lod.vocab import DCTERMS, FOAF, PREFIXES, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from lod.stores.oxigraph import ReleaseStore

Node: TypeAlias = object
LABELS = (SKOS.prefLabel, DCTERMS.title, FOAF.name, RDFS.label)
_OWN = "<" + PREFIXES["mpol"]
_HEAD = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())


class Index:
    """Triples by subject and by object, in the order in which they came."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(triples)
        self._out: dict[Node, list[Triple]] = {}
        self._in: dict[Node, list[Triple]] = {}
        for triple in self.triples:
            self._out.setdefault(triple.subject, []).append(triple)
            self._in.setdefault(triple.object, []).append(triple)

    def about(self, subject: Node) -> list[Triple]:
        return self._out.get(subject, [])

    def pointing_to(self, target: Node) -> list[Triple]:
        return self._in.get(target, [])

    def nodes(self, subject: Node, predicate: NamedNode) -> list[NamedNode]:
        """The things that a property points to."""
        return [
            triple.object
            for triple in self.about(subject)
            if triple.predicate == predicate and isinstance(triple.object, NamedNode)
        ]

    def node(self, subject: Node, predicate: NamedNode) -> NamedNode | None:
        return next(iter(self.nodes(subject, predicate)), None)

    def literals(self, subject: Node, predicate: NamedNode) -> list[Literal]:
        return [
            triple.object
            for triple in self.about(subject)
            if triple.predicate == predicate and isinstance(triple.object, Literal)
        ]

    def text(self, subject: Node, predicate: NamedNode, lang: str = "") -> str:
        """A literal's text, best in a language; '' if there is none."""
        found = self.literals(subject, predicate)
        best = [literal for literal in found if literal.language == lang] if lang else []
        return (best or found)[0].value if found else ""

    def subjects(self, predicate: NamedNode, target: Node) -> list[NamedNode]:
        """The things whose property points to `target`."""
        return [
            triple.subject
            for triple in self.pointing_to(target)
            if triple.predicate == predicate and isinstance(triple.subject, NamedNode)
        ]

    def label(self, subject: Node, lang: str) -> Literal | None:
        """The name of a thing: in the language wanted, in Japanese, or as it comes."""
        for predicate in LABELS:
            found = self.literals(subject, predicate)
            for wanted in (lang, "ja"):
                for literal in found:
                    if literal.language == wanted:
                        return literal
            if found:
                return found[0]
        return None


MOST_SUBJECTS = 2000
"""How many things a page looks at that point to one thing by one property: a unit's years, a year's policies."""


class Facts(Index):
    """The merged facts of a release, read from its store as a page asks for them and then kept.

    Each question is a look-up by subject or by property and value, so that its time does not grow with the release.
    """

    def __init__(self, store: ReleaseStore, triples: Iterable[Triple] = ()) -> None:
        super().__init__(triples)
        self._store = store
        self._read: dict[NamedNode, list[Triple]] = {}

    def about(self, subject: Node) -> list[Triple]:
        if not isinstance(subject, NamedNode):
            return super().about(subject)
        if subject not in self._read:
            self._read[subject] = list(self._store.facts(subject.value)) or super().about(subject)
        return self._read[subject]

    def subjects(self, predicate: NamedNode, target: Node) -> list[NamedNode]:
        found = self._store.subjects(predicate, cast("NamedNode", target), MOST_SUBJECTS)
        return [node for node in found if isinstance(node, NamedNode)]


def select(store: ReleaseStore, query: str) -> list[QuerySolution]:
    """The rows of a SELECT whose prefixes are those of the table."""
    results = store.query(_HEAD + query)
    if not isinstance(results, QuerySolutions):
        raise TypeError(query)
    return list(results)


def construct(store: ReleaseStore, query: str) -> list[Triple]:
    """The triples of a CONSTRUCT whose prefixes are those of the table, each once."""
    results = store.query(_HEAD + query)
    if not isinstance(results, QueryTriples):
        raise TypeError(query)
    return list(dict.fromkeys(results))


def in_order(triples: Iterable[Triple], first: Node) -> list[Triple]:
    """A fixed order that reads well: what is said of `first`, then the rest by subject; types before properties, our
    own types before others'."""
    return sorted(
        triples,
        key=lambda triple: (
            triple.subject != first,
            str(triple.subject),
            triple.predicate != RDF.type,
            triple.predicate.value,
            not str(triple.object).startswith(_OWN),
            str(triple.object),
        ),
    )

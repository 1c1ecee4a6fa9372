"""What page, JSON and CSV of a search show of each thing found: name, kind, whose it is, the text with the hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from lod.querying.index import Index
from lod.querying.words import Word
from lod.search.layout import CONTEXTS, KINDS, PROPERTIES, Kind, Role
from lod.vocab import MPOL, SKOS
from lod.web import site
from lod.web.graph import Index as Facts
from lod.web.live import Published
from lod.web.snippets import Piece, hits, marked, snippet

_EXAMPLE_KINDS = ("program", "unit")
_EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that others belong to."""

    iri: str
    name: Literal


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `text` is the whole text that `pieces` show a part of, stated by `predicate` ('' for none)."""

    iri: str
    kind: Kind
    title: tuple[Piece, ...]
    language: str
    reading: str
    predicate: str
    text: str
    pieces: tuple[Piece, ...]
    contexts: dict[str, tuple[Named, ...]]

    @property
    def name(self) -> str:
        return "".join(text for text, _ in self.title)

    @property
    def address(self) -> str:
        return site.href(self.iri)

    def as_json(self) -> dict[str, object]:
        """For programs. `marked` are the parts of the snippet, those that were searched for with true."""
        own = self.iri.startswith(site.canonical(""))
        return {
            "iri": self.iri,
            "document": site.canonical(site.document_path(self.iri)) if own else self.iri,
            "kind": self.kind.key,
            "type": self.kind.type.value if self.kind.type else None,
            "name": self.name,
            "reading": self.reading or None,
            "property": self.predicate or None,
            "text": self.text or None,
            "marked": self.pieces,
        } | {
            name: [{"iri": named.iri, "name": named.name.value} for named in members]
            for name, members in self.contexts.items()
        }


def kind_name(kind: Kind) -> Literal:
    """What a kind is called."""
    return site.term(kind.type.value) if kind.type else Literal(site.words("search.other"), language=site.lang())


class Results:
    """Makes hits of numbers; names are looked up once."""

    def __init__(self, live: Published, index: Index, words: Sequence[Word]) -> None:
        self._live = live
        self._index = index
        self._words = words
        self._names: dict[str, Named] = {}

    def hits(self, things: Sequence[int]) -> list[Hit]:
        """The things as they are shown, in their order."""
        belongs = {thing: {name: self._index.contexts(thing, name) for name in CONTEXTS} for thing in things}
        others = {other for contexts in belongs.values() for members in contexts.values() for other in members}
        iris = self.iris([*things, *others])
        return [
            self._hit(
                iris[thing],
                KINDS[self._index.contexts(thing, "kind")[0]],
                {name: tuple(self.named(iris[other]) for other in members) for name, members in belongs[thing].items()},
            )
            for thing in things
        ]

    def names(self, things: Sequence[int]) -> list[str]:
        """The names of things, each once."""
        return list(dict.fromkeys(hit.name for hit in self.hits(things)))

    def examples(self) -> list[str]:
        """Some names that can be searched for."""
        return self.names(self._index.first_of_kinds(_EXAMPLE_KINDS, 2 * _EXAMPLES))[:_EXAMPLES]

    def iris(self, things: Sequence[int]) -> dict[int, str]:
        with self._index.reading() as reading:
            return reading.iris(things)

    def named(self, iri: str) -> Named:
        if iri not in self._names:
            triples = self._live.store.labels(NamedNode(iri))
            self._names[iri] = Named(iri, site.label(Facts(triples), NamedNode(iri)))
        return self._names[iri]

    def _hit(self, iri: str, kind: Kind, contexts: dict[str, tuple[Named, ...]]) -> Hit:
        node = NamedNode(iri)
        facts = Facts(self._live.store.facts(iri))
        title = self.title(facts, node, kind, contexts["program"])
        predicate, text = self._text(facts, node, title)
        return Hit(
            iri,
            kind,
            tuple(marked(title.value, self._words)),
            title.language or "",
            facts.text(node, MPOL.nameReading),
            predicate,
            text,
            tuple(snippet(text, self._words)),
            contexts,
        )

    def title(self, facts: Facts, node: NamedNode, kind: Kind, programs: Sequence[Named]) -> Literal:
        """Its own name; else that of its program; else its kind with its mark (目標 ①)."""
        own = facts.label(node, site.lang())
        if own:
            return own
        if programs:
            return programs[0].name
        mark = facts.text(node, SKOS.notation)
        if kind.type is not None and mark:
            return Literal(f"{site.term(kind.type.value).value} {mark}", language=site.lang())
        return site.label(facts, node)

    def _text(self, facts: Facts, node: NamedNode, title: Literal) -> tuple[str, str]:
        """The text that has most of the words; without any, the first that describes the thing."""
        best, rank = ("", ""), (-1, -1)
        for triple in facts.about(node):
            role = PROPERTIES.get(triple.predicate)
            value = triple.object
            if role is None or not isinstance(value, Literal) or value.value == title.value:
                continue
            here = (hits(value.value, self._words), int(role is Role.TEXT))
            if here > rank and (here[0] or here[1]):
                best, rank = (triple.predicate.value, value.value), here
        return best

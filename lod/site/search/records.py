"""What a page shows of each thing: where it leads, its names, its texts, by what the server's pages are made by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from lod.querying.index import Index
from lod.search.layout import KINDS, PROPERTIES
from lod.site.search.belonging import PROGRAM
from lod.site.search.tongues import Tongues
from lod.web import site
from lod.web.graph import Index as Facts
from lod.web.live import Published
from lod.web.search_results import Results
from lod.web.texts import LANGUAGES

_AT_ONCE = 500
_NUMBERS = {term: number for number, term in enumerate(PROPERTIES)}
_ID = "id/"
Text: TypeAlias = tuple[int, str]
"""The number of a property, and what it says."""
Name: TypeAlias = "int | str | list[int | str]"
"""A text, or the number of one among those of its thing; with its language where that is not Japanese."""
Record: TypeAlias = list[object]
_Called: TypeAlias = tuple[str, Literal, str]


class Records:
    """Records of the things of a release."""

    def __init__(self, tongues: Tongues, live: Published, index: Index) -> None:
        self._tongues = tongues
        self._live = live
        self._index = index

    def of(self, things: Sequence[int]) -> Iterator[tuple[int, Record]]:
        """(thing, [IRI, its name in Japanese, in English (0: the same), texts; where it leads, if not to `doc/…`])."""
        for first in range(0, len(things), _AT_ONCE):
            some = things[first : first + _AT_ONCE]
            facts: dict[int, Facts] = {}
            names = {lang: self._names(some, lang, facts) for lang in LANGUAGES}
            for thing in some:
                iri, ja, _ = names["ja"][thing]
                _, en, _ = names["en"][thing]
                address = names[self._tongues.own][thing][2]
                texts = _texts(facts[thing], iri)
                own = iri.removeprefix(self._index.base)
                record: Record = [own, _name(ja, texts), 0 if en == ja else _name(en, texts), texts]
                yield thing, record if own.startswith(_ID) else [*record, address]

    def holders(self, things: Sequence[int]) -> Iterator[tuple[int, list[object]]]:
        """(thing, [IRI, its name in Japanese, in English (0: the same)]) of what others belong to."""
        names = []
        for lang in LANGUAGES:
            with self._tongues.speaking(lang):
                results = Results(self._live, self._index, ())
                iris = results.iris(things)
                names.append([results.named(iris[thing]).name for thing in things])
        for thing, ja, en in zip(things, *names, strict=True):
            own = iris[thing].removeprefix(self._index.base)
            yield thing, [own, _name(ja, ()), 0 if en == ja else _name(en, ())]

    def _names(self, things: Sequence[int], lang: str, facts: dict[int, Facts]) -> Mapping[int, _Called]:
        """(IRI, name, where it leads) of each thing. `facts` are read the first time."""
        with self._tongues.speaking(lang):
            results = Results(self._live, self._index, ())
            programs = {thing: self._index.contexts(thing, PROGRAM) for thing in things}
            iris = results.iris([*things, *{one for found in programs.values() for one in found}])
            found = {}
            for thing in things:
                iri = iris[thing]
                if thing not in facts:
                    facts[thing] = Facts(self._live.store.facts(iri))
                kind = KINDS[self._index.contexts(thing, "kind")[0]]
                going = [results.named(iris[program]) for program in programs[thing]]
                title = results.title(facts[thing], NamedNode(iri), kind, going)
                found[thing] = iri, title, site.href(iri)
        return found


def _texts(facts: Facts, iri: str) -> list[Text]:
    """In the order in which the server looks at them."""
    return [
        (_NUMBERS[triple.predicate], triple.object.value)
        for triple in facts.about(NamedNode(iri))
        if triple.predicate in _NUMBERS and isinstance(triple.object, Literal)
    ]


def _name(name: Literal, texts: Sequence[Text]) -> Name:
    value = next((number for number, (_, text) in enumerate(texts) if text == name.value), name.value)
    return value if name.language == "ja" else [value, name.language or ""]

"""Finds the patterns of a query that ask the search index, by walking its groups (SPARQL 1.1, 19.8).

Only the structure matters here: groups, what joins them, and statements of the form subject, verb, objects. Strings,
comments and IRIs that merely mention a name are tokens like any other. What this walk does not understand is no reason
to refuse a query, unless it asks the index: then the answer could be wrong, and the reader is told where.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lod.querying.query_tokens import Node, TokenReader, UnknownError
from lod.vocab import TEXT

_ASKING = {TEXT.matches.value, TEXT.search.value}
_ENDS = {".", "}", "{", "]", ""}
_JOINING = {"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "UNION", "FILTER", "BIND", "VALUES", "LATERAL"}


class PlaceError(Exception):
    """A pattern that asks the index and cannot be answered where or as it stands; `hint` is a key of words."""

    def __init__(self, hint: str, offset: int) -> None:
        super().__init__(hint, offset)
        self.hint = hint
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Pattern:
    """Subject, which of the two properties, object; the graph that it stands in (a term as written), None for none."""

    subject: Node
    verb: str
    object: Node
    graph: str | None
    offset: int


@dataclass(slots=True)
class Edit:
    """What is to be put in place of a part of the query: text and the patterns that it is made of."""

    start: int
    end: int
    text: str = ""
    pattern: Pattern | None = None


@dataclass(slots=True)
class Walked:
    """The edits that a query needs, and whether it chooses its own data set."""

    edits: list[Edit] = field(default_factory=list)
    has_dataset: bool = False


def may_ask(query: str) -> bool:
    """A quick look: whether a query can name the index at all. A name needs its namespace, or ways around it."""
    return "text#" in query or "\\" in query or re.search(r"\bBASE\b", query, re.IGNORECASE) is not None


def walk(query: str) -> Walked:
    """The patterns of a query. Raises PlaceError."""
    walker = _Walker(query)
    try:
        walker.whole()
    except (UnknownError, RecursionError) as error:
        if walker.asks_anywhere():
            raise PlaceError("text_place", getattr(error, "offset", 0)) from error
        return Walked()
    return walker.found


class _Walker(TokenReader):
    """Reads the query once, from the first token to the last."""

    def __init__(self, query: str) -> None:
        super().__init__(query)
        self._graph: str | None = None
        self.found = Walked()

    def asks_anywhere(self) -> bool:
        """Whether any token names one of the two properties, with the prefixes that were read."""
        return any(self.iri(token) in _ASKING for token in self.all)

    # the query as a whole, and each SELECT within it

    def whole(self) -> None:
        while self.word in {"BASE", "PREFIX"}:
            if self.take().text.upper() == "BASE":
                self.base = self.iri(self.take())
            else:
                name = self.take().text.removesuffix(":")
                self.prefixes[name] = self.iri(self.take())
        if self.word == "CONSTRUCT":
            self._construct()
        self._clauses()
        if self.now.kind != "end":
            raise UnknownError(self.now.start)

    def _construct(self) -> None:
        self.take()
        if self.now.text == "{":
            self.skip()
            return
        while self.word == "FROM":
            self._dataset()
        if self.word == "WHERE" and self.asks_anywhere():  # the short form, which allows nothing but triples
            raise PlaceError("text_construct", self.now.start)

    def _clauses(self) -> None:
        """Projection, data set, WHERE, modifiers and VALUES; up to the end or to the bracket that closes a subquery."""
        while self.now.kind != "end" and self.now.text != "}":
            match self.word:
                case "FROM":
                    self._dataset()
                case "VALUES":
                    self._values()
                case _ if self.now.text == "{":
                    self._group(self._graph)
                case _ if self.now.text == "(":
                    self._expression()
                case _:
                    self.take()

    def _dataset(self) -> None:
        self.take("FROM")
        self.found.has_dataset = True
        if self.word == "NAMED":
            self.take()
        self.take()

    def _values(self) -> None:
        self.take("VALUES")
        if self.now.text == "(":
            self.skip()
        else:
            self.take()
        if self.now.text != "{":
            raise UnknownError(self.now.start)
        self.skip()

    def _expression(self) -> None:
        """An expression in brackets; the groups of EXISTS in it are walked."""
        self.take("(")
        while self.now.text != ")":
            if self.now.text == "(":
                self._expression()
            elif self.now.text == "{":
                self._group(self._graph)
            else:
                self.take()
        self.take(")")

    # groups

    def _group(self, graph: str | None) -> None:
        outer, self._graph = self._graph, graph
        self.take("{")
        if self.word == "SELECT":
            self._clauses()
        else:
            self._elements()
        self.take("}")
        self._graph = outer

    def _elements(self) -> None:
        """What stands in a group. Triples and filters after one another are one block, which must not be broken."""
        block = -1
        while self.now.text != "}":
            if self.now.text == ".":
                self.take()
                continue
            if self.word != "FILTER" and (self.word in _JOINING or self.now.text == "{"):
                self._element()
                block = -1
                continue
            block = self.now.start if block < 0 else block
            if self.word == "FILTER":
                self._filter()
            else:
                self._statement(block)

    def _element(self) -> None:
        match self.word:
            case "":
                self._group(self._graph)
            case "GRAPH":
                self.take()
                self._group(self.take().text)
            case "SERVICE":
                while self.now.text != "{":
                    self.take()
                self.skip()  # another server's to answer
            case "BIND":
                self.take()
                self._expression()
            case "VALUES":
                self._values()
            case _:
                self.take()
                self._group(self._graph)

    def _filter(self) -> None:
        self.take()
        while self.word in {"NOT", "EXISTS"}:
            self.take()
        if self.now.text == "{":
            self._group(self._graph)
            return
        if self.now.text != "(":
            self.take()
        self._expression()

    # statements

    def _statement(self, block: int) -> None:
        """A subject with its verbs and objects. The pairs that ask the index are taken out."""
        subject = self.node()
        kept: list[tuple[int, int]] = []
        asked: list[Pattern] = []
        self._pairs(subject, kept, asked)
        end = self.all[self.at - 1].end
        if not asked:
            return
        rest = " ; ".join(self.query[first:last] for first, last in kept)
        if rest:
            rest = f"{self.query[subject.start : subject.end]} {rest}"
        elif self.now.text == ".":
            end = self.take().end
        self.found.edits += [Edit(block, block, pattern=pattern) for pattern in asked]
        self.found.edits.append(Edit(subject.start, end, rest))

    def _pairs(self, subject: Node, kept: list[tuple[int, int]], asked: list[Pattern]) -> None:
        while self.now.text not in _ENDS and self.word not in _JOINING:
            if self.now.text == ";":
                self.take()
                continue
            first = self.now.start
            verb = self._verb()
            objects = [self.node()]
            while self.now.text == ",":
                self.take()
                objects.append(self.node())
            if not verb:
                kept.append((first, self.all[self.at - 1].end))
            elif len(objects) > 1:
                raise PlaceError("text_objects", first)
            else:
                asked.append(Pattern(subject, verb, objects[0], self._graph, first))

    def _verb(self) -> str:
        """A property or a path. The IRI if it is one of the two; within a path they mean nothing."""
        first = self.at
        if self.now.kind == "var" or self.word == "A":
            self.take()
        else:
            self.path()
        taken = self.all[first : self.at]
        asking = [token for token in taken if self.iri(token) in _ASKING]
        if asking and len(taken) > 1:
            raise PlaceError("text_path", asking[0].start)
        return self.iri(asking[0]) if asking else ""

    def blank(self) -> Node:
        """A blank node with what is said of it. An index pattern in there has no variable to give its things to."""
        start = self.take("[").start
        first = self.at
        kept: list[tuple[int, int]] = []
        asked: list[Pattern] = []
        here = Node("other", "", start, start)
        while self.now.text != "]":
            before = self.at
            self._pairs(here, kept, asked)
            if self.at == before:
                raise UnknownError(self.now.start)
        if asked:
            raise PlaceError("text_subject", self.all[first].start)
        return Node("other", "", start, self.take("]").end)


def edited(query: str, edits: list[Edit], text_of: Callable[[Pattern], str]) -> str:
    """The query with its edits made; `text_of` says what stands for a pattern."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < at:
            continue
        parts += [query[at : edit.start], text_of(edit.pattern) + " " if edit.pattern else edit.text]
        at = edit.end
    return "".join([*parts, query[at:]])

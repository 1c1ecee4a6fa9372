"""Finds the patterns of a query that ask the search index, by walking its groups (SPARQL 1.1, 19.8).

Only the structure matters here: groups, what joins them, and statements of the form subject, verb, objects. Strings,
comments and IRIs that merely mention a name are tokens like any other. What this walk does not understand is no reason
to refuse a query, unless it asks the index: then the answer could be wrong, and the reader is told where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lod.stores.screening import TOKEN
from lod.vocab import TEXT

_ASKING = {TEXT.matches.value, TEXT.search.value}
_ENDS = {".", "}", "{", "]", ""}
_JOINING = {"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "UNION", "FILTER", "BIND", "VALUES", "LATERAL"}
_ESCAPED_IRI = re.compile(r"<[^<>\"{}|^`\x00-\x20]*\\[^<>\"{}|^`\x00-\x20]*>")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class PlaceError(Exception):
    """A pattern that asks the index and cannot be answered where or as it stands; `hint` is a key of words."""

    def __init__(self, hint: str, offset: int) -> None:
        super().__init__(hint, offset)
        self.hint = hint
        self.offset = offset


class _UnknownError(Exception):
    """Something that this walk does not understand."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Node:
    """A term as it stands in the query: `kind` is var, iri, string, number, list or other; an IRI is resolved."""

    kind: str
    value: str
    start: int
    end: int
    items: tuple[Node, ...] = ()


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


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    kind: str
    start: int
    end: int


def may_ask(query: str) -> bool:
    """A quick look: whether a query can name the index at all. A name needs its namespace, or ways around it."""
    return "text#" in query or "\\" in query or re.search(r"\bBASE\b", query, re.IGNORECASE) is not None


def plain(query: str) -> str:
    """The query with letters, digits and # in IRIs written as themselves, where they are escaped (SPARQL 1.1, 19.2)."""
    return _ESCAPED_IRI.sub(lambda iri: _ESCAPE.sub(_unescaped, iri.group()), query) if "\\" in query else query


def walk(query: str) -> Walked:
    """The patterns of a query. Raises PlaceError."""
    walker = _Walker(query)
    try:
        walker.whole()
    except (_UnknownError, RecursionError) as error:
        if walker.asks_anywhere():
            raise PlaceError("text_place", getattr(error, "offset", 0)) from error
        return Walked()
    return walker.found


def _tokens(query: str) -> Iterator[_Token]:
    for match in TOKEN.finditer(query):
        text = match.group()
        if text.startswith("#") or text.isspace():
            continue
        kind = match.lastgroup or _kind(text)
        yield _Token(text, kind, match.start(), match.end())


def _kind(text: str) -> str:
    if len(text) > 1:
        return {"<": "iri", "?": "var", "$": "var", '"': "string", "'": "string"}.get(text[0], "other")
    return "other"


class _Walker:
    """Reads the tokens once, from the first to the last."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._all = [*_tokens(query), _Token("", "end", len(query), len(query))]
        self._at = 0
        self._base = ""
        self._prefixes: dict[str, str] = {}
        self._graph: str | None = None
        self.found = Walked()

    # tokens

    @property
    def _now(self) -> _Token:
        return self._all[self._at]

    @property
    def _word(self) -> str:
        return self._now.text.upper() if self._now.kind == "word" else ""

    def _take(self, text: str = "") -> _Token:
        token = self._now
        if token.kind == "end" or (text and token.text.upper() != text):
            raise _UnknownError(token.start)
        self._at += 1
        return token

    def _iri(self, token: _Token) -> str:
        """The IRI that a token names, '' if it names none."""
        if token.kind == "iri":
            return _resolved(self._base, token.text[1:-1])
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            return self._prefixes[prefix] + local.replace("\\", "") if prefix in self._prefixes else ""
        return ""

    def asks_anywhere(self) -> bool:
        """Whether any token names one of the two properties, with the prefixes that were read."""
        return any(self._iri(token) in _ASKING for token in self._all)

    # the query as a whole, and each SELECT within it

    def whole(self) -> None:
        while self._word in {"BASE", "PREFIX"}:
            if self._take().text.upper() == "BASE":
                self._base = self._iri(self._take())
            else:
                name = self._take().text.removesuffix(":")
                self._prefixes[name] = self._iri(self._take())
        if self._word == "CONSTRUCT":
            self._construct()
        self._clauses()
        if self._now.kind != "end":
            raise _UnknownError(self._now.start)

    def _construct(self) -> None:
        self._take()
        if self._now.text == "{":
            self._skip()
            return
        while self._word == "FROM":
            self._dataset()
        if self._word == "WHERE" and self.asks_anywhere():  # the short form, which allows nothing but triples
            raise PlaceError("text_construct", self._now.start)

    def _clauses(self) -> None:
        """Projection, data set, WHERE, modifiers and VALUES; up to the end or to the bracket that closes a subquery."""
        while self._now.kind != "end" and self._now.text != "}":
            match self._word:
                case "FROM":
                    self._dataset()
                case "VALUES":
                    self._values()
                case _ if self._now.text == "{":
                    self._group(self._graph)
                case _ if self._now.text == "(":
                    self._expression()
                case _:
                    self._take()

    def _dataset(self) -> None:
        self._take("FROM")
        self.found.has_dataset = True
        if self._word == "NAMED":
            self._take()
        self._take()

    def _skip(self) -> None:
        """A bracket with all that it holds."""
        depth = 0
        while True:
            token = self._take()
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return

    def _values(self) -> None:
        self._take("VALUES")
        if self._now.text == "(":
            self._skip()
        else:
            self._take()
        if self._now.text != "{":
            raise _UnknownError(self._now.start)
        self._skip()

    def _expression(self) -> None:
        """An expression in brackets; the groups of EXISTS in it are walked."""
        self._take("(")
        while self._now.text != ")":
            if self._now.text == "(":
                self._expression()
            elif self._now.text == "{":
                self._group(self._graph)
            else:
                self._take()
        self._take(")")

    # groups

    def _group(self, graph: str | None) -> None:
        outer, self._graph = self._graph, graph
        self._take("{")
        if self._word == "SELECT":
            self._clauses()
        else:
            self._elements()
        self._take("}")
        self._graph = outer

    def _elements(self) -> None:
        """What stands in a group. Triples and filters after one another are one block, which must not be broken."""
        block = -1
        while self._now.text != "}":
            if self._now.text == ".":
                self._take()
                continue
            if self._word != "FILTER" and (self._word in _JOINING or self._now.text == "{"):
                self._element()
                block = -1
                continue
            block = self._now.start if block < 0 else block
            if self._word == "FILTER":
                self._filter()
            else:
                self._statement(block)

    def _element(self) -> None:
        match self._word:
            case "":
                self._group(self._graph)
            case "GRAPH":
                self._take()
                self._group(self._take().text)
            case "SERVICE":
                while self._now.text != "{":
                    self._take()
                self._skip()  # another server's to answer
            case "BIND":
                self._take()
                self._expression()
            case "VALUES":
                self._values()
            case _:
                self._take()
                self._group(self._graph)

    def _filter(self) -> None:
        self._take()
        while self._word in {"NOT", "EXISTS"}:
            self._take()
        if self._now.text == "{":
            self._group(self._graph)
            return
        if self._now.text != "(":
            self._take()
        self._expression()

    # statements

    def _statement(self, block: int) -> None:
        """A subject with its verbs and objects. The pairs that ask the index are taken out."""
        subject = self._node()
        kept: list[tuple[int, int]] = []
        asked: list[Pattern] = []
        self._pairs(subject, kept, asked)
        end = self._all[self._at - 1].end
        if not asked:
            return
        rest = " ; ".join(self._query[first:last] for first, last in kept)
        if rest:
            rest = f"{self._query[subject.start : subject.end]} {rest}"
        elif self._now.text == ".":
            end = self._take().end
        self.found.edits += [Edit(block, block, pattern=pattern) for pattern in asked]
        self.found.edits.append(Edit(subject.start, end, rest))

    def _pairs(self, subject: Node, kept: list[tuple[int, int]], asked: list[Pattern]) -> None:
        while self._now.text not in _ENDS and self._word not in _JOINING:
            if self._now.text == ";":
                self._take()
                continue
            first = self._now.start
            verb = self._verb()
            objects = [self._node()]
            while self._now.text == ",":
                self._take()
                objects.append(self._node())
            if not verb:
                kept.append((first, self._all[self._at - 1].end))
            elif len(objects) > 1:
                raise PlaceError("text_objects", first)
            else:
                asked.append(Pattern(subject, verb, objects[0], self._graph, first))

    def _verb(self) -> str:
        """A property or a path. The IRI if it is one of the two; within a path they mean nothing."""
        first = self._at
        if self._now.kind == "var" or self._word == "A":
            self._take()
        else:
            self._path()
        taken = self._all[first : self._at]
        asking = [token for token in taken if self._iri(token) in _ASKING]
        if asking and len(taken) > 1:
            raise PlaceError("text_path", asking[0].start)
        return self._iri(asking[0]) if asking else ""

    def _path(self) -> None:
        self._step()
        while self._now.text in {"/", "|"}:
            self._take()
            self._step()

    def _step(self) -> None:
        while self._now.text in {"^", "!"}:
            self._take()
        if self._now.text == "(":
            self._skip()
        elif self._now.kind in {"iri", "name"} or self._word == "A":
            self._take()
        else:
            raise _UnknownError(self._now.start)
        if self._now.text in {"*", "+", "?"}:
            self._take()

    def _node(self) -> Node:
        token = self._now
        if token.text == "(":
            return self._list()
        if token.text == "[":
            return self._blank()
        self._take()
        match token.kind:
            case "var":
                return Node("var", token.text[1:], token.start, token.end)
            case "iri" | "name":
                iri = self._iri(token)
                return Node("iri" if iri else "other", iri, token.start, token.end)
            case "string":
                return self._string(token)
            case "word":
                return self._number(token)
        if token.text in {"+", "-"} and self._now.kind == "word":
            return self._number(self._take())
        raise _UnknownError(token.start)

    def _list(self) -> Node:
        start = self._take("(").start
        items = []
        while self._now.text != ")":
            items.append(self._node())
        return Node("list", "", start, self._take(")").end, tuple(items))

    def _blank(self) -> Node:
        """A blank node with what is said of it. An index pattern in there has no variable to give its things to."""
        start = self._take("[").start
        first = self._at
        kept: list[tuple[int, int]] = []
        asked: list[Pattern] = []
        here = Node("other", "", start, start)
        while self._now.text != "]":
            before = self._at
            self._pairs(here, kept, asked)
            if self._at == before:
                raise _UnknownError(self._now.start)
        if asked:
            raise PlaceError("text_subject", self._all[first].start)
        return Node("other", "", start, self._take("]").end)

    def _string(self, token: _Token) -> Node:
        """A literal; one with a language or datatype is no plain string."""
        end, plain = token.end, True
        if self._now.text == "@" and self._now.start == end:
            plain = False
            end = self._take().end
            while self._now.start == end and (self._now.kind == "word" or self._now.text == "-"):
                end = self._take().end
        elif self._now.text == "^":
            plain = False
            self._take("^")
            self._take("^")
            end = self._take().end
        return Node("string" if plain else "other", token.text, token.start, end)

    def _number(self, token: _Token) -> Node:
        end, whole = token.end, token.text.isascii() and token.text.isdigit()
        if token.text[:1].isdigit() and self._now.text == "." and self._now.start == end:
            after = self._all[self._at + 1]
            if after.start == self._now.end and after.text[:1].isdigit():
                whole = False
                self._take()
                end = self._take().end
        return Node("number" if whole else "other", token.text, token.start, end)


def _resolved(base: str, reference: str) -> str:
    """RFC 3986 5.2; Python drops an empty fragment, which counts in the name of a vocabulary."""
    return urljoin(base, reference) + ("#" if reference == "#" else "")


def _unescaped(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    char = chr(code) if code < 0x80 else ""
    return char if char.isalnum() or char == "#" else match.group()


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

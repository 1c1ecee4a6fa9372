"""Tokens and terms of a SPARQL query (SPARQL 1.1, 19.8), with IRIs resolved by the prologue that was read.

Far from a whole parser: what reads a query for its structure only (lod/querying/text_patterns.py) stands on this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lod.stores.screening import TOKEN

_ESCAPED_IRI = re.compile(r"<[^<>\"{}|^`\x00-\x20]*\\[^<>\"{}|^`\x00-\x20]*>")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class UnknownError(Exception):
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
class Token:
    text: str
    kind: str
    start: int
    end: int


def plain(query: str) -> str:
    """The query with letters, digits and # in IRIs written as themselves, where they are escaped (SPARQL 1.1, 19.2)."""
    return _ESCAPED_IRI.sub(lambda iri: _ESCAPE.sub(_unescaped, iri.group()), query) if "\\" in query else query


def _tokens(query: str) -> Iterator[Token]:
    for match in TOKEN.finditer(query):
        text = match.group()
        if text.startswith("#") or text.isspace():
            continue
        kind = match.lastgroup or _kind(text)
        yield Token(text, kind, match.start(), match.end())


def _kind(text: str) -> str:
    if len(text) > 1:
        return {"<": "iri", "?": "var", "$": "var", '"': "string", "'": "string"}.get(text[0], "other")
    return "other"


class TokenReader:
    """Reads tokens from the first to the last, with the base and prefixes that the query declares."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.all = [*_tokens(query), Token("", "end", len(query), len(query))]
        self.at = 0
        self.base = ""
        self.prefixes: dict[str, str] = {}

    @property
    def now(self) -> Token:
        return self.all[self.at]

    @property
    def word(self) -> str:
        return self.now.text.upper() if self.now.kind == "word" else ""

    def take(self, text: str = "") -> Token:
        token = self.now
        if token.kind == "end" or (text and token.text.upper() != text):
            raise UnknownError(token.start)
        self.at += 1
        return token

    def iri(self, token: Token) -> str:
        """The IRI that a token names, '' if it names none."""
        if token.kind == "iri":
            return _resolved(self.base, token.text[1:-1])
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            return self.prefixes[prefix] + local.replace("\\", "") if prefix in self.prefixes else ""
        return ""

    def skip(self) -> None:
        """A bracket with all that it holds."""
        depth = 0
        while True:
            token = self.take()
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return

    def node(self) -> Node:
        token = self.now
        if token.text == "(":
            return self.collection()
        if token.text == "[":
            return self.blank()
        self.take()
        match token.kind:
            case "var":
                return Node("var", token.text[1:], token.start, token.end)
            case "iri" | "name":
                iri = self.iri(token)
                return Node("iri" if iri else "other", iri, token.start, token.end)
            case "string":
                return self.string(token)
            case "word":
                return self.number(token)
        if token.text in {"+", "-"} and self.now.kind == "word":
            return self.number(self.take())
        raise UnknownError(token.start)

    def collection(self) -> Node:
        start = self.take("(").start
        items = []
        while self.now.text != ")":
            items.append(self.node())
        return Node("list", "", start, self.take(")").end, tuple(items))

    def path(self) -> None:
        """A property path (SPARQL 1.1, 9.1)."""
        self._step()
        while self.now.text in {"/", "|"}:
            self.take()
            self._step()

    def _step(self) -> None:
        while self.now.text in {"^", "!"}:
            self.take()
        if self.now.text == "(":
            self.skip()
        elif self.now.kind in {"iri", "name"} or self.word == "A":
            self.take()
        else:
            raise UnknownError(self.now.start)
        if self.now.text in {"*", "+", "?"}:
            self.take()

    def blank(self) -> Node:
        """A blank node with what is said of it."""
        start = self.now.start
        self.skip()
        return Node("other", "", start, self.all[self.at - 1].end)

    def string(self, token: Token) -> Node:
        """A literal; one with a language or datatype is no plain string."""
        end, plain = token.end, True
        if self.now.text == "@" and self.now.start == end:
            plain = False
            end = self.take().end
            while self.now.start == end and (self.now.kind == "word" or self.now.text == "-"):
                end = self.take().end
        elif self.now.text == "^":
            plain = False
            self.take("^")
            self.take("^")
            end = self.take().end
        return Node("string" if plain else "other", token.text, token.start, end)

    def number(self, token: Token) -> Node:
        end, whole = token.end, token.text.isascii() and token.text.isdigit()
        if token.text[:1].isdigit() and self.now.text == "." and self.now.start == end:
            after = self.all[self.at + 1]
            if after.start == self.now.end and after.text[:1].isdigit():
                whole = False
                self.take()
                end = self.take().end
        return Node("number" if whole else "other", token.text, token.start, end)


def _resolved(base: str, reference: str) -> str:
    """RFC 3986 5.2; Python drops an empty fragment, which counts in the name of a vocabulary."""
    return urljoin(base, reference) + ("#" if reference == "#" else "")


def _unescaped(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    char = chr(code) if code < 0x80 else ""
    return char if char.isalnum() or char == "#" else match.group()

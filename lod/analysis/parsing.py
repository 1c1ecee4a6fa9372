"""A query's text → algebra, for the part of SPARQL 1.1 that columns answer (SPARQL 1.1 Query 19.8, a part of it).

Strict: whatever is not fully understood, or might be a mistake, raises BeyondError and goes to the store, which then
answers or explains. So this parser need not know every rule, only never accept what it does not know.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lod.analysis.algebra import Aggregate, Constant, Describe, Everything, Lookup, Select, Variable
from lod.analysis.patterns import GroupReader
from lod.analysis.tokens import END, A, BeyondError, Token, tokens
from lod.vocab import RDF, XSD

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^ ]+\Z")
LONGEST = 8192
"""Characters; longer queries are rare, and the store takes them."""
_PROLOGUE = re.compile(
    r"""(?: [ \t\r\n]* PREFIX [ \t\r\n]+ [A-Za-z][A-Za-z0-9_-]*: [ \t\r\n]* <[^<>"{}|^`\\\x00-\x20]*> )*""",
    re.VERBOSE | re.IGNORECASE,
)


@lru_cache(maxsize=256)
def parse(query: str) -> Select | Describe | None:
    """The query, or None where neither columns nor look-ups answer it."""
    if len(query) > LONGEST:
        return None
    prologue = _PROLOGUE.match(query)
    end = prologue.end() if prologue else 0
    try:
        return _Parser(tokens(query[end:]), _prefixes(query[:end])).query()
    except BeyondError:
        return None


@lru_cache(maxsize=64)
def _prefixes(prologue: str) -> dict[str, str]:
    """What a query declares first: clients send the same lines before each query."""
    parser = _Parser(tokens(prologue), {})
    parser.prologue()
    return parser.prefixes


class Cursor:
    """Reads tokens one by one and makes terms of them."""

    def __init__(self, found: list[Token], prefixes: dict[str, str]) -> None:
        self._tokens = found
        self._at = 0
        self.prefixes = dict(prefixes)

    def peek(self) -> Token:
        return self._tokens[self._at]

    def next(self) -> Token:
        token = self._tokens[self._at]
        if token is not END:
            self._at += 1
        return token

    def accept(self, text: str, kind: str = "mark") -> bool:
        token = self._tokens[self._at]
        if token.text == text and token.kind == kind:
            self._at += 1
            return True
        return False

    def expect(self, text: str, kind: str = "mark") -> None:
        if not self.accept(text, kind):
            raise BeyondError(text)

    def word(self, *words: str) -> str:
        """The next token where it is one of these words, else ''."""
        token = self.peek()
        if token.kind == "word" and token.text in words:
            self._at += 1
            return token.text
        return ""

    def variable(self) -> str:
        token = self.next()
        if token.kind != "variable":
            raise BeyondError(token.text)
        return token.text

    def number(self) -> int:
        token = self.next()
        if token.kind != "number":
            raise BeyondError(token.text)
        return int(token.text)

    def iri(self) -> str:
        """An absolute IRI, written out or with a prefix."""
        token = self.next()
        if token.kind == "iri" and _ABSOLUTE.match(token.text):
            return token.text
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix in self.prefixes:
                return self.prefixes[prefix] + local
        if token == A:
            return RDF.type.value
        raise BeyondError(token.text)

    def constant(self) -> Constant:
        """An IRI, a literal without escapes, or a whole number."""
        token = self.peek()
        if token.kind == "number":
            return Constant(self.next().text, f"^^{XSD.integer}")
        if token.kind != "string":
            if token == A:
                raise BeyondError("a")
            return Constant(self.iri())
        text = self.next().text
        if self.peek().kind == "lang":
            return Constant(text, self.next().text.lower())
        if self.accept("^^"):
            return Constant(text, _suffix(self.iri()))
        return Constant(text, "")

    def node(self) -> Variable | Constant:
        return Variable(self.next().text) if self.peek().kind == "variable" else self.constant()


def _suffix(datatype: str) -> str:
    """Only texts: of other datatypes the store may hold another spelling of the same value."""
    if datatype != XSD.string.value:
        raise BeyondError(datatype)
    return ""


class _Parser(Cursor):
    """SelectQuery and DescribeQuery (rules 7 and 11) with their modifiers."""

    def query(self) -> Select | Describe:
        self.prologue()
        return self._describe() if self.word("DESCRIBE") else self._select()

    def prologue(self) -> None:
        while self.word("PREFIX"):
            self._prefix()

    def _describe(self) -> Describe:
        """Of one thing that is named; others and a WHERE are for the store."""
        found = Describe("" if self.peek().kind == "word" else self.iri())
        if not found.thing or self.peek() is not END:
            raise BeyondError(self.peek().text)
        return found

    def _select(self) -> Select:
        self.expect("SELECT", "word")
        distinct = bool(self.word("DISTINCT"))
        columns = self._columns()
        self.word("WHERE")
        where = GroupReader(self).whole()
        keys = self._keys()
        order = self._order()
        limit, offset = self._slice()
        if self.peek() is not END:
            raise BeyondError(self.peek().text)
        found = Select(columns, where, keys, distinct, order, limit, offset)
        _check(found)
        return found

    def _prefix(self) -> None:
        token, iri = self.next(), self.next()
        name = token.text.removesuffix(":")
        if token.kind != "name" or ":" in name or iri.kind != "iri" or not _ABSOLUTE.match(iri.text):
            raise BeyondError(token.text)
        if name in self.prefixes:
            raise BeyondError("declared twice")
        self.prefixes[name] = iri.text

    def _columns(self) -> tuple[tuple[str, Aggregate | None], ...]:
        found: list[tuple[str, Aggregate | None]] = []
        while True:
            if self.peek().kind == "variable":
                found.append((self.variable(), None))
            elif self.accept("("):
                aggregate = self._aggregate()
                self.expect("AS", "word")
                found.append((self.variable(), aggregate))
                self.expect(")")
            else:
                break
        names = [name for name, _ in found]
        if not found or len(set(names)) < len(names):
            raise BeyondError("columns")
        return tuple(found)

    def _aggregate(self) -> Aggregate:
        kind = self.word("COUNT", "SUM", "MIN", "MAX")
        if not kind:
            raise BeyondError(self.peek().text)
        self.expect("(")
        distinct = bool(self.word("DISTINCT"))
        every = kind == "COUNT" and not distinct and self.accept("*")
        variable = None if every else self.variable()
        self.expect(")")
        if distinct and kind != "COUNT":
            raise BeyondError("DISTINCT")
        return Aggregate(kind, variable, distinct)

    def _keys(self) -> tuple[str, ...]:
        if not self.word("GROUP"):
            return ()
        self.expect("BY", "word")
        keys = [self.variable()]
        while self.peek().kind == "variable":
            keys.append(self.variable())
        return tuple(dict.fromkeys(keys))

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if not self.word("ORDER"):
            return ()
        self.expect("BY", "word")
        found: list[tuple[str, bool]] = []
        while True:
            direction = self.word("ASC", "DESC")
            if direction:
                self.expect("(")
                found.append((self.variable(), direction == "DESC"))
                self.expect(")")
            elif self.peek().kind == "variable":
                found.append((self.variable(), False))
            else:
                break
        if not found:
            raise BeyondError("ORDER BY")
        return tuple(found)

    def _slice(self) -> tuple[int | None, int]:
        limit, offset = None, 0
        for _ in range(2):
            if limit is None and self.word("LIMIT"):
                limit = self.number()
            elif not offset and self.word("OFFSET"):
                offset = self.number()
        return limit, offset


def _check(query: Select) -> None:
    """What makes a query wrong or its answer a matter of taste is for the store."""
    names = [name for name, _ in query.columns]
    inside = query.where.variables
    if isinstance(query.where, Everything):
        _check_count(query)
    if isinstance(query.where, Lookup) and (query.aggregates or query.keys):
        raise BeyondError("grouping of what is looked up")
    if query.aggregates or query.keys:
        made = {name for name, aggregate in query.columns if aggregate is not None}
        used = {item.variable for _, item in query.columns if item is not None and item.variable is not None}
        if made & inside or not set(names) - made <= set(query.keys) or not (used | set(query.keys)) <= inside:
            raise BeyondError("grouping")
    elif not set(names) <= inside:
        raise BeyondError("a column that nothing binds")
    if not {name for name, _ in query.order} <= set(names):
        raise BeyondError("order by what is not shown")
    if (query.limit is not None or query.offset) and not query.order:
        raise BeyondError("any rows will do: the store need not look at all")


def _check_count(query: Select) -> None:
    """Of everything only the number is known."""
    (_, aggregate), *more = query.columns
    if more or query.keys or query.order or aggregate is None or aggregate.kind != "COUNT" or aggregate.distinct:
        raise BeyondError("everything")


__all__ = ["Cursor", "parse"]

"""Group graph patterns: triples with paths, FILTER, OPTIONAL; and when they may be evaluated from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lod.analysis.algebra import Closure, Constant, Everything, Group, Lookup, Node, Open, Pattern, Test, Variable
from lod.analysis.regexes import check_regex
from lod.analysis.tokens import BeyondError, Token

if TYPE_CHECKING:
    from lod.analysis.parsing import Cursor

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_DEEPEST = 8
_COMMA, _OR = Token("mark", ","), Token("mark", "|")
_ENDS = (Token("mark", "."), Token("mark", "}"))
_FOLLOWING = (Token("mark", "}"), Token("word", "FILTER"), Token("word", "OPTIONAL"))
Step: TypeAlias = tuple[str, bool]


class GroupReader:
    """Reads one group (rule 53)."""

    def __init__(self, cursor: Cursor, depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise BeyondError("depth")
        self._cursor = cursor
        self._depth = depth
        self._patterns: list[Pattern | Closure | Open] = []
        self._tests: list[Test] = []
        self._optionals: list[Group] = []
        self._hidden = 0

    def whole(self) -> Group | Lookup | Everything:
        """The group of a WHERE clause."""
        self._cursor.expect("{")
        if self._cursor.word("GRAPH"):
            return self._in_graph()
        self._read_on()
        if not any(isinstance(pattern, Open) for pattern in self._patterns):
            return self._group()
        if len(self._patterns) == 1 and not (self._tests or self._optionals) and len(self._patterns[0].variables) == 3:
            return Everything(self._patterns[0].variables)
        return self._lookup(None)

    def _in_graph(self) -> Lookup:
        """One graph, with FILTERs behind it and nothing else."""
        cursor, graph = self._cursor, self._cursor.node()
        if isinstance(graph, Constant) and graph.suffix is not None:
            raise BeyondError("literal as graph")
        inner = GroupReader(cursor, self._depth + 1)
        cursor.expect("{")
        inner._read_on()
        found = inner._lookup(graph)
        cursor.accept(".")
        while not cursor.accept("}"):
            if not cursor.word("FILTER"):
                raise BeyondError("more than a graph")
            self._filter()
            cursor.accept(".")
        if any(test.variable not in found.variables for test in self._tests):
            raise BeyondError("test of what may be unbound")
        return Lookup(graph, found.patterns, (*found.tests, *self._tests))

    def _lookup(self, graph: Node | None) -> Lookup:
        patterns = tuple(pattern for pattern in self._patterns if not isinstance(pattern, Closure))
        if self._optionals or not patterns or len(patterns) < len(self._patterns):
            raise BeyondError("more than look-ups")
        bound = frozenset(name for pattern in patterns for name in pattern.variables)
        if any(test.variable not in bound for test in self._tests):
            raise BeyondError("test of what may be unbound")
        return Lookup(graph, patterns, tuple(self._tests))

    def read(self) -> Group:
        """The group of an OPTIONAL."""
        self._cursor.expect("{")
        self._read_on()
        return self._group()

    def _read_on(self) -> None:
        """Up to the end of the group."""
        cursor = self._cursor
        while not cursor.accept("}"):
            if cursor.word("FILTER"):
                self._filter()
                cursor.accept(".")
            elif cursor.word("OPTIONAL"):
                self._optionals.append(GroupReader(cursor, self._depth + 1).read())
                cursor.accept(".")
            elif self._optionals:
                raise BeyondError("triples behind OPTIONAL")
            else:
                self._triples()

    def _group(self) -> Group:
        patterns = tuple(pattern for pattern in self._patterns if not isinstance(pattern, Open))
        if len(patterns) < len(self._patterns):
            raise BeyondError("variable as predicate")
        group = Group(patterns, tuple(self._tests), tuple(self._optionals))
        _check(group)
        return group

    # Triples (rules 75-84)

    def _triples(self) -> None:
        cursor, subject = self._cursor, self._cursor.node()
        if isinstance(subject, Constant) and subject.suffix is not None:
            raise BeyondError("literal as subject")
        while True:
            self._objects(subject)
            if not cursor.accept(";"):
                break
            if cursor.peek() in _ENDS:
                break
        if not cursor.accept(".") and cursor.peek() not in _FOLLOWING:
            raise BeyondError(cursor.peek().text)

    def _objects(self, subject: Node) -> None:
        cursor = self._cursor
        if cursor.peek().kind == "variable":
            predicate, value = Variable(cursor.variable()), cursor.node()
            found = Open(subject, predicate, value)
            if len(found.variables) < sum(isinstance(node, Variable) for node in (subject, predicate, value)):
                raise BeyondError("a loop")
            if cursor.peek() == _COMMA:
                raise BeyondError("values of a variable property")
            self._patterns.append(found)
            return
        path = self._alternatives()
        while True:
            self._link(subject, path, cursor.node())
            if not cursor.accept(","):
                return

    # Paths (rules 88-96): a sequence of elements, each a list of alternative steps and whether it is repeated

    def _alternatives(self) -> list[tuple[list[Step], bool]]:
        path = self._sequence()
        if self._cursor.peek() == _OR:
            raise BeyondError("|")
        return path

    def _sequence(self) -> list[tuple[list[Step], bool]]:
        found = [self._element()]
        while self._cursor.accept("/"):
            found.append(self._element())
        return found

    def _element(self) -> tuple[list[Step], bool]:
        cursor = self._cursor
        if cursor.accept("("):
            steps = [self._step()]
            while cursor.accept("|"):
                steps.append(self._step())
            cursor.expect(")")
            if not cursor.accept("+"):
                raise BeyondError("alternatives")
            return steps, True
        step = self._step()
        repeated = cursor.accept("+")
        if repeated and step[1]:
            raise BeyondError("^p+")
        return [step], repeated

    def _step(self) -> Step:
        against = self._cursor.accept("^")
        return self._cursor.iri(), against

    def _link(self, subject: Node, path: list[tuple[list[Step], bool]], value: Node) -> None:
        """A sequence is joined by variables of its own (SPARQL 1.1 18.2.2.4)."""
        ends: list[Node] = [subject]
        for _ in path[1:]:
            self._hidden += 1
            ends.append(Variable(f".{self._depth}.{len(self._patterns)}.{self._hidden}"))
        ends.append(value)
        for at, (steps, repeated) in enumerate(path):
            self._patterns.append(_pattern(ends[at], steps, repeated, ends[at + 1]))

    # FILTER (rule 68): conditions joined by &&

    def _filter(self) -> None:
        cursor = self._cursor
        if not cursor.accept("("):
            self._tests.append(self._test())
            return
        self._tests.append(self._test())
        while cursor.accept("&&"):
            self._tests.append(self._test())
        cursor.expect(")")

    def _test(self) -> Test:
        cursor = self._cursor
        call = cursor.word("CONTAINS", "STRSTARTS", "REGEX", "LANG")
        if not call:
            return self._comparison()
        cursor.expect("(")
        if call == "LANG":
            name = cursor.variable()
            cursor.expect(")")
            cursor.expect("=")
            return Test("lang", name, self._plain())
        as_text = bool(cursor.word("STR"))
        if as_text:
            cursor.expect("(")
        name = cursor.variable()
        if as_text:
            cursor.expect(")")
        cursor.expect(",")
        value = self._plain()
        cursor.expect(")")
        kind = {"CONTAINS": "contains", "STRSTARTS": "starts", "REGEX": "regex"}[call]
        if kind == "regex":
            check_regex(value.value)
        return Test(kind, name, value, as_text)

    def _comparison(self) -> Test:
        name = self._cursor.variable()
        mark = self._cursor.next()
        if mark.kind != "mark" or mark.text not in _COMPARISONS:
            raise BeyondError(mark.text)
        value = self._cursor.constant()
        if value.suffix is not None and not value.suffix.startswith("^^"):
            raise BeyondError("comparison of texts")
        if value.suffix is None and mark.text != "=":
            raise BeyondError("comparison of IRIs")
        return Test(mark.text, name, value)

    def _plain(self) -> Constant:
        value = self._cursor.constant()
        if value.suffix != "":
            raise BeyondError("no plain text")
        return value


def _pattern(subject: Node, steps: list[Step], repeated: bool, value: Node) -> Pattern | Closure:
    if not repeated:
        ((predicate, against),) = steps
        first, last = (value, subject) if against else (subject, value)
        if isinstance(first, Constant) and first.suffix is not None:
            raise BeyondError("literal as subject")
        if first == last:
            raise BeyondError("a loop")
        return Pattern(first, predicate, last)
    if isinstance(subject, Constant) and isinstance(value, Variable):
        return Closure(subject, tuple(steps), value)
    if isinstance(value, Constant) and isinstance(subject, Variable):
        return Closure(value, tuple((predicate, not against) for predicate, against in steps), subject)
    raise BeyondError("a path without a fixed end")


def _check(group: Group) -> None:
    """Where evaluation from left to right with the bindings so far gives what the algebra says (SPARQL 1.1 18.6).

    A variable that an optional group shares with what stands around it must be bound for certain on both sides.
    """
    if not group.patterns:
        raise BeyondError("nothing to begin with")
    if any(test.variable not in group.bound for test in group.tests):
        raise BeyondError("test of what may be unbound")
    seen = group.bound
    for inner in group.optionals:
        shared = inner.variables & seen
        if not shared or not shared <= group.bound & inner.bound:
            raise BeyondError("OPTIONAL that is not well designed")
        seen |= inner.variables

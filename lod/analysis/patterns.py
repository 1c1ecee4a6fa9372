"""Group graph patterns: triples with paths, FILTER, OPTIONAL; and when they may be evaluated from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lod.analysis.algebra import Closure, Constant, Everything, Group, Node, Pattern, Test, Variable
from lod.analysis.tokens import BeyondError, Token

if TYPE_CHECKING:
    from lod.analysis.parsing import Cursor

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_DEEPEST = 8
_UNSAFE = frozenset("\\()|{}*+?[]^$")
Step: TypeAlias = tuple[str, bool]


class GroupReader:
    """Reads one group (rule 53)."""

    def __init__(self, cursor: Cursor, depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise BeyondError("depth")
        self._cursor = cursor
        self._depth = depth
        self._patterns: list[Pattern | Closure | Everything] = []
        self._tests: list[Test] = []
        self._optionals: list[Group] = []
        self._hidden = 0

    def whole(self) -> Group | Everything:
        """The group of a WHERE clause."""
        group = self.read()
        return (
            Everything(frozenset(name for item in self._patterns for name in item.variables))
            if group is None
            else group
        )

    def read(self) -> Group | None:
        """The group; None where it is the pattern of three variables and nothing else."""
        cursor = self._cursor
        cursor.expect("{")
        while not cursor.accept("}"):
            if cursor.word("FILTER"):
                self._filter()
                cursor.accept(".")
            elif cursor.word("OPTIONAL"):
                inner = GroupReader(cursor, self._depth + 1).read()
                if inner is None:
                    raise BeyondError("OPTIONAL of everything")
                self._optionals.append(inner)
                cursor.accept(".")
            elif self._optionals:
                raise BeyondError("triples behind OPTIONAL")
            else:
                self._triples()
        if any(isinstance(pattern, Everything) for pattern in self._patterns):
            if len(self._patterns) > 1 or self._tests or self._optionals:
                raise BeyondError("everything and more")
            return None
        patterns = tuple(pattern for pattern in self._patterns if not isinstance(pattern, Everything))
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
            if cursor.peek() in {Token("mark", "."), Token("mark", "}")}:
                break
        if not cursor.accept(".") and cursor.peek() not in {
            Token("mark", "}"),
            Token("word", "FILTER"),
            Token("word", "OPTIONAL"),
        }:
            raise BeyondError(cursor.peek().text)

    def _objects(self, subject: Node) -> None:
        cursor = self._cursor
        if cursor.peek().kind == "variable":
            predicate, value = Variable(cursor.variable()), cursor.node()
            nodes = (subject, predicate, value)
            names = frozenset(node.name for node in nodes if isinstance(node, Variable))
            if len(names) < 3 or cursor.peek() == Token("mark", ","):
                raise BeyondError("variable as predicate")
            self._patterns.append(Everything(names))
            return
        path = self._alternatives()
        while True:
            self._link(subject, path, cursor.node())
            if not cursor.accept(","):
                return

    # Paths (rules 88-96): a sequence of elements, each a list of alternative steps and whether it is repeated

    def _alternatives(self) -> list[tuple[list[Step], bool]]:
        path = self._sequence()
        if self._cursor.peek() == Token("mark", "|"):
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


def check_regex(text: str) -> None:
    """Only what means the same in every dialect and cannot run away: characters, `.`, classes of characters, each
    repeated at most in three places. Raises BeyondError."""
    repeats = 0
    at = 0
    while at < len(text):
        char = text[at]
        if char == "[":
            end = text.find("]", at + 1)
            inside = text[at + 1 : end] if end > at + 1 else ""
            if not inside or not inside.replace("-", "").isalnum() or inside.startswith("-") or inside.endswith("-"):
                raise BeyondError("class")
            if any(left >= right for left, right in _ranges(inside)):
                raise BeyondError("range")
            at = end
        elif char in _UNSAFE or ord(char) < 0x20:
            raise BeyondError(char)
        at += 1
        mark, at = _repeat(text, at)
        repeats += bool(mark)
    if repeats > 3 or not text:
        raise BeyondError("repeats")


def _ranges(inside: str) -> list[tuple[str, str]]:
    found = [(inside[at - 1], inside[at + 1]) for at in range(1, len(inside) - 1) if inside[at] == "-"]
    if len(found) < inside.count("-") or "--" in inside:
        raise BeyondError("range")
    return found


def _repeat(text: str, at: int) -> tuple[str, int]:
    """The quantifier at a place: `*`, `+`, `?` or `{n}`."""
    if at < len(text) and text[at] in "*+?":
        return text[at], at + 1
    if at < len(text) and text[at] == "{":
        end = text.find("}", at)
        if end > at and text[at + 1 : end].isascii() and text[at + 1 : end].isdigit() and int(text[at + 1 : end]) < 100:
            return text[at : end + 1], end + 1
        raise BeyondError("{")
    return "", at


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

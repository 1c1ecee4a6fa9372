"""A department's policies of two years side by side: staff, heads, goals and programs, as a page and as data.

Units and programs are matched by their identity. Goals have none that reaches over years, so they are matched by how
much their texts have in common; the page says so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeVar

from pyoxigraph import NamedNode

from lod.web.pages.organization import Change, changes_of
from lod.web.pages.policy import PolicyView
from lod.web.pages.shown import Goal, Person, Program, Section

Part = TypeVar("Part", Program, Section)
ALIKE = 0.45
"""Two goals are versions of one where they share so much of their pairs of characters (Sørensen-Dice)."""
SCRAP = 4
COLUMNS = ("kind", "change", "before_iri", "before", "after_iri", "after", "difference")


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands in one year and in the other; `change` is same, changed, renamed, new or gone."""

    change: str
    before: Goal | Program | Section | None
    after: Goal | Program | Section | None
    difference: int | None = None
    successors: tuple[Change, ...] = ()


class Comparison:
    """`before` and `after` are views of the policies of an earlier and a later year."""

    def __init__(self, before: PolicyView, after: PolicyView) -> None:
        self.before = before
        self.after = after
        self.goals = list(_goals(before.goals, after.goals))
        self.programs = list(_programs(before, after))
        self.sections = list(_sections(before, after))
        self.policy_changed = _text(before.basic_policy) != _text(after.basic_policy)

    @property
    def policy_words(self) -> list[tuple[str, str]]:
        return words(_text(self.before.basic_policy), _text(self.after.basic_policy))

    @property
    def heads(self) -> tuple[str, str]:
        return _names(self.before.heads), _names(self.after.heads)

    @staticmethod
    def names_of(side: Section | None) -> str:
        """The heads of a section in one year."""
        return _names(side.heads) if side else ""

    @property
    def staff_difference(self) -> int | None:
        before, after = self.before.staff_total, self.after.staff_total
        return after - before if before is not None and after is not None else None

    def counted(self, pairs: Sequence[Pair]) -> dict[str, int]:
        """How many pairs there are of each kind of change."""
        return {
            name: count
            for name in ("new", "changed", "renamed", "gone", "same")
            if (count := sum(pair.change == name for pair in pairs))
        }

    def rows(self) -> Iterator[dict[str, str]]:
        """The comparison as rows of a table."""
        texts = _text(self.before.basic_policy), _text(self.after.basic_policy)
        for kind, sides in (("department", self.names), ("head", self.heads), ("basic-policy", texts)):
            yield _row(kind, _text_change(*sides), self.policies, sides)
        for kind, pairs in (("section", self.sections), ("goal", self.goals), ("program", self.programs)):
            for pair in pairs:
                old, new = pair.before, pair.after
                iris = (old.iri.value if old else "", new.iri.value if new else "")
                yield _row(kind, pair.change, iris, (_said(old), _said(new)))
                if isinstance(old or new, Section):
                    numbers = (_staff(old), _staff(new))
                    yield _row("staff", _text_change(*numbers), iris, numbers, _signed(pair.difference))

    @property
    def names(self) -> tuple[str, str]:
        return self.before.department_name, self.after.department_name

    @property
    def policies(self) -> tuple[str, str]:
        return self.before.policy.value, self.after.policy.value

    def table(self) -> dict[str, object]:
        """The comparison as JSON has it."""
        return {"policies": self.policies, "rows": list(self.rows())}

    def as_csv(self) -> bytes:
        """RFC 4180, UTF-8."""
        output = io.StringIO(newline="")
        writer = csv.DictWriter(output, COLUMNS)
        writer.writeheader()
        writer.writerows(self.rows())
        return output.getvalue().encode()


def _row(kind: str, change: str, iris: tuple[str, str], sides: tuple[str, str], difference: str = "") -> dict[str, str]:
    cells = (kind, change, iris[0], sides[0], iris[1], sides[1], difference)
    return dict(zip(COLUMNS, cells, strict=True))


def _text(texts: Sequence[object]) -> str:
    return str(getattr(texts[-1], "text", "")) if texts else ""


def _names(people: Sequence[Person]) -> str:
    return "・".join(" ".join(part for part, _ in person.ruby) for person in people)


def _said(side: Goal | Program | Section | None) -> str:
    if side is None:
        return ""
    return _text(side.texts) if isinstance(side, Goal) else side.name


def _staff(side: object) -> str:
    return side.staff[0].number if isinstance(side, Section) and len(side.staff) == 1 else ""


def _signed(number: int | None) -> str:
    return "" if number is None else f"{number:+d}"


def _text_change(old: str, new: str) -> str:
    if old == new:
        return "same"
    return "changed" if old and new else "new" if new else "gone"


# --- goals: by their texts


def _goals(before: Sequence[Goal], after: Sequence[Goal]) -> Iterator[Pair]:
    """In the order of the later year; what is gone stands behind."""
    pairs = matched([_text(goal.texts) for goal in before], [_text(goal.texts) for goal in after])
    for at, goal in enumerate(after):
        earlier = before[pairs[at]] if at in pairs else None
        if earlier is None:
            yield Pair("new", None, goal)
        else:
            yield Pair("same" if _text(earlier.texts) == _text(goal.texts) else "changed", earlier, goal)
    for at, goal in enumerate(before):
        if at not in pairs.values():
            yield Pair("gone", goal, None)


def matched(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Which earlier text each later one comes from: the most alike first, each only once."""
    olds, news = ([_pairs(text) for text in texts] for texts in (before, after))
    likeness = [(_alike(old, new), m, n) for m, new in enumerate(news) for n, old in enumerate(olds)]
    found: dict[int, int] = {}
    for much, m, n in sorted(likeness, key=lambda item: (-item[0], abs(item[1] - item[2]), item[1])):
        if much >= ALIKE and m not in found and n not in found.values():
            found[m] = n
    return found


def _pairs(text: str) -> frozenset[str]:
    return frozenset(one + other for one, other in pairwise("".join(text.split())))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def words(before: str, after: str) -> list[tuple[str, str]]:
    """The later text with what was taken out and put in: (same | del | ins, characters).

    Scraps that two unlike passages have in common would make them unreadable; they count as changed.
    """
    found: list[tuple[str, str]] = []
    gone = come = ""
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    kept = sum(b - a for kind, a, b, _, _ in codes if kind == "equal")
    whole = 2 * kept < max(len(before), len(after))
    for at, (kind, a, b, c, d) in enumerate(codes):
        if kind == "equal" and not whole and (b - a >= SCRAP or at in (0, len(codes) - 1)):
            found += [pair for pair in (("del", gone), ("ins", come), ("same", before[a:b])) if pair[1]]
            gone = come = ""
        else:
            gone, come = gone + before[a:b], come + after[c:d]
    return found + [pair for pair in (("del", gone), ("ins", come)) if pair[1]]


# --- programs and sections: by their identity


def _programs(before: PolicyView, after: PolicyView) -> Iterator[Pair]:
    return _paired(before.programs, after.programs, after, lambda _earlier, _later: None)


def _sections(before: PolicyView, after: PolicyView) -> Iterator[Pair]:
    return _paired(before.sections, after.sections, after, _difference)


def _paired(
    before: Iterable[Part], after: Iterable[Part], view: PolicyView, difference: Callable[[Part, Part], int | None]
) -> Iterator[Pair]:
    """Each program or section of both years once: what goes on, what is new, what is gone."""
    old, new = {part.iri: part for part in before}, {part.iri: part for part in after}
    for iri, part in new.items():
        earlier = old.get(iri)
        if earlier is None:
            yield Pair("new", None, part, successors=_changes(view, iri))
        else:
            kind = "same" if earlier.name == part.name else "renamed"
            yield Pair(kind, earlier, part, difference(earlier, part))
    for iri, part in old.items():
        if iri not in new:
            yield Pair("gone", part, None, successors=_changes(view, iri))


def _difference(before: Section, after: Section) -> int | None:
    old, new = _staff(before), _staff(after)
    return int(new) - int(old) if old.isdigit() and new.isdigit() else None


def _changes(view: PolicyView, iri: NamedNode) -> tuple[Change, ...]:
    """What a thing became or came from, up to the later year."""
    last = f"{view.year.start + 1:04}-03-31" if view.year else ""
    return tuple(item for item in changes_of(view.reading, iri) if item.day <= last and not item.is_rename)

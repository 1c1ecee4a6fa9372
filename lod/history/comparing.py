"""What two releases say differently, thing by thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lod.history.things import Listed


class Kind(StrEnum):
    """The words of ActivityStreams 2.0 for what happened to a thing."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs; `thing` is as it is after, or as it was where it is gone."""

    kind: Kind
    thing: Listed


def changes(before: Iterable[Listed], after: Iterable[Listed]) -> Iterator[Change]:
    """The differences between two lists sorted by IRI (as bytes), in that order."""
    old, new = iter(before), iter(after)
    one, other = next(old, None), next(new, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one.iri.encode() < other.iri.encode()):
            assert one is not None  # noqa: S101 -- one of both is there
            yield Change(Kind.DELETE, one)
            one = next(old, None)
        elif one is None or other.iri.encode() < one.iri.encode():
            yield Change(Kind.CREATE, other)
            other = next(new, None)
        else:
            if one.digest != other.digest:
                yield Change(Kind.UPDATE, other)
            one, other = next(old, None), next(new, None)

"""withdrawals.toml of a municipality: what must no longer be published, since when and why. Entries are only added to.

    [[withdrawal]]
    thing = "id/person/142034/p0001"    # the IRI below the base
    reason = "本人の申し出"
    withdrawn = 2026-11-24
    restored = 2026-12-01               # only where it was put back

A restored entry stays, so that the history of what was withdrawn is not lost.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from lod.errors import UsageError
from lod.written import checked

FILE = "withdrawals.toml"
KINDS = (
    *("goal", "headcount", "initiative", "measure", "org", "outcome", "person"),
    *("policy", "post", "program", "source", "tenure"),
)
"""What can be withdrawn, by the first part of its address. A municipality itself (org/{lg}) cannot."""
_THING = re.compile(rf"id/(?:{'|'.join(KINDS)})/([0-9]{{6}})/[a-z0-9][a-z0-9/-]*\Z")
MAX_REASON = 500


class Withdrawal(BaseModel):
    """One entry. `thing` is a path below the base (`id/…`); `restored` is None while it is in force."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    thing: str
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON)]
    withdrawn: date
    restored: date | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    withdrawal: list[Withdrawal] = []


def is_thing(path: str, code: str) -> bool:
    """Whether a path names something of the municipality that may be withdrawn."""
    match = _THING.match(path)
    return match is not None and match.group(1) == code


def parse(text: str, place: str, code: str) -> tuple[Withdrawal, ...]:
    """The entries of a file. Raises UsageError W01 for what is none."""
    entries = checked(_File, text, place, "W01").withdrawal
    for number, entry in enumerate(entries, 1):
        if not is_thing(entry.thing, code):
            raise UsageError("W01", place=f"{place}: withdrawal.{number}.thing", problem=entry.thing)
    return tuple(entries)


def in_force(entries: tuple[Withdrawal, ...]) -> dict[str, Withdrawal]:
    """What is withdrawn now, by its path; the last entry of a thing counts."""
    last = {entry.thing: entry for entry in entries}
    return {thing: entry for thing, entry in last.items() if entry.restored is None}


def restored(entries: tuple[Withdrawal, ...], thing: str, day: date) -> tuple[Withdrawal, ...]:
    """The entries with a thing put back."""
    return tuple(
        entry.model_copy(update={"restored": day}) if entry.thing == thing and entry.restored is None else entry
        for entry in entries
    )


def written(entries: tuple[Withdrawal, ...]) -> str:
    """The file."""
    parts = ["# 公開を取り下げたもの（lod withdraw / lod restore が書きます）。行は消さずに残します。\n"]
    for entry in entries:
        back = f"restored = {entry.restored.isoformat()}\n" if entry.restored else ""
        parts.append(
            f'\n[[withdrawal]]\nthing = "{entry.thing}"\nreason = {_quoted(entry.reason)}\n'
            f"withdrawn = {entry.withdrawn.isoformat()}\n{back}"
        )
    return "".join(parts)


def _quoted(text: str) -> str:
    """A TOML basic string (TOML 1.0, String)."""
    escapes = {"\\": "\\\\", '"': '\\"'}
    shown = (escapes.get(char) or (char if char >= " " and char != "\x7f" else f"\\u{ord(char):04X}") for char in text)
    return f'"{"".join(shown)}"'

"""`lod withdraw` and `lod restore`: entries in a municipality's withdrawals.toml, for the next release to heed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from lod import withdrawals
from lod.errors import UsageError
from lod.municipality import Municipality
from lod.release.folder import current
from lod.withdrawals import Withdrawal, in_force


def path_of(iri: str, base: str) -> str:
    """The path below the base, for an IRI or the address of its document: `id/policy/…`."""
    path = iri.strip().removeprefix(base).lstrip("/")
    return "id/" + path.removeprefix("doc/") if path.startswith("doc/") else path


def withdraw(
    var: Path, base: str, municipalities: Sequence[Municipality], iri: str, reason: str, day: date
) -> Withdrawal:
    """Notes a withdrawal; the next build heeds it. Twice the same is once.

    Raises UsageError W02 (not published), W03 (nothing that can be withdrawn).
    """
    path = path_of(iri, base)
    city = next((city for city in municipalities if withdrawals.is_thing(path, city.code)), None)
    if city is None:
        raise UsageError("W03", place=iri, thing=path)
    known = in_force(city.withdrawals).get(path)
    if known:
        return known
    live = current(var)
    if live is None or not live.open().contains(base + path):
        raise UsageError("W02", place=iri, thing=path)
    try:
        entry = Withdrawal(thing=path, reason=reason, withdrawn=day)
    except ValueError as error:
        raise UsageError("C02", place="--reason", value=reason[:50], wanted=f"1-{withdrawals.MAX_REASON}") from error
    _write(city, (*city.withdrawals, entry))
    return entry


def restore(base: str, municipalities: Sequence[Municipality], iri: str, day: date) -> Withdrawal:
    """Notes that something may be published again. Raises UsageError W04 if it is not withdrawn."""
    path = path_of(iri, base)
    for city in municipalities:
        entry = in_force(city.withdrawals).get(path)
        if entry:
            _write(city, withdrawals.restored(city.withdrawals, path, day))
            return entry
    known = ", ".join(thing for city in municipalities for thing in in_force(city.withdrawals))
    raise UsageError("W04", place=iri, thing=path, known=known or "-")


def _write(city: Municipality, entries: tuple[Withdrawal, ...]) -> None:
    """In one step, so that a crash leaves the old file or the new one."""
    path = city.folder / withdrawals.FILE
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(withdrawals.written(entries), encoding="utf-8", newline="\n")
    fresh.replace(path)

"""Keys once published stay: those that a build makes are recorded in the release and appended to identities.csv.

They are written before the switch, and again by the next build if that one was killed in between: a published key can
not be lost. A folder that may not be written keeps none; its keys are derived again, always the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from lod.config import Settings
from lod.identities import Identities, Row, appended, check_append_only
from lod.municipality import Municipality
from lod.release import inputs
from lod.release.folder import live_or_none

_FILE = "identities.csv"


def check_kept_keys(settings: Settings, municipalities: Sequence[Municipality]) -> None:
    """Raises UsageError where a key of the live release is gone (I23) or its name has got another one (I22, I24)."""
    live = live_or_none(settings.var)
    if live is None:
        return
    for city in municipalities:
        old, place = recorded(live.path, city.code), str(city.folder / _FILE)
        check_append_only([row for row in old if not inputs.only_kept(row)], city.identities.rows, place)
        missing = city.identities.new_rows(old)
        if missing:
            Identities.parse(appended(_text(city), missing), place)


def recorded(release: Path, code: str) -> tuple[Row, ...]:
    """The rows of identities.csv as a release has them, those included that its build made."""
    path = release / "inputs" / code / _FILE
    return Identities.parse(path.read_text(encoding="utf-8"), str(path)).rows if path.is_file() else ()


def record_keys(release: Path, city: Municipality, made: Iterable[Row]) -> None:
    """Writes identities.csv with the keys that this build made into the release."""
    path = release / "inputs" / city.code / _FILE
    path.write_text(appended(_text(city), city.identities.new_rows(made)), encoding="utf-8", newline="\n")


def keep_keys(release: Path, municipalities: Sequence[Municipality]) -> None:
    """Appends what the release recorded and identities.csv lacks, where the folder may be written."""
    for city in municipalities:
        fresh = city.identities.new_rows(recorded(release, city.code))
        if fresh:
            _replace(city.folder / _FILE, appended(_text(city), fresh))


def _text(city: Municipality) -> str:
    path = city.folder / _FILE
    return path.read_text(encoding="utf-8-sig") if path.exists() else ""


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(".csv.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except PermissionError:
        beside.unlink(missing_ok=True)

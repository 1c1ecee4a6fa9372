"""Keys once published are kept: identities.csv grows, and nothing in it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lod.config import Settings
from lod.identities import Identities, Row, appended, check_append_only
from lod.municipality import Municipality
from lod.release.folder import current


def check_kept_keys(settings: Settings, municipalities: Sequence[Municipality]) -> None:
    """Raises UsageError I23 unless every row of the live release is still there."""
    live = current(settings.var)
    for city in municipalities:
        kept = live.path / "inputs" / city.code / "identities.csv" if live else None
        if kept and kept.is_file():
            old = Identities.parse(kept.read_text(encoding="utf-8"), str(kept)).rows
            check_append_only(old, city.identities.rows, str(city.folder / "identities.csv"))


def keep_keys(municipalities: Sequence[Municipality], used: Mapping[str, Iterable[Row]]) -> None:
    """Appends the keys that were made to identities.csv, where the folder may be written."""
    for city in municipalities:
        fresh = city.identities.new_rows(used[city.code])
        path = city.folder / "identities.csv"
        if not fresh:
            continue
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        beside = path.with_suffix(".csv.new")
        try:
            beside.write_text(appended(text, fresh), encoding="utf-8", newline="\n")
            beside.replace(path)
        except PermissionError:
            continue  # a read-only sample: its keys are derived again, always the same

"""When each data set was first published and when it last changed: the one part of a release that needs a clock.

A data set has changed when a file for download has other bytes than in the release before. `dates.json` of the release
keeps the days, so that a new release of an unchanged data set keeps them too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from lod.catalog.files import of_data
from lod.stores.distribution import read_distributions

FILE = "dates.json"


@dataclass(frozen=True, slots=True)
class Dates:
    """Days as xsd:date; `digest` is that of the files for download."""

    issued: str
    modified: str
    digest: str


def write_dates(folder: Path, before: Path | None, today: date) -> None:
    """Writes the days of the release in `folder`; `before` is the folder of the live one, if there is one."""
    known = read_dates(before) if before else {}
    found = {}
    for key, files in of_data(read_distributions(folder)).items():
        digest = hashlib.sha256("".join(item.sha256 for item in files).encode()).hexdigest()[:32]
        earlier = known.get(key)
        if earlier and earlier.digest == digest:
            found[key] = earlier
        else:
            found[key] = Dates(earlier.issued if earlier else today.isoformat(), today.isoformat(), digest)
    table = {key: asdict(dates) for key, dates in sorted(found.items())}
    (folder / FILE).write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8", newline="\n")


def read_dates(folder: Path) -> Mapping[str, Dates]:
    """The days of each data set by its identifier; none for a release made before there were any."""
    try:
        table = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {key: Dates(**entry) for key, entry in table.items()}

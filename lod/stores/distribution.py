"""What a release offers for download, written down once while it is made: `distributions.json` of the release.

Catalogue, pages, verification and static site read this list; none of them looks through the folder again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from lod.errors import StoreError

Kind: TypeAlias = Literal["quads", "graph", "table", "tables", "metadata", "citation", "checksums"]
"""All named graphs · the facts of a city and year · one table · all tables in one file · what describes the others."""
FILE = "distributions.json"
FOLDER = "dumps"
"""Every distribution lies below this folder of the release; the server answers it as `/dump/<release>/<path>`."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One file of a release (dcat:Distribution).

    `path` counts from `dumps/`, with slashes. `media_type` and `format` say what is inside; `compression` is the media
    type of the packing, '' without one (dcat:compressFormat). `city` is the local-government code and `year` the fiscal
    year of what the file holds, '' and None where it holds all. `table` names the table of a file with one table.
    `title` and `description` have the keys ja and en; `sha256` is of the file as it is downloaded.
    """

    path: str
    kind: Kind
    title: Mapping[str, str]
    description: Mapping[str, str]
    media_type: str
    format: str
    bytes: int
    sha256: str
    compression: str = ""
    city: str = ""
    year: int | None = None
    table: str = ""

    @property
    def name(self) -> str:
        """The file's own name, unlike that of any other file of the release."""
        return self.path.rpartition("/")[2]


def write_distributions(folder: Path, items: Iterable[Distribution]) -> None:
    """Writes the list into the folder of a release."""
    table = [{key: value for key, value in asdict(item).items() if value not in ("", None)} for item in items]
    text = json.dumps(table, ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_distributions(folder: Path) -> tuple[Distribution, ...]:
    """The list of a release; empty for one that an earlier version made. Raises StoreError B04 where it is broken."""
    path = folder / FILE
    try:
        table: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Distribution(**entry) for entry in table)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        raise StoreError("B04", place=str(path), problem=str(error)) from error

"""Files of the site that are no answer of the application. A new kind is one function here.

Each is given the release and says which files there are: the name below the exported folder, and either the bytes or
the file of the release to copy. The same release gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TypeAlias

from lod.config import Settings
from lod.release import Release
from lod.release.contents import WITHDRAWN
from lod.site import hosts
from lod.site.search import search_files


@dataclass(frozen=True, slots=True)
class Publication:
    """What is exported: the release and the settings of its site."""

    settings: Settings
    release: Release
    shown: tuple[Release, ...]
    """The releases that are kept and hold nothing that has been withdrawn since; the newest first."""
    suffixes: frozenset[str]
    """The formats of things that are written beside pages."""

    @property
    def withdrawn(self) -> Mapping[str, Mapping[str, str]]:
        """What is no longer published, by its path below the base: why and since when."""
        table: Mapping[str, Mapping[str, str]] = json.loads((self.release.path / WITHDRAWN).read_text(encoding="utf-8"))
        return table


File: TypeAlias = tuple[str, bytes | Path]
Extra: TypeAlias = Callable[[Publication], Iterable[File]]


def assets(_: Publication) -> Iterator[File]:
    """Styles, scripts and pictures of the pages, with the licences of what others have written."""
    folder = Path(str(resources.files("lod.web").joinpath("static")))
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield f"static/{path.relative_to(folder).as_posix()}", path.read_bytes()


def search_index(publication: Publication) -> Iterable[File]:
    """What the search page reads."""
    return search_files(publication.settings, publication.release)


def for_hosts(publication: Publication) -> Iterable[File]:
    """What web servers are told."""
    settings = publication.settings
    return hosts.files(hosts.rules(settings.base, settings.lang, publication.suffixes, publication.withdrawn))


EXTRAS: tuple[Extra, ...] = (assets, search_index, for_hosts)

"""`lod check`: everything that would stop or embarrass a publication. Writes nothing that stays."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words

if TYPE_CHECKING:
    from lod.config import Settings
    from lod.model import Finding
    from lod.municipality import Municipality


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(folders: tuple[Path, ...]) -> int:
        return _check(words, folders)

    return LocalCommand(
        "check",
        callback=callback,
        help=words("check.help"),
        params=[click.Argument(["folders"], metavar="[DIR]...", nargs=-1, type=click.Path(path_type=Path))],
    )


def _check(words: Words, folders: tuple[Path, ...]) -> int:
    from lod import release
    from lod.cli import showing
    from lod.config import load
    from lod.municipality import load as load_municipality

    settings = load({"data": list(folders) or None})
    cities = [load_municipality(folder) for folder in settings.data]
    release.check_kept_keys(settings, cities)
    with tempfile.TemporaryDirectory(prefix="lod-check-") as scratch:
        done = release.build(
            replace(settings, var=Path(scratch)), cities, progress=showing.progress(words), publish=False
        )
    embarrassing = _embarrassing(settings, cities)
    showing.findings(words, (*done.findings, *embarrassing), err=False)
    numbers = dict(done.counts)
    numbers["Warning"] = numbers.get("Warning", 0) + len(embarrassing)
    key = "checked.stopped" if done.id is None else "checked.fine"
    click.echo(words(key, papers=done.papers, counts=showing.counts(words, numbers)), err=True)
    return 1 if done.id is None else 0


def _embarrassing(settings: Settings, cities: list[Municipality]) -> list[Finding]:
    """What may be published but should not be: a placeholder address, no licence, nobody to ask."""
    from lod.config import PLACEHOLDER
    from lod.findings import finding

    found = [finding("C10", "lod.toml", base=PLACEHOLDER)] if settings.base.startswith(PLACEHOLDER) else []
    found += [
        finding("C11", str(city.folder / "municipality.toml"), name=city.names["ja"])
        for city in cities
        if city.licence is None
    ]
    found += [
        finding("C20", str(city.folder / "municipality.toml"), name=city.names["ja"])
        for city in cities
        if not (city.contact.email or city.contact.form or city.contact.telephone)
    ]
    if len(cities) > 1 and not settings.publisher:
        found.append(finding("C21", "lod.toml", name=settings.title["ja"]))
    return found

"""`lod restore`: what was withdrawn is published again, from the next release on."""

from __future__ import annotations

from datetime import datetime

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(iri: str) -> int:
        from lod import release
        from lod.config import load
        from lod.municipality import load as load_municipality

        settings = load()
        cities = [load_municipality(folder) for folder in settings.data]
        today = datetime.now().astimezone().date()
        entry = release.restore(settings.base, cities, iri, today)
        click.echo(words("restore.done", thing=entry.thing), err=True)
        return 0

    return LocalCommand(
        "restore",
        callback=callback,
        help=words("restore.help"),
        params=[click.Argument(["iri"], metavar="IRI")],
    )

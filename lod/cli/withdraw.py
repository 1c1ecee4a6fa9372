"""`lod withdraw`: something is published no more, from the next release on."""

from __future__ import annotations

from datetime import datetime

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(iri: str, reason: str) -> int:
        from lod import release
        from lod.config import load
        from lod.municipality import load as load_municipality

        settings = load()
        cities = [load_municipality(folder) for folder in settings.data]
        today = datetime.now().astimezone().date()
        entry = release.withdraw(settings.var, settings.base, cities, iri, reason, today)
        click.echo(words("withdraw.done", thing=entry.thing), err=True)
        return 0

    return LocalCommand(
        "withdraw",
        callback=callback,
        help=words("withdraw.help"),
        params=[
            click.Argument(["iri"], metavar="IRI"),
            click.Option(["--reason"], required=True, help=words("withdraw.reason")),
        ],
    )

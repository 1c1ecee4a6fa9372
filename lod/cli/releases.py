"""`lod releases`: the releases that are kept."""

from __future__ import annotations

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words


def command(words: Words) -> LocalCommand:
    """The command in one language."""
    return LocalCommand("releases", callback=_list, help=words("releases.help"))


def _list() -> int:
    from lod import release
    from lod.config import load

    settings = load()
    live = release.current(settings.var)
    for item in release.releases(settings.var):
        mark = "*" if live and live.id == item.id else " "
        manifest = item.manifest
        click.echo(f"{mark} {item.id}\t{manifest['built_at']}\t{manifest['papers']}\t{manifest['quads']}")
    return 0

"""`lod rollback`: an earlier release becomes the live one."""

from __future__ import annotations

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(identifier: str) -> int:
        from lod import release
        from lod.config import load

        done = release.rollback(load().var, identifier)
        click.echo(words("rollback.done", id=done.id), err=True)
        return 0

    return LocalCommand(
        "rollback",
        callback=callback,
        help=words("rollback.help"),
        params=[click.Argument(["identifier"], metavar="ID")],
    )

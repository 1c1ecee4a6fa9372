"""`lod verify RELEASE`: proves a release, a copy or a download whole."""

from __future__ import annotations

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(release: str, every: bool) -> int:
        return _verify(words, release, every)

    return LocalCommand(
        "verify",
        callback=callback,
        help=words("verify.help"),
        params=[
            click.Argument(["release"], metavar="RELEASE"),
            click.Option(["--all", "every"], is_flag=True, help=words("verify.all")),
        ],
    )


def _verify(words: Words, release: str, every: bool) -> int:
    """Problems go to stdout, one a line with what it is; the sum in words to stderr."""
    from lod.config import load
    from lod.release import verify_copy

    done = verify_copy(load().var, release, every=every)
    lines = [("damaged", name) for name in done.damaged]
    lines += [("missing", name) for name in done.missing if done.complete]
    lines += [("unlisted", name) for name in done.unlisted if done.exact]
    for kind, name in lines:
        click.echo(f"{kind}\t{name}")
    numbers = {
        "folder": done.folder,
        "fine": len(done.fine),
        "damaged": len(done.damaged),
        "missing": len(done.missing),
        "unlisted": len(done.unlisted),
    }
    key = ("partly" if done.missing else "whole") if done.proved else "broken" if lines else "nothing"
    click.echo(words(f"verify.{key}", **numbers), err=True)
    return 0 if done.proved else 1

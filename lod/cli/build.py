"""`lod build`: sources → checked release."""

from __future__ import annotations

from pathlib import Path

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(folders: tuple[Path, ...], jobs: int | None) -> int:
        return _build(words, folders, jobs)

    return LocalCommand(
        "build",
        callback=callback,
        help=words("build.help"),
        params=[
            click.Argument(["folders"], metavar="[DIR]...", nargs=-1, type=click.Path(path_type=Path)),
            click.Option(["--jobs"], type=int, help=words("jobs")),
        ],
    )


def _build(words: Words, folders: tuple[Path, ...], jobs: int | None) -> int:
    from lod import release
    from lod.cli import showing
    from lod.config import load
    from lod.municipality import load as load_municipality

    settings = load({"data": list(folders) or None, "jobs": jobs})
    cities = [load_municipality(folder) for folder in settings.data]
    done = release.build(settings, cities, progress=showing.progress(words))
    showing.findings(words, done.findings)
    numbers = showing.counts(words, done.counts)
    if done.id is None:
        violations = done.counts.get("Violation", 0)
        click.echo(words("built.refused", violations=violations, counts=numbers), err=True)
        return 1
    key = "built.new" if done.changed else "built.same"
    fresh = done.papers - done.reused
    click.echo(words(key, id=done.id, papers=done.papers, fresh=fresh, counts=numbers), err=True)
    click.echo(done.id)
    return 0

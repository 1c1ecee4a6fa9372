"""`lod export DIR`: the static site of a release."""

from __future__ import annotations

from pathlib import Path

import click

from lod.cli.running import INTERRUPTED, LocalCommand
from lod.cli.words import Words
from lod.errors import UsageError

_SHOWN = 10
"""Dead links that are named."""


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(folder: Path, release: str, formats: str | None, jobs: int | None) -> int:
        return _export(words, folder, release, formats, jobs)

    return LocalCommand(
        "export",
        callback=callback,
        help=words("export.help"),
        params=[
            click.Argument(["folder"], metavar="DIR", type=click.Path(path_type=Path)),
            click.Option(["--release"], metavar="ID", default="", help=words("export.release")),
            click.Option(["--formats"], metavar="LIST", help=words("export.formats", known=", ".join(_known()))),
            click.Option(["--jobs"], type=int, help=words("jobs")),
        ],
    )


def _known() -> list[str]:
    from lod.web.negotiation import HTML, THING_OFFERS

    return [offer.suffix for offer in THING_OFFERS if offer is not HTML]


def _chosen(formats: str | None) -> frozenset[str]:
    known = _known()
    if formats is None:
        return frozenset(known)
    asked = [name.strip() for name in formats.split(",") if name.strip() not in ("", "none")]
    for name in asked:
        if name not in known:
            raise UsageError("C02", place="--formats", value=name, wanted=", ".join(known))
    return frozenset(asked)


def _export(words: Words, folder: Path, release: str, formats: str | None, jobs: int | None) -> int:
    from lod.cli import showing
    from lod.config import load
    from lod.site import export

    settings, suffixes = load({"jobs": jobs}), _chosen(formats)
    try:
        done = export(settings, folder, identifier=release, suffixes=suffixes, progress=showing.progress(words))
    except KeyboardInterrupt:
        click.echo(words("export.interrupted"), err=True)
        return INTERRUPTED
    if done.dead:
        named = ", ".join(done.dead[:_SHOWN]) + (" …" if len(done.dead) > _SHOWN else "")
        click.echo(words("export.dead", places=named), err=True)
    counted = {"places": done.places, "files": done.files, "written": done.written, "removed": done.removed}
    click.echo(words("export.done", release=done.release, folder=folder, **counted), err=True)
    return 0

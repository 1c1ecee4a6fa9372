"""`lod publish ckan`: the live release in a CKAN. stdout: the differences, entry by entry."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words

if TYPE_CHECKING:
    from lod.catalog.ckan import Ckan, Options, Plan, Push
    from lod.config import Settings

TOKEN = "CKAN_API_TOKEN"  # noqa: S105  the name of the variable, not a token
_LONGEST = 100


class _Targets(LocalCommand, click.Group):
    """The catalogues that can be published in."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(self.words("commands")):
            formatter.write_dl([(name, self.words(f"publish.{name}.short")) for name in self.commands])


def command(words: Words) -> LocalCommand:
    """The command in one language."""
    group = _Targets("publish", help=words("publish.help"), no_args_is_help=True)
    group.words = words
    ckan = _ckan(words)
    ckan.words = words
    group.add_command(ckan)
    return group


def _ckan(words: Words) -> LocalCommand:
    def callback(
        url: str | None, organization: str | None, upload: bool, delete: bool, dry_run: bool, timeout: float
    ) -> int:
        from lod.catalog.ckan import Ckan, Options
        from lod.config import load

        settings = load({"ckan_url": url, "ckan_organization": organization})
        client = Ckan(settings.ckan_url, os.environ.get(TOKEN, ""), seconds=timeout)
        return _publish(words, settings, client, Options(settings.ckan_organization, upload, delete), dry=dry_run)

    return LocalCommand(
        "ckan",
        callback=callback,
        help=words("publish.ckan.help"),
        params=[
            click.Option(["--url"], help=words("publish.url")),
            click.Option(["--organization"], help=words("publish.organization")),
            click.Option(["--upload"], is_flag=True, help=words("publish.upload")),
            click.Option(["--delete"], is_flag=True, help=words("publish.delete")),
            click.Option(["--dry-run"], is_flag=True, help=words("publish.dry")),
            click.Option(["--timeout"], type=click.FloatRange(0.1, 3600), default=30.0, help=words("publish.timeout")),
        ],
    )


def _publish(words: Words, settings: Settings, client: Ckan, options: Options, *, dry: bool) -> int:
    from lod import release
    from lod.catalog.ckan import Push
    from lod.catalog.entries import Catalogue
    from lod.cli import showing
    from lod.errors import StoreError

    live = release.current(settings.var)
    if live is None or not (live.path / "catalog").is_dir():
        raise StoreError("B07", place=str(settings.var))
    push = Push(client, Catalogue(live.path, settings.base, settings.title, live.id), options)
    done: Counter[str] = Counter()
    try:
        for plan, wanted in push.plans():
            _show(words, plan, push)
            done[plan.kind] += 1
            if not dry:
                push.carry_out(plan, wanted)
    finally:
        showing.findings(words, push.findings)
    numbers = {kind: done[kind] for kind in ("create", "update", "same", "delete")}
    click.echo(words("publish.would" if dry else "publish.done", **numbers), err=True)
    return 0


def _show(words: Words, plan: Plan, push: Push) -> None:
    """An entry and what differs in it, on standard output."""
    kind = {"delete": "remove"}.get(plan.kind, plan.kind)
    click.echo(f"[{words('publish.' + kind)}] {plan.name}  {plan.title}")
    for change in plan.changes if plan.kind in ("create", "update") else ():
        before = _short(words, change.before)
        arrow = f"{before} → " if plan.kind == "update" else ""
        click.echo(f"    {change.field}: {arrow}{_short(words, change.after)}")
    if plan.stray and not push.options.delete:
        click.echo(f"    {words('publish.stray', number=len(plan.stray))}")
    for iri in plan.stray if push.options.delete else ():
        click.echo(f"    {words('publish.remove')}: {iri}")


def _short(words: Words, text: str) -> str:
    plain = " ".join(text.split())
    return (plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…") or words("publish.nothing")

"""`lod init`: a new municipality folder, commented in Japanese."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words
from lod.errors import UsageError

_FOLDERS = ("forms", "sources", "links")


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(folder: Path, code: str, name: str) -> int:
        return _init(words, folder, code, name)

    return LocalCommand(
        "init",
        callback=callback,
        help=words("init.help"),
        params=[
            click.Argument(["folder"], metavar="DIR", type=click.Path(path_type=Path)),
            click.Option(["--code"], required=True, help=words("init.code")),
            click.Option(["--name"], required=True, help=words("init.name")),
        ],
    )


def _init(words: Words, folder: Path, code: str, name: str) -> int:
    from lod.assets import sample_dir
    from lod.identities import HEADER
    from lod.municipality import load
    from lod.text.local_government import is_code

    if not is_code(code):
        raise UsageError("G12", place="--code", number=code)
    if not name.strip() or any(char in name for char in '"\\\n'):
        raise UsageError("C02", place="--name", value=name, wanted="平塚市")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("C07", place=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for part in _FOLDERS:
        (folder / part).mkdir()
    template = resources.files("lod.cli").joinpath("municipality.toml.in").read_text(encoding="utf-8")
    text = template.replace("@CODE@", code).replace("@NAME@", name.strip())
    (folder / "municipality.toml").write_text(text, encoding="utf-8", newline="\n")
    (folder / "identities.csv").write_text(",".join(HEADER) + "\n", encoding="utf-8", newline="\n")
    for form in sorted((sample_dir() / "hiratsuka" / "forms").glob("*.toml")):
        shutil.copyfile(form, folder / "forms" / form.name)
    load(folder)
    click.echo(words("init.done", folder=folder), err=True)
    return 0

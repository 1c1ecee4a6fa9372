"""Runs the command line: language, lazy commands, and every error as words with a code and an exit status."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from lod.cli.words import Words, language
from lod.errors import LodError, StoreError, UsageError

COMMANDS = (
    "build",
    "check",
    "export",
    "init",
    "publish",
    "query",
    "read",
    "releases",
    "restore",
    "rollback",
    "serve",
    "verify",
    "withdraw",
)
INTERRUPTED, BROKEN_PIPE = 130, 141


class LocalCommand(click.Command):
    """A command whose help has its headings in the language asked for."""

    words: Words

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=self.words("usage") + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        params = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for param in params if (record := param.get_help_record(ctx))]
        if records:
            with formatter.section(self.words("options")):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = self.words("help")
        return option


class LazyGroup(LocalCommand, click.Group):
    """Imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: LocalCommand = importlib.import_module(f"lod.cli.{cmd_name}").command(self.words)
        command.words = self.words
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(self.words("commands")):
            formatter.write_dl([(name, self.words(f"{name}.short")) for name in COMMANDS])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    from lod import __version__

    if value:
        click.echo(__version__)
        ctx.exit()


def _group(words: Words) -> LazyGroup:
    group = LazyGroup(
        "lod",
        help=words("lod"),
        params=[
            click.Option(["--lang"], type=click.Choice(["ja", "en"]), expose_value=False, help=words("lang")),
            click.Option(
                ["--version"],
                is_flag=True,
                expose_value=False,
                is_eager=True,
                callback=_version,
                help=words("version"),
            ),
        ],
        no_args_is_help=True,
    )
    group.words = words
    return group


def run(args: Sequence[str]) -> int:
    """Runs `lod ARGS` and returns the exit status; never raises, never prints a traceback for what a user may cause."""
    _streams()
    words = Words(language(args))
    try:
        status = _group(words).main(_lang_first(args), prog_name="lod", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        return _usage(error, words, args)
    except LodError as error:
        click.echo(words.error(error), err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(words("interrupted"), err=True)
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return BROKEN_PIPE
    except OSError as error:
        place = str(error.filename or "")
        click.echo(
            words.error(StoreError("B08", place=place, problem=error.strerror or type(error).__name__)), err=True
        )
        return StoreError.exit_code
    except Exception as error:  # noqa: BLE001  the command's top: a fault of ours is words as well, never a traceback
        click.echo(words.error(_fault(error)), err=True)
        return StoreError.exit_code
    return status if isinstance(status, int) else 0


def _fault(error: Exception) -> StoreError:
    """A fault of the program, with what its makers need: kind, message and the line it came from."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return StoreError("C99", place=where, problem=f"{type(error).__name__}: {error}")


def _lang_first(args: Sequence[str]) -> list[str]:
    """The arguments with --lang in front, wherever it was given."""
    front: list[str] = []
    rest = list(args)
    for at, arg in enumerate(rest):
        if arg == "--lang" and at + 1 < len(rest):
            front, rest = rest[at : at + 2], rest[:at] + rest[at + 2 :]
            break
        if arg.startswith("--lang="):
            front, rest = [arg], rest[:at] + rest[at + 1 :]
            break
    return front + rest


def _usage(error: click.ClickException, words: Words, args: Sequence[str]) -> int:
    command = next((arg for arg in args if arg in COMMANDS), "")
    click.echo(words.error(UsageError("C06", problem=error.format_message(), command=command)), err=True)
    return UsageError.exit_code


def _streams() -> None:
    """Output that a console cannot show is replaced, not a crash (a Windows console may be CP932)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if sys.stdout is not None and not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if hasattr(signal, "SIGTERM") and os.name == "posix":
        signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))


def _silence() -> None:
    """The reader has gone: what is left in the buffer must not raise again at exit."""
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())

"""Shows findings, counts and progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping

import click

from lod.cli.words import Words
from lod.model import Finding

_SEVERITIES = ("Violation", "Warning", "Info")


def counts(words: Words, numbers: Mapping[str, int]) -> str:
    """違反0件 … in words; only those that there are."""
    found = [f"{words('severity.' + kind)} {numbers[kind]}" for kind in _SEVERITIES if numbers.get(kind)]
    return ", ".join(found) or words("none")


def finding(words: Words, item: Finding) -> str:
    """One finding: place, code, what, seen, expected, what to do."""
    from lod.findings import explain

    said = explain(item, words.lang)
    lines = [f"{item.place}  {item.code}  {words('severity.' + item.severity)}", f"  {said.title}"]
    if item.seen:
        lines.append(f"  {words('seen')}: {_short(item.seen)}")
    return "\n".join([*lines, f"  {words('expected')}: {said.expected}", f"  {words('todo')}: {said.todo}"])


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else plain[:79] + "…"


def findings(words: Words, items: Iterable[Finding], *, err: bool = True) -> None:
    """All findings, the grave ones first."""
    for item in sorted(items, key=lambda item: _SEVERITIES.index(item.severity)):
        click.echo(finding(words, item), err=err)


def progress(words: Words) -> Callable[[str, int, int], None]:
    """A line on a terminal that says how far the work is; nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda _stage, _done, _of: None

    def show(stage: str, done: int, of: int) -> None:
        share = f" {done}/{of}" if of > 1 else ""
        click.echo(f"\r\x1b[K{words('stage.' + stage)}{share}", err=True, nl=stage == "publish")

    return show

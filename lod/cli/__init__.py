"""The command `lod`. One file per command: `lod/cli/<name>.py` offers `command(words) -> click.Command`.

stdout carries data only, messages and progress go to stderr. Exit codes: 0 fine, 1 does not conform, 2 wrong usage or
unreadable source, 3 store or network, 130 interrupted. Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import sys

from lod.cli.running import run


def main() -> None:
    """The entry point of the command line."""
    sys.exit(run(sys.argv[1:]))


__all__ = ["main", "run"]

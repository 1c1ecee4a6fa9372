"""Looks at a query before anything parses it: SERVICE, and how deep its brackets nest.

Oxigraph evaluates SERVICE by itself, to any address, and a deeply nested query overflows its parser's stack, which
ends the process. Its grammar knows no word boundaries, so any word with "service" in it counts, outside strings, IRIs,
comments, variables and the local part of names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_DEPTH = 100
"""Brackets open at once. Written by people: under 15. A thousand kill the process."""

TOKEN = re.compile(
    r"""
    \#[^\r\n]*
  | <[^<>"{}|^`\\\x00-\x20]*>
  | \"{3} (?: \\. | \"{0,2} [^"\\] )* \"{3} | '{3} (?: \\. | '{0,2} [^'\\] )* '{3}
  | " (?: \\. | [^"\\\r\n] )* " | ' (?: \\. | [^'\\\r\n] )* '
  | [?$]\w+
  | (?P<name> [\w.\-]*: ) (?: (?:[\w:]|%[0-9A-Fa-f]{2}|\\[^\w\s]) (?:[\w:.\-\u00B7]|%[0-9A-Fa-f]{2}|\\[^\w\s])* )?
  | (?P<word> \w+ )
  | (?P<open> [({\[] )
  | (?P<close> [)}\]] )
  | .
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Screening:
    """What a look at the text tells. `depth` is the deepest nesting of brackets."""

    service: bool
    depth: int


def screen(query: str) -> Screening:
    """One pass over the text, linear in its length."""
    service, depth, deepest = False, 0, 0
    for match in TOKEN.finditer(query):
        match match.lastgroup:
            case "open":
                depth += 1
                deepest = max(deepest, depth)
            case "close":
                depth -= 1
            case "name" | "word":
                service = service or "service" in match.group(match.lastgroup).casefold()
            case _:
                pass
    return Screening(service, deepest)

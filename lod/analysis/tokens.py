"""The tokens of the part of SPARQL that columns answer. A text with any other token is for the store."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<skip> (?: [ \t\r\n]+ | \#[^\r\n]* )+ )
  | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
  | (?P<string> "[^"\\\r\n]*" | '[^'\\\r\n]*' )
  | (?P<lang> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<variable> [?$][A-Za-z_][A-Za-z0-9_]* (?![^\x00-\x7f]) )
  | (?P<name> [A-Za-z][A-Za-z0-9_-]*:(?:[A-Za-z0-9_][A-Za-z0-9_-]*)? (?! [:%\\] | \.+[\w:%\\-] | [^\x00-\x7f] ) )
  | (?P<number> (?:0|[1-9][0-9]{0,17}) (?![\w.]) )
  | (?P<word> [A-Za-z]+ (?![\w:-]) )
  | (?P<mark> \^\^ | && | != | <= | >= | [{}().;,/|+^=<>*] )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is the name of its group above; a word is in capitals, a variable without its mark."""

    kind: str
    text: str


class BeyondError(Exception):
    """A query that columns do not answer: not a mistake, the store's business."""


def tokens(query: str) -> list[Token]:
    """All tokens. Raises BeyondError for a character that begins none of them."""
    if '"""' in query or "'''" in query or "\0" in query:
        raise BeyondError("long quotes")
    found, at = [], 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise BeyondError(query[at : at + 10])
        at, kind, text = match.end(), match.lastgroup or "", match.group()
        match kind:
            case "skip":
                continue
            case "word":
                text = text if text == "a" else text.upper()
            case "variable":
                text = text[1:]
            case "string" | "iri":
                text = text[1:-1]
            case _:
                pass
        found.append(Token(kind, text))
    return found

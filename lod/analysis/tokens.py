"""The tokens of the part of SPARQL that columns answer. A text with any other token is for the store."""

from __future__ import annotations

import re
from typing import NamedTuple

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
  | (?P<beyond> . )
    """,
    re.VERBOSE | re.DOTALL,
)


_QUOTED = frozenset({"string", "iri"})


class Token(NamedTuple):
    """`kind` is the name of its group above; a word is in capitals, a variable without its mark."""

    kind: str
    text: str


END = Token("end", "")
A = Token("word", "a")


class BeyondError(Exception):
    """A query that columns do not answer: not a mistake, the store's business."""


def tokens(query: str) -> list[Token]:
    """All tokens, END behind them. Raises BeyondError for a character that begins none of them."""
    if '"""' in query or "'''" in query or "\0" in query:
        raise BeyondError("long quotes")
    found: list[Token] = []
    for match in _TOKEN.finditer(query):
        kind, text = match.lastgroup or "", match.group()
        if kind == "skip":
            continue
        if kind == "beyond":
            raise BeyondError(text)
        if kind == "word":
            text = text if text == "a" else text.upper()
        elif kind == "variable":
            text = text[1:]
        elif kind in _QUOTED:
            text = text[1:-1]
        found.append(Token(kind, text))
    found.append(END)
    return found

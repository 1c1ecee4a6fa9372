"""What kind of request a SPARQL text is, told before it is parsed: the kind decides which formats can be offered."""

from __future__ import annotations

import re
from enum import StrEnum

_GAP = r"(?:\s|\#[^\r\n]*)*"
_PROLOGUE = re.compile(
    rf"(?: \s | \#[^\r\n]* | BASE {_GAP} <[^>]*> | PREFIX {_GAP} [^\s:<\#]*: {_GAP} <[^>]*> )*",
    re.VERBOSE | re.IGNORECASE,
)
_VERB = re.compile(
    "(?P<query>select|ask|construct|describe)|(?P<update>insert|delete|load|clear|create|drop|copy|move|add|with)",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """SPARQL 1.1 Query 10.2 and 16; everything of SPARQL 1.1 Update is UPDATE."""

    SELECT = "select"
    ASK = "ask"
    CONSTRUCT = "construct"
    DESCRIBE = "describe"
    UPDATE = "update"
    UNKNOWN = "unknown"

    @property
    def gives_graph(self) -> bool:
        return self in {Kind.CONSTRUCT, Kind.DESCRIBE}


def kind_of(query: str) -> Kind:
    """By the first word after the prologue. UNKNOWN is left to the parser, which says what is wrong."""
    prologue = _PROLOGUE.match(query)
    verb = _VERB.match(query, prologue.end() if prologue else 0)
    if verb is None:
        return Kind.UNKNOWN
    return Kind(verb.group().lower()) if verb.lastgroup == "query" else Kind.UPDATE


def prologue_of(query: str) -> str:
    """Its BASE and PREFIX lines, with the comments between them (SPARQL 1.1 Query 4.1.1)."""
    found = _PROLOGUE.match(query)
    return found.group() if found else ""

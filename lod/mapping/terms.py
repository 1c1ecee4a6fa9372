"""Terms that mapping makes again and again: literals and shared nodes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from lod.vocab import RDF, XSD

TYPE = RDF.type
_KATAKANA = re.compile("[ァ-ヺ]")


def triple(subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> Triple:
    return Triple(subject, predicate, value)


def ja(text: str) -> Literal:
    return Literal(text, language="ja")


def en(text: str) -> Literal:
    return Literal(text, language="en")


def kana(text: str) -> Literal:
    """A reading, tagged by its script in lower case, as RDF stores compare tags differently (ja-hira, ja-kana)."""
    return Literal(text, language="ja-kana" if _KATAKANA.search(text) else "ja-hira")


@lru_cache(maxsize=65536)
def integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def number(value: int | Decimal) -> Literal:
    """xsd:integer or xsd:decimal, never in scientific notation (XML Schema 2, 3.3.3)."""
    if isinstance(value, int):
        return integer(value)
    return Literal(format(value, "f"), datatype=XSD.decimal)


@lru_cache(maxsize=4096)
def day(value: date) -> Literal:
    return Literal(value.isoformat(), datatype=XSD.date)

"""The example queries of ontology/queries/: one file each, said in both languages at its head, as data in the endpoint.

A file is a whole query that runs as it is. Its name is `level-number-key.rq`: 1 needs one pattern, 2 counting and
conditions, 3 graphs, years or subqueries. Its head is a block of comments:

    # ja: 部局とその長
    # en: Departments and their heads
    # about-ja: …
    # about-en: …
    # needs: years | editions           where the query has rows only on data of several years or editions
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from lod.assets import ontology_dir
from lod.iri import Mint
from lod.mapping.terms import TYPE, en, integer, ja
from lod.vocab import PREFIXES, RDFS, SCHEMA, SH, XSD

_NAME = re.compile(r"(?P<level>[1-3])-(?P<number>[0-9]{2})-(?P<key>[a-z0-9-]+)\Z")
_HEAD = re.compile(r"# (?P<name>ja|en|about-ja|about-en|needs): (?P<text>.+)\n")
_VERB = re.compile(r"^(SELECT|CONSTRUCT|ASK)\b", re.MULTILINE)
_PREFIX = re.compile(r"^PREFIX ([a-z]+):", re.MULTILINE)
_KINDS = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
}


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """One example. `title` and `about` are by language; `text` is the query without its head."""

    key: str
    level: int
    number: int
    title: dict[str, str]
    about: dict[str, str]
    needs: str
    text: str

    @property
    def verb(self) -> str:
        """SELECT, CONSTRUCT or ASK."""
        found = _VERB.search(self.text)
        if found is None:
            raise ValueError(self.key)
        return found[1]


@cache
def example_queries() -> tuple[ExampleQuery, ...]:
    """Every example, the simplest first. Raises ValueError, OSError where a file is none."""
    return tuple(_read(path) for path in sorted((ontology_dir() / "queries").glob("*.rq")))


def _read(path: Path) -> ExampleQuery:
    name = _NAME.match(path.stem)
    text = path.read_text(encoding="utf-8")
    head: dict[str, str] = {}
    while found := _HEAD.match(text):
        head[found["name"]] = found["text"]
        text = text[found.end() :]
    if name is None or not {"ja", "en", "about-ja", "about-en"} <= head.keys():
        raise ValueError(path.name)
    return ExampleQuery(
        name["key"],
        int(name["level"]),
        int(name["number"]),
        {"ja": head["ja"], "en": head["en"]},
        {"ja": head["about-ja"], "en": head["about-en"]},
        head.get("needs", ""),
        text,
    )


def map_example_queries(mint: Mint) -> Iterator[Triple]:
    """The examples as SHACL executables (SHACL-AF 5), with the prefixes that they use (SHACL 5.2.1)."""
    prefixes = NamedNode(mint.query_prefixes())
    used = sorted({name for example in example_queries() for name in _PREFIX.findall(example.text)})
    for name in used:
        declaration = NamedNode(mint.query_prefixes(name))
        yield Triple(prefixes, SH.declare, declaration)
        yield Triple(declaration, SH.prefix, Literal(name))
        yield Triple(declaration, SH.namespace, Literal(PREFIXES[name], datatype=XSD.anyURI))
    for example in example_queries():
        node = NamedNode(mint.query(example.key))
        kind, text = _KINDS[example.verb]
        yield Triple(node, TYPE, SH.SPARQLExecutable)
        yield Triple(node, TYPE, kind)
        yield Triple(node, RDFS.label, ja(example.title["ja"]))
        yield Triple(node, RDFS.label, en(example.title["en"]))
        yield Triple(node, RDFS.comment, ja(example.about["ja"]))
        yield Triple(node, RDFS.comment, en(example.about["en"]))
        yield Triple(node, SH.order, integer(100 * example.level + example.number))
        yield Triple(node, SCHEMA.educationalLevel, Literal(str(example.level)))
        yield Triple(node, SCHEMA.target, NamedNode(mint.endpoint))
        yield Triple(node, SH.prefixes, prefixes)
        yield Triple(node, text, Literal(example.text))

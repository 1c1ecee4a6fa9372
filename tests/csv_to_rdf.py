"""CSV on the Web to RDF in minimal mode (W3C csv2rdf 2015, section 4.2), as far as our metadata goes.

Written from the standard, independent of the code under test: it reads metadata and CSV files only.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple
from uritemplate import expand

XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPES = {"integer": "integer", "decimal": "decimal", "boolean": "boolean", "date": "date", "anyURI": "anyURI"}
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+\Z", re.IGNORECASE)


def triples(metadata: Path) -> Iterator[tuple[str, Triple]]:
    """(file, triple) for every cell that stands for one."""
    group = json.loads(metadata.read_text(encoding="utf-8"))
    for table in group["tables"]:
        with (metadata.parent / table["url"]).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, strict=True):
                for triple in _of_row(table["tableSchema"]["columns"], row):
                    yield table["url"], triple


def _of_row(columns: list[dict[str, Any]], row: Mapping[str, str]) -> Iterator[Triple]:
    for column in columns:
        if column.get("suppressOutput"):
            continue
        text = "" if column.get("virtual") else row[column["name"]]
        if not column.get("virtual") and text in column.get("null", [""]):
            continue
        subject, term = (_node(expand(column[key], dict(row))) for key in ("aboutUrl", "propertyUrl"))
        for value in text.split(column["separator"]) if "separator" in column else [text]:
            if "valueUrl" in column:
                yield Triple(subject, term, _node(expand(column["valueUrl"], {**row, column["name"]: value})))
            else:
                yield Triple(subject, term, _literal(column, value))


def _node(iri: str) -> NamedNode:
    assert _ABSOLUTE.match(iri), f"no absolute IRI: {iri!r}"
    return NamedNode(iri)


def _literal(column: Mapping[str, Any], text: str) -> Literal:
    datatype = column["datatype"]
    if isinstance(datatype, dict):
        return Literal(text, datatype=NamedNode(datatype["@id"]))
    if datatype in _TYPES:
        return Literal(text, datatype=NamedNode(XSD + _TYPES[datatype]))
    return Literal(text, language=column["lang"]) if "lang" in column else Literal(text)

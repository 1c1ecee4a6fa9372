"""Metadata of the CSV files (CSV on the Web, W3C 2015): what each column means, and which triples a row stands for.

Converted to RDF by this metadata, the tables say only what the release says (a test does it). Columns that are for
reading only, such as the file of a paper, are suppressed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from lod.distributions.definition import Column, Table, iri, table, tables
from lod.distributions.shelf import Label, Shelf
from lod.iri import Mint
from lod.vocab import MPOL, RDF

Json: TypeAlias = dict[str, Any]
NAME = "csv-metadata.json"
"""Where a processor looks that knows only the address of a CSV file (Tabular Data Model 5.2.2)."""
_TYPES = {"iri": "anyURI"}
_CLASSES = {"programs": MPOL.Program.value}
_NO_CLASS = {"units", "links"}


def write_metadata(shelf: Shelf, mint: Mint, title: Mapping[str, str], licences: Iterable[str]) -> None:
    """csv-metadata.json beside the CSV files."""
    text = json.dumps(metadata(mint, title, licences), ensure_ascii=False, indent=1)
    with shelf.open(f"tables/{NAME}", Label("metadata", "csvw", "csvm")) as file:
        file.write(text.encode() + b"\n")


def metadata(mint: Mint, title: Mapping[str, str], licences: Iterable[str]) -> Json:
    """The table group (Metadata Vocabulary 5.3)."""
    known = [{"@id": licence} for licence in licences]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "dc:title": _both(title),
        **({"dc:license": known} if known else {}),
        "dialect": {"lineTerminators": ["\r\n"]},
        "tables": [_described(item, mint) for item in tables()],
    }


def _described(item: Table, mint: Mint) -> Json:
    schema: Json = {"columns": [_column(item, column, mint) for column in item.columns] + _class(item)}
    if item.primary_key:
        schema["primaryKey"] = list(item.primary_key)
    foreign = [_foreign(column) for column in item.columns if column.references]
    if foreign:
        schema["foreignKeys"] = [
            {"columnReference": [column.name if n == key else n for n in names], "reference": reference}
            for column, (key, names, reference) in zip(
                [column for column in item.columns if column.references], foreign, strict=True
            )
        ]
    return {
        "url": f"{item.name}.csv",
        "dc:title": _both(item.label),
        "dc:description": _both(item.meaning),
        "tableSchema": schema,
    }


def _foreign(column: Column) -> tuple[str, tuple[str, ...], Json]:
    target = table(column.references)
    reference = {"resource": f"{target.name}.csv", "columnReference": list(target.primary_key)}
    return target.key, target.primary_key, reference


def _class(item: Table) -> list[Json]:
    """A column that no file has: what the rows are. Not where a row may stand for something withheld."""
    if item.withheld or item.rows in _NO_CLASS:
        return []
    kind = _CLASSES.get(item.name) or iri(item.rows)
    about = {"aboutUrl": f"{{+{item.key}}}", "propertyUrl": RDF.type.value, "valueUrl": kind}
    return [{"name": "class", "virtual": True, **about}]


def _column(item: Table, column: Column, mint: Mint) -> Json:
    described: Json = {
        "name": column.name,
        "titles": {"en": [column.name, column.label["en"]], "ja": column.label["ja"]},
        "dc:description": _both(column.meaning),
        "skos:example": column.example,
        "datatype": _datatype(column),
    }
    if column.required and not column.absent:
        described["required"] = True
    if column.absent:
        described["null"] = [column.absent]
    if column.separator:
        described["separator"] = column.separator
    if column.lang and not column.lang.endswith("*"):
        described["lang"] = column.lang
    return described | (_said(item, column, mint) or {"suppressOutput": True})


def _datatype(column: Column) -> Any:  # noqa: ANN401  a name or an object
    if column.datatype:
        return {"base": "string", "@id": column.datatype.value}
    return _TYPES.get(column.type, column.type)


def _said(item: Table, column: Column, mint: Mint) -> Json:
    """Subject, property and value of a cell's triple; nothing where it stands for none."""
    own = f"{{+{column.name}}}"
    if column.related_by:
        return {"aboutUrl": f"{{+{item.key}}}", "propertyUrl": f"{{+{column.related_by}}}", "valueUrl": own}
    path = column.path
    if not column.said or path is None or len(path.properties) != 1 or (item.withheld and column.name == "place_iri"):
        return {}
    about = item.column(path.about)
    thing = f"{about.beginning(mint)}{{{about.name}}}" if about.of else f"{{+{about.name}}}"
    said = {"aboutUrl": own if path.inverse else thing, "propertyUrl": path.properties[0].value}
    if path.inverse:
        return said | {"valueUrl": thing}
    if column.of:
        return said | {"valueUrl": f"{column.beginning(mint)}{{{column.name}}}"}
    return said | ({"valueUrl": own} if column.type == "iri" else {})


def _both(words: Mapping[str, str]) -> list[Json]:
    return [{"@value": text, "@language": lang} for lang, text in words.items()]

"""One row of a table: follows the paths of its columns from the row's own thing to the values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TypeAlias

from pyoxigraph import Literal

from lod.distributions.definition import Column, Path, Table, table
from lod.distributions.facts import Facts, Value, places, quotes
from lod.iri import Mint
from lod.vocab import MPC, MPOL, SKOS

Cell: TypeAlias = str | int | Decimal | bool | date | None
Texts: TypeAlias = tuple[str, ...]
_STATUS = MPC.base + "status-"


@cache
def _columns(name: str) -> Mapping[str, Column]:
    return {column.name: column for column in table(name).columns}


class Row:
    """`known` holds what is given for this row, and gets every value that was asked for."""

    def __init__(self, table: Table, facts: Facts, mint: Mint, known: dict[str, Texts]) -> None:
        self._table, self._facts, self._mint, self._known = table, facts, mint, known
        self._columns = _columns(table.name)

    def cells(self) -> list[Cell]:
        """The values in the order of the columns, None where there is none."""
        return [_cell(column, self.texts(column.name)) for column in self._table.columns]

    def texts(self, name: str) -> Texts:
        """The values of a column as texts: IRIs, codes, numbers as written."""
        if name not in self._known:
            self._known[name] = self._found(self._columns[name])
        return self._known[name]

    def _found(self, column: Column) -> Texts:
        if column.name == "place_iri":
            return self._place()
        if column.status_of:
            return self._status(column.status_of)
        values = self._follow(column, column.path) if column.path else ()
        beginning = column.beginning(self._mint)
        if beginning:
            values = tuple(text.removeprefix(beginning) for text in values if text.startswith(beginning))
        return values or ((column.absent,) if column.absent else ())

    def _follow(self, column: Column, path: Path) -> Texts:
        for term in path.properties:
            found: list[str] = []
            for iri in self._iris(path.about):
                if path.inverse:
                    found += self._facts.subjects(term, iri)
                else:
                    found += (value.value for value in self._facts.objects(iri, term) if _fits(column, value))
            if found:
                return tuple(dict.fromkeys(found))
        return ()

    def _iris(self, name: str) -> Texts:
        """The things in a column; a code stands for the IRI that it is short for."""
        beginning = self._columns[name].beginning(self._mint)
        return tuple(beginning + text for text in self.texts(name))

    def _place(self) -> Texts:
        path = self._table.place
        if path is None:
            return ()
        found = [place for iri in self._iris(path.about) for place in places(self._facts, iri, path.properties)]
        if self._table.place_prints:
            names = {_solid(name) for iri in self._iris(self._table.place_prints) for name in self._names(iri)}
            found = [place for place in found if any(_solid(text) in names for text in quotes(self._facts, place))]
        return tuple(found[:1])

    def _names(self, iri: str) -> Texts:
        values = (*self._facts.objects(iri, SKOS.prefLabel), *self._facts.objects(iri, SKOS.altLabel))
        return tuple(value.value for value in values)

    def _status(self, path: Path) -> Texts:
        found = [place for iri in self._iris(path.about) for place in places(self._facts, iri, path.properties)]
        stated = [value.value for place in found[:1] for value in self._facts.objects(place, MPOL.valueStatus)]
        return tuple(text.removeprefix(_STATUS) for text in stated)


def _fits(column: Column, value: Value) -> bool:
    if not isinstance(value, Literal):
        return not column.lang
    if column.datatype:
        return value.datatype == column.datatype
    if column.lang.endswith("*"):
        return (value.language or "").startswith(column.lang[:-1])
    return not column.lang or value.language == column.lang


def _cell(column: Column, texts: Texts) -> Cell:
    if not texts:
        return None
    if column.separator:
        return column.separator.join(texts)
    match column.type:
        case "integer":
            return int(texts[0])
        case "decimal":
            return Decimal(texts[0])
        case "boolean":
            return texts[0] == "true"
        case "date":
            return date.fromisoformat(texts[0])
        case "iri":
            return texts[0]
        case "string":
            return "\n".join(texts)


def _solid(text: str) -> str:
    """A name as it is compared: without white space, widths folded."""
    return "".join(unicodedata.normalize("NFKC", text).split())

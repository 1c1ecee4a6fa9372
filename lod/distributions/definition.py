"""The tables and their columns, read from tables.toml: the one definition behind every tabular file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pyoxigraph import NamedNode

from lod.iri import Mint
from lod.vocab import PREFIXES

Type: TypeAlias = Literal["string", "integer", "decimal", "boolean", "date", "iri"]
Words: TypeAlias = dict[str, str]
"""Japanese and English, by ja and en."""


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value comes from: properties (the first that has one counts) of the thing in the column `about`.

    `inverse`: the thing in `about` is the value, and what is looked for has it.
    """

    about: str
    properties: tuple[NamedNode, ...]
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table. tables.toml says what the fields mean; `references` is the table of a foreign key."""

    name: str
    label: Mapping[str, str]
    meaning: Mapping[str, str]
    example: str
    type: Type = "string"
    path: Path | None = None
    status_of: Path | None = None
    lang: str = ""
    of: str = ""
    datatype: NamedNode | None = None
    separator: str = ""
    absent: str = ""
    required: bool = False
    said: bool = True
    related_by: str = ""
    references: str = ""

    def beginning(self, mint: Mint) -> str:
        """What stands before the code or key in the IRI that the value is short for; '' if it is short for none."""
        if not self.of:
            return ""
        return iri(self.of) if ":" in self.of else mint.stem(self.of)


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `place` leads to where a row stands in its paper; `place_prints` is a column of things one of whose
    names the place must print; `withheld` are places that become rows without a thing.
    """

    name: str
    label: Mapping[str, str]
    meaning: Mapping[str, str]
    rows: str
    key: str
    columns: tuple[Column, ...]
    framed: bool
    place: Path | None
    place_prints: str
    withheld: Path | None

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """What tells its rows apart; nothing where a row may stand for something that is withheld."""
        if self.name == "papers" or self.name == "programs":
            return (self.key,)
        return () if self.withheld or not self.framed else (self.key, "source_iri")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Column(_Strict):
    label: Words
    meaning: Words
    example: str = Field(min_length=1)
    type: Type = "string"
    path: str = ""
    status_of: str = ""
    lang: str = ""
    of: str = ""
    datatype: str = ""
    separator: str = ""
    absent: str = ""
    required: bool = False
    said: bool = True
    related_by: str = ""


class _Table(_Strict):
    label: Words
    meaning: Words
    rows: str
    key: str
    place: str = ""
    place_prints: str = ""
    withheld: str = ""
    columns: list[str]
    iris: list[str]
    paths: dict[str, str] = {}
    references: dict[str, str] = {}
    framed: bool = True


class _File(_Strict):
    frame: list[str]
    standing: list[str]
    addresses: list[str]
    tables: dict[str, _Table]
    columns: dict[str, _Column]


def iri(short: str) -> str:
    """`mpol:Goal` → its IRI; `mpc:stage-` → how the IRIs of stages begin."""
    prefix, _, local = short.partition(":")
    return PREFIXES[prefix] + local


@cache
def tables() -> tuple[Table, ...]:
    """Every table, in the order of the file."""
    text = resources.files("lod.distributions").joinpath("tables.toml").read_text(encoding="utf-8")
    file = _File.model_validate(tomllib.loads(text))
    return tuple(_table(name, given, file) for name, given in file.tables.items())


def table(name: str) -> Table:
    """One table by its name."""
    return next(item for item in tables() if item.name == name)


def _table(name: str, given: _Table, file: _File) -> Table:
    names = [*given.columns, *given.iris]
    if given.framed:
        names = [*file.frame, *given.columns, *file.standing, *given.iris, *file.addresses]
    columns = tuple(_column(column, file.columns[column], given) for column in dict.fromkeys(names))
    if given.framed and name != "papers":
        columns = tuple(replace(item, references="papers") if item.name == "source_iri" else item for item in columns)
    return Table(
        name,
        given.label,
        given.meaning,
        given.rows,
        given.key,
        columns,
        given.framed,
        _path(given.place, given) if given.place else None,
        given.place_prints,
        _path(given.withheld, given) if given.withheld else None,
    )


def _column(name: str, given: _Column, table: _Table) -> Column:
    path = table.paths.get(name, given.path)
    known: dict[str, Any] = given.model_dump(exclude={"path", "status_of", "datatype", "label", "meaning"})
    return Column(
        name,
        given.label,
        given.meaning,
        path=_path(path, table) if path else None,
        status_of=_path(given.status_of, table) if given.status_of else None,
        datatype=NamedNode(iri(given.datatype)) if given.datatype else None,
        references=table.references.get(name, ""),
        **known,
    )


def _path(text: str, table: _Table) -> Path | None:
    """`KEY` is the column of the rows themselves, `PLACE` the one whose places are theirs."""
    about, *properties = text.split()
    if about == "PLACE" and not table.place:
        return None
    about = {"KEY": table.key, "PLACE": table.place.partition(" ")[0]}.get(about, about)
    nodes = tuple(NamedNode(iri(name.removeprefix("^"))) for name in properties)
    return Path(about, nodes, inverse=properties[0].startswith("^"))

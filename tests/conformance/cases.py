"""The project's own cases for SPARQL 1.1, section by section: cases/*.toml, with their data in data/*.

A table is written as people read it: names in the first line, then a row a line, cells apart by ` | `, terms as in
Turtle with the prefixes of PREFIXES, `-` where a variable is unbound.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

HERE = Path(__file__).parent
PREFIXES = {
    "ex": "http://example.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
PROLOGUE = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())
_TURTLE = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())


@dataclass(frozen=True)
class Case:
    """A query on some data and what it gives: a table, a truth, a graph, a number of rows, or an error."""

    file: str
    section: str
    name: str
    data: str
    query: str
    table: str = ""
    truth: bool | None = None
    graph: str | None = None
    count: int | None = None
    error: bool = False
    ordered: bool = False

    @property
    def id(self) -> str:
        return f"{self.section} {self.name}"


def cases() -> Iterator[Case]:
    for path in sorted((HERE / "cases").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in table["case"]:
            yield Case(path.stem, **({"data": table.get("data", "empty.trig")} | entry))


def data(name: str) -> list[ox.Quad]:
    text = (_TURTLE + (HERE / "data" / name).read_text(encoding="utf-8")).encode()
    return list(ox.parse(text, format=ox.RdfFormat.TRIG))


def expected_rows(table: str) -> list[dict[str, object]]:
    lines = [line for line in table.strip().split("\n") if line.strip()]
    names = [name.strip().lstrip("?") for name in lines[0].split(" | ")] if lines and lines[0].strip() != "()" else []
    out = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split(" | ")] if names else []
        terms = iter(_terms([cell for cell in cells if cell != "-"]))
        out.append({name: None if cell == "-" else next(terms) for name, cell in zip(names, cells, strict=True)})
    return out


def _terms(cells: list[str]) -> list[object]:
    text = _TURTLE + "".join(f"<x:s> <x:p{number}> {cell} .\n" for number, cell in enumerate(cells))
    found = {quad.predicate.value: quad.object for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)}
    return [found[f"x:p{number}"] for number in range(len(cells))]


def expected_graph(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse((_TURTLE + text).encode(), format=ox.RdfFormat.TURTLE)]

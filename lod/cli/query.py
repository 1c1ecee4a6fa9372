"""`lod query`: SPARQL on the live release."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words
from lod.errors import SourceError, StoreError, UsageError

if TYPE_CHECKING:
    from lod.stores.oxigraph import Answer

_TABLES = ("table", "csv", "csv-excel", "tsv", "json", "xml")
_GRAPHS = ("ttl", "nt", "rdf", "jsonld")

_TEXT_SECONDS = 60.0
"""What one text search may take; the query itself takes what it takes, it is the user's own."""


def command(words: Words) -> LocalCommand:
    """The command in one language."""
    choice = click.Choice([*_TABLES, *_GRAPHS])
    return LocalCommand(
        "query",
        callback=_query,
        help=words("query.help"),
        params=[
            click.Argument(["file"], metavar="FILE"),
            click.Option(["--format", "form"], type=choice, default="table", help=words("format")),
        ],
    )


def _query(file: str, form: str) -> int:
    from lod import release
    from lod.config import load
    from lod.querying import QueryError
    from lod.querying.text_search import answered
    from lod.stores.screening import MAX_DEPTH, screen

    settings = load()
    text = _text(file)
    live = release.current(settings.var)
    if live is None:
        raise StoreError("B07", place=str(settings.var))
    screening = screen(text)
    if screening.service or screening.depth > MAX_DEPTH:
        problem = "SERVICE" if screening.service else f"nesting > {MAX_DEPTH}"
        raise UsageError("S11", place=file, problem=problem)
    known = _with_prefixes(text)
    try:
        answer = answered(live.open(), known, live.path, _TEXT_SECONDS)
        sys.stdout.buffer.write(_written(answer, form, file))
    except QueryError as error:  # a text search that cannot be answered as it stands
        told = f"{error.outcome} {error.message} (docs/how-to/search-with-sparql.md)"
        raise UsageError("S11", place=file, problem=told) from error
    except SyntaxError as error:
        added = known.count("\n") - text.count("\n")
        raise UsageError("S11", place=file, problem=_shifted(str(error), added)) from error
    return 0


def _text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or type(error).__name__
        raise SourceError("D07", place=file, problem=problem) from error


def _with_prefixes(text: str) -> str:
    """The query with the known prefixes that it uses and does not declare."""
    from lod.vocab import PREFIXES

    declared = {name.lower() for name in re.findall(r"(?i)\bPREFIX\s+([\w.-]*):", text)}
    used = set(re.findall(r"(?<![\w<])([a-z]+):[\w-]", text))
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in sorted(used - declared) if name in PREFIXES]
    return "".join(lines) + text


def _shifted(message: str, added: int) -> str:
    """The parser's message with the line numbers of the user's own text."""
    return re.sub(r"at (\d+):", lambda match: f"at {int(match.group(1)) - added}:", message)


def _written(answer: Answer, form: str, file: str) -> bytes:
    import pyoxigraph as ox

    from lod import formats
    from lod.formats import excel_csv
    from lod.querying.evaluation import table_rows

    if isinstance(answer, ox.QueryTriples):
        chosen = formats.by_suffix(form if form in _GRAPHS else "ttl")
        if form not in (*_GRAPHS, "table") or chosen is None:
            raise UsageError("C02", place=f"{file} --format", value=form, wanted=", ".join(_GRAPHS))
        return chosen.serialize(list(dict.fromkeys(answer)))
    if form in _GRAPHS:
        raise UsageError("C02", place=f"{file} --format", value=form, wanted=", ".join(_TABLES))
    if form == "table":
        return _table(answer).encode()
    if form == excel_csv.SUFFIX:
        return excel_csv.written(table_rows(answer))
    extension = {"json": "srj", "xml": "srx"}.get(form, form)
    result_format = ox.QueryResultsFormat.from_extension(extension)
    return answer.serialize(format=result_format) or b""


def _table(answer: Answer) -> str:
    """Columns set apart by tabs, literals and names without their syntax."""
    import pyoxigraph as ox

    if isinstance(answer, ox.QueryBoolean):
        return f"{bool(answer)}\n".lower()
    assert isinstance(answer, ox.QuerySolutions)  # noqa: S101  the third kind is written elsewhere
    lines = ["\t".join(variable.value for variable in answer.variables)]
    for row in answer:
        lines.append("\t".join("" if term is None else getattr(term, "value", str(term)) for term in row))
    return "\n".join(lines) + "\n"

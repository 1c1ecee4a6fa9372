"""`lod read`: what would be extracted from a paper, beside the findings. Writes nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lod.cli.running import LocalCommand
from lod.cli.words import Words
from lod.errors import SourceError, UsageError

if TYPE_CHECKING:
    from lod.model import Extraction, Finding, PostHolder, Record, Value
    from lod.municipality import Municipality


def command(words: Words) -> LocalCommand:
    """The command in one language."""

    def callback(source: str, municipality: Path | None, form: str) -> int:
        return _read(words, source, municipality, form)

    return LocalCommand(
        "read",
        callback=callback,
        help=words("read.help"),
        params=[
            click.Argument(["source"], metavar="SOURCE"),
            click.Option(["-m", "--municipality"], type=click.Path(path_type=Path), help=words("municipality")),
            click.Option(
                ["--format", "form"], type=click.Choice(["table", "json"]), default="table", help=words("format")
            ),
        ],
    )


def _read(words: Words, source: str, folder: Path | None, form: str) -> int:
    from lod.config import load
    from lod.extract import extract_corrected
    from lod.iri import Mint
    from lod.mapping import map_record
    from lod.model import Severity
    from lod.readers import read
    from lod.validation import Validator

    settings = load({"data": [folder] if folder else None})
    city = _municipality(settings.data, source)
    document = read(_bytes(source), source)
    year = _year(city, source)
    entries = city.corrections_of(Path(source).resolve())
    extraction = extract_corrected(document, city.forms, city.code, year, entries)
    found: tuple[Finding, ...] = extraction.findings
    if extraction.record is not None:
        mint = Mint(settings.base)
        found += Validator(mint).check(map_record(extraction.record, city, mint), source).findings
    _show(words, extraction, found, form)
    return 1 if any(item.severity is Severity.VIOLATION for item in found) else 0


def _bytes(source: str) -> bytes:
    from lod.readers import MAX_BYTES

    if source == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        size = Path(source).stat().st_size
        if size > MAX_BYTES:
            raise SourceError("D06", place=source, size=size, limit=MAX_BYTES)
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or type(error).__name__
        raise SourceError("D07", place=source, problem=problem) from error


def _municipality(folders: tuple[Path, ...], source: str) -> Municipality:
    """The folder that holds the paper, else the only one there is."""
    from lod.municipality import load

    if source != "-":
        path = Path(source).resolve()
        for parent in path.parents:
            if (parent / "municipality.toml").is_file():
                return load(parent)
    if len(folders) != 1:
        raise UsageError("C05", place=source, known=", ".join(folder.name for folder in folders))
    return load(folders[0])


def _year(city: Municipality, source: str) -> int | None:
    path = Path(source).resolve()
    return next((ref.fiscal_year for ref in city.sources if ref.path.resolve() == path), None)


# --- showing ---------------------------------------------------------------------------------------------------


def _show(words: Words, extraction: Extraction, found: tuple[Finding, ...], form: str) -> None:
    from lod.cli import showing
    from lod.release.reports import as_table

    accounting = extraction.accounting
    if form == "json":
        table = {
            "record": _plain(extraction.record),
            "findings": [as_table(item) for item in found],
            "accounting": {
                "mapped": accounting.mapped,
                "boilerplate": accounting.boilerplate,
                "withheld": accounting.withheld,
                "unplaced": [
                    {"line": cell.origin.line, "column": cell.origin.column, "text": cell.text}
                    for cell in accounting.unplaced
                ],
                "total": accounting.total,
            },
        }
        click.echo(json.dumps(table, ensure_ascii=False, indent=1))
        return
    if extraction.record is None:
        click.echo(words("read.none"))
    else:
        for line in _rows(words, extraction.record):
            click.echo("\t".join(line))
    total = accounting.total or 1
    shares = {
        name: f"{count * 100 / total:.1f}%"
        for name, count in (
            ("mapped", accounting.mapped),
            ("boilerplate", accounting.boilerplate),
            ("withheld", accounting.withheld),
            ("unplaced", accounting.unplaced_count),
        )
    }
    click.echo("\n" + words("read.accounting", total=accounting.total, **shares))
    for cell in accounting.unplaced:
        click.echo(f"  {cell.origin.line}:{cell.origin.column}\t{cell.text}")
    if found:
        click.echo(f"\n{words('read.findings')}")
        showing.findings(words, found, err=False)


def _plain(value: Any) -> Any:  # noqa: ANN401  any part of a record
    """A record as JSON: every value with raw text, places and status."""
    from dataclasses import fields, is_dataclass
    from datetime import date
    from decimal import Decimal

    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _rows(words: Words, record: Record) -> list[list[str]]:
    def row(field: str, value: Value[Any] | None, extra: str = "") -> list[str]:
        name = words(f"read.{field}") + extra
        if value is None:
            return [name, "-", "", ""]
        place = f"{value.origins[0].line}:{value.origins[0].column}" if value.origins else "-"
        return [name, str(value.value).replace("\n", " / "), words(f"status.{value.status}"), place]

    def people(holders: tuple[PostHolder, ...], unit: str) -> list[list[str]]:
        found = []
        for holder in holders:
            kana = f"（{holder.reading.value}）" if holder.reading else ""
            line = row("head", holder.name, f" {unit} {holder.post}")
            if holder.reading and holder.name and holder.reading.status != holder.name.status:
                line[2] = words(f"status.{holder.reading.status}")
            found.append([line[0], line[1] + kana, *line[2:]])
        return found

    table = [[words(f"read.{name}") for name in ("field", "value", "status", "place")]]
    table += [row("department", record.department), row("year", record.fiscal_year), row("as_of", record.as_of)]
    table += people(record.heads, record.department.value)
    for section in record.sections:
        count = f" {section.headcount.value}" if section.headcount else ""
        line = row("section", section.name)
        table.append([line[0], line[1] + count, *line[2:]])
        table += people(section.heads, section.name.value)
    table.append(row("policy", record.basic_policy))
    table += [row("goal", goal.text, f" {goal.mark or goal.number}") for goal in record.goals]
    for program in record.programs:
        line = row("program", program.name)
        units = "・".join(section.value for section in program.sections) or "-"
        table.append([line[0], f"{line[1]} ({units})", *line[2:]])
        table.append(row("plan", program.plan))
        for report in program.reports:
            table.append(row(report.stage, report.text))
            for item in report.quantities:
                line = row("quantity", item.evidence)
                table.append([line[0], f"{item.label}: {item.qualifier}{item.value} {item.unit}", *line[2:]])
    return table

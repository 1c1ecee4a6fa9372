"""CSV as Excel opens it by a double click without harm: a byte order mark, and no cell that it would change or execute.

Excel takes UTF-8 without the mark for CP932; a cell that begins like a formula for one, wherever the text came from
(OWASP: CSV injection); and rewrites what looks like a number or a day: a local-government code 011002 would lose its
zero, a corporate number its last digits, and goal 1-2 would become the second of January. Only files that say that they
are for Excel are written so: programs read plain CSV (RFC 4180), which stays as the data are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Protocol

SUFFIX = "csv-excel"
TITLE = "CSV (Excel)"
MEDIA_TYPE = "text/csv"
BOM = "\ufeff"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z", re.ASCII)
_CHANGED = re.compile(r"(?:0[0-9]+|[0-9]{12,}|[0-9]{1,2}[-/][0-9]{1,2}(?:[-/][0-9]{1,4})?)\Z", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What Excel may take for the beginning of a formula; full-width forms too, in Japanese editions."""
_ROWS_AT_ONCE = 500


class Writable(Protocol):
    """Whatever takes bytes."""

    def write(self, data: bytes, /) -> object: ...


def guarded(cell: str) -> str:
    """A cell whose text Excel shows as it is: digits that it would shorten as a quoted text, a formula with `'` before.

    Numbers, negative ones too, stay numbers; a mark alone, as tables have it for "none", is no formula.
    """
    if _CHANGED.match(cell):
        return f'="{cell}"'
    if len(cell) > 1 and cell.lstrip(" \u3000").startswith(_FORMULA) and not _NUMBER.match(cell):
        return f"'{cell}"
    return cell


def write(rows: Iterable[Iterable[str]], output: Writable) -> None:
    """Writes rows, the header first, in pieces."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write(BOM)
    for number, row in enumerate(rows, 1):
        writer.writerow([guarded(cell) for cell in row])
        if number % _ROWS_AT_ONCE == 0:
            output.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
    output.write(text.getvalue().encode())


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """A small table as a whole file."""
    output = io.BytesIO()
    write(rows, output)
    return output.getvalue()

"""report.index: where each source's findings stand in report.json, so that a page reads them without the rest.

A line for each run of findings: source, first byte, bytes, in order of the source. A paper's source is written as its
municipality's code and its path (142034/sources/2016/x.txt), anything else as in the report.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lod.municipality import Municipality

NAME = "report.index"
_MOST = 500
_MOST_BYTES = 4 * 1024**2


def write_findings_index(folder: Path, municipalities: Sequence[Municipality]) -> None:
    """Writes report.index beside a report.json that is whole."""
    codes = {city.folder.name: city.code for city in municipalities}
    lines = sorted(_runs(folder / "report.json", codes))
    text = "".join(f"{source}\t{start}\t{length}\n" for source, start, length in lines)
    (folder / NAME).write_text(text, encoding="utf-8", newline="\n")


def _runs(report: Path, codes: dict[str, str]) -> Iterator[tuple[str, int, int]]:
    run: tuple[str, int, int] | None = None
    at = 0
    with report.open("rb") as file:
        for line in file:
            if line.startswith(b"{"):
                source = _key(json.loads(line.rstrip(b",\n"))["source"], codes)
                if run and run[0] == source:
                    run = (source, run[1], at + len(line) - run[1])
                else:
                    if run:
                        yield run
                    run = (source, at, len(line))
            at += len(line)
    if run:
        yield run


def _key(source: str, codes: dict[str, str]) -> str:
    folder, slash, path = source.partition("/")
    return f"{codes[folder]}/{path}" if slash and folder in codes else source


def findings_of(release: Path, sources: list[str]) -> list[dict[str, Any]]:
    """The findings of some sources, at most 500 of each, by line; none where the release has no index."""
    index = release / NAME
    if not index.is_file() or not index.stat().st_size:
        return []
    found: list[dict[str, Any]] = []
    with index.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        for source in sources:
            for start, length in _places(lines, source.encode() + b"\t"):
                found += _read(release / "report.json", start, length)
    return sorted(found, key=lambda item: (item["line"] or 0, item["column"] or 0))


def _places(lines: mmap.mmap, key: bytes) -> Iterator[tuple[int, int]]:
    """Binary search for the first line with a key, then those that follow."""
    low, high = 0, len(lines)
    while low < high:
        middle = lines.rfind(b"\n", 0, (low + high) // 2) + 1
        end = lines.find(b"\n", middle) + 1
        if lines[middle:end] < key:
            low = end
        else:
            high = middle
    while lines[low : low + len(key)] == key:
        end = lines.find(b"\n", low)
        _, start, length = lines[low:end].rsplit(b"\t", 2)
        yield int(start), int(length)
        low = end + 1


def _read(report: Path, start: int, length: int) -> list[dict[str, Any]]:
    with report.open("rb") as file:
        file.seek(start)
        lines = file.read(min(length, _MOST_BYTES)).splitlines(keepends=True)
    whole = (line.rstrip(b",\n") for line in lines[:_MOST] if line.startswith(b"{"))
    return [json.loads(line) for line in whole if line.endswith(b"}")]

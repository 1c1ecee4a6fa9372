"""Columns of whole numbers in one file, which processes map into memory and share.

A file of little-endian 32-bit integers; where each column begins and how long it is stands in the index.
"""

from __future__ import annotations

import mmap
import sys
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Column: TypeAlias = "array[int]"
Extent: TypeAlias = tuple[int, int]


def column(values: Sequence[int] = ()) -> Column:
    return array("i", values)


def write(path: Path, columns: Mapping[str, Column]) -> dict[str, Extent]:
    """Writes the columns one after the other; returns (first, count) of each, counted in numbers."""
    extents, at = {}, 0
    with path.open("wb") as file:
        for name, values in columns.items():
            file.write(_little_endian(values).tobytes())
            extents[name] = (at, len(values))
            at += len(values)
    return extents


def read(path: Path, extents: Mapping[str, Extent]) -> dict[str, Sequence[int]]:
    """The columns of a file, mapped where the machine's numbers are as the file's."""
    if sys.byteorder == "big" or path.stat().st_size == 0:
        whole: Sequence[int] = _little_endian(array("i", path.read_bytes()))
    else:
        with path.open("rb") as file:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("i")
    return {name: whole[first : first + count] for name, (first, count) in extents.items()}


def _little_endian(values: Column) -> Column:
    if sys.byteorder == "little":
        return values
    swapped = array("i", values)
    swapped.byteswap()
    return swapped

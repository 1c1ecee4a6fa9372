"""Whole numbers as text: short, quick to read in a browser, and safe within a JavaScript string.

A digit is one of 92 printable ASCII characters. The first one tells how many follow:

    0 … 59       nothing follows, it is the number
    60 … 87      1 follows: 60 + 92 * (first - 60) + next
    88 … 90      2 follow:  2,636 + 92² * (first - 88) + …
    91           4 follow:  a number below 92⁴

lod/web/static/offline/search-index.js reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]
DIGITS = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"\\<')
BASE = len(DIGITS)
_FIRSTS = (60, 88, 91)
"""The first digits with 1, 2 and 4 digits behind them."""
_TWO = _FIRSTS[0] + (_FIRSTS[1] - _FIRSTS[0]) * BASE
_THREE = _TWO + (_FIRSTS[2] - _FIRSTS[1]) * BASE**2
LIMIT = BASE**4
"""Numbers from here on cannot be written."""
_CODES = np.frombuffer(DIGITS.encode(), np.uint8)


def numbers(values: Sequence[int]) -> Numbers:
    return np.asarray(values, np.int64)


def encoded(values: Numbers) -> str:
    """The numbers, none of them negative, one after the other."""
    if not len(values):
        return ""
    if values.min() < 0 or values.max() >= LIMIT:
        raise ValueError(f"not between 0 and {LIMIT - 1}: {values.min()} … {values.max()}")
    lengths = np.select((values < _FIRSTS[0], values < _TWO, values < _THREE), (1, 2, 3), 5)
    ends = np.cumsum(lengths)
    digits = np.zeros(int(ends[-1]), np.uint8)
    for length, first, below in ((1, 0, 0), (2, _FIRSTS[0], _FIRSTS[0]), (3, _FIRSTS[1], _TWO), (5, _FIRSTS[2], 0)):
        chosen = lengths == length
        if not chosen.any():
            continue
        rest, at = values[chosen] - below, ends[chosen] - 1
        for place in range(length - 1):
            rest, digits[at - place] = np.divmod(rest, BASE)
        digits[at - (length - 1)] = rest + first
    return _CODES[digits].tobytes().decode("ascii")


def gaps(ascending: Numbers) -> str:
    """Numbers in ascending order, each as its distance from the one before."""
    return encoded(np.diff(ascending, prepend=0))

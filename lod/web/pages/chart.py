"""Small column charts, drawn on the server as SVG. Each stands beside a table with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_HEIGHT, _TOP, _BOTTOM = 132.0, 22.0, 38.0
_STEP, _WIDTH, _MARGIN = 64.0, 30.0, 8.0
MOST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a year; `number` is as published, '' where there is none. `before` and `after` are the axis labels."""

    label: str
    under: str
    number: str
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column in the drawing's own units, with where its texts stand."""

    x: float
    y: float
    height: float
    middle: float
    point: Point


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing; `key` tells the ids of several on one page apart."""

    key: str
    width: float
    height: float
    base: float
    bar: float
    columns: tuple[Column, ...]


def columns(key: str, points: Sequence[Point]) -> Chart | None:
    """The drawing of some points, the first 40; None for fewer than two numbers or a number below 0."""
    shown = [(point, _number(point.number)) for point in points[:MOST_COLUMNS]]
    known = [number for _, number in shown if number is not None]
    if len(known) < 2 or min(known) < 0:
        return None
    most = max(known) or Decimal(1)
    base = _HEIGHT - _BOTTOM
    drawn = []
    for at, (point, number) in enumerate(shown):
        middle = _MARGIN + _STEP * (at + 0.5)
        tall = float((number or 0) / most) * (base - _TOP)
        drawn.append(Column(middle - _WIDTH / 2, round(base - tall, 1), round(tall, 1), middle, point))
    return Chart(key, _STEP * len(shown) + 2 * _MARGIN, _HEIGHT, base, _WIDTH, tuple(drawn))


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None

"""A chart of a result where there are numbers: lines over time, else bars. Made as values; the template draws them.

Numbers of different units are not compared: of several, the unit with the most rows is drawn, and the page says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from lod.vocab import PREFIXES

Binding: TypeAlias = Mapping[str, Mapping[str, Any]]
MOST_BARS = 30
MOST_LINES = 8
_XSD = PREFIXES["xsd"]
_WHOLE = ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "unsignedInt")
_NUMBERS = {_XSD + name for name in (*_WHOLE, "decimal", "double", "float")}
_TIMES = {_XSD + name for name in ("gYear", "gYearMonth", "date", "dateTime")}
_TIME_NAMES = {"year", "fy", "day", "date", "month"}
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}\Z")
_NO_AMOUNT = {"number", "line", "column", "page", "order", "level", "code", "start", "end", "lat", "long"}
"""Names of columns whose numbers say which one, not how many."""
_MOST_LABELS = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: `share` of the longest bar in percent, `offset` from the left where there are negative numbers."""

    label: str
    value: str
    offset: float
    share: float


@dataclass(frozen=True, slots=True)
class Line:
    """A series: `points` as SVG wants them, in a field of 100 × 100; `last` is its latest value."""

    label: str
    points: tuple[tuple[float, float], ...]
    last: str
    summary: str

    @property
    def path(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars or lines. `left_out` counts what is not drawn; `unit` is the one drawn where the result has several."""

    value: str
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    times: tuple[str, ...] = ()
    bottom: str = ""
    top: str = ""
    unit: str = ""
    left_out: int = 0


def chart_of(names: Sequence[str], rows: Sequence[Binding]) -> Chart | None:
    """The chart of a result's rows (SPARQL 1.1 Results JSON 3.2); None where nothing is to be drawn."""
    time = next((name for name in names if _is_time(name, rows)), "")
    value = next((name for name in names if name != time and _is_amount(name, rows)), "")
    if not value:
        return None
    unit, kept = _one_unit(rows, value)
    if len(kept) < 2:
        return None
    texts = [name for name in names if name not in {time, value, "unit"} and not _is_number(name, kept)]
    before = [name for name in texts if list(names).index(name) < list(names).index(value)]
    labels = [name for name in before or texts if len({_text(row, name) for row in kept}) > 1][-_MOST_LABELS:]
    if time and len({_text(row, time) for row in kept}) > 1:
        return _lines(value, unit, kept, time, labels)
    return _bars(value, unit, kept, labels or (before or texts)[-1:])


def _text(row: Binding, name: str) -> str:
    text = row.get(name, {}).get("value", "")
    return text if isinstance(text, str) else ""


def _is_number(name: str, rows: Sequence[Binding]) -> bool:
    found = [row[name] for row in rows if name in row]
    return bool(found) and all(term.get("datatype") in _NUMBERS and _number(str(term["value"])) for term in found)


def _number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e15
    except ValueError:
        return False


def _is_amount(name: str, rows: Sequence[Binding]) -> bool:
    return name.lower() not in _NO_AMOUNT and _is_number(name, rows)


def _is_time(name: str, rows: Sequence[Binding]) -> bool:
    """Days and years by their datatype; a bare year where the column is called one."""
    found = [row[name] for row in rows if name in row]
    if len(found) < len(rows) or not found:
        return False
    named = name.lower() in _TIME_NAMES
    return all(
        term.get("datatype") in _TIMES or (named and bool(_YEAR.match(str(term.get("value"))))) for term in found
    )


def _one_unit(rows: Sequence[Binding], value: str) -> tuple[str, list[Binding]]:
    """The rows with a value, of the commonest unit where a column `unit` has several."""
    kept = [row for row in rows if value in row]
    units = Counter(_text(row, "unit") for row in kept)
    if len(units) < 2:
        return "", kept
    unit = min(units, key=lambda name: (-units[name], name))
    return unit, [row for row in kept if _text(row, "unit") == unit]


def _label(row: Binding, labels: Sequence[str]) -> str:
    return " · ".join(
        text.rpartition("/")[2] if _is_iri(row, name) else text for name in labels if (text := _text(row, name))
    )


def _is_iri(row: Binding, name: str) -> bool:
    return row.get(name, {}).get("type") == "uri"


def _bars(value: str, unit: str, rows: Sequence[Binding], labels: Sequence[str]) -> Chart:
    numbers = [float(_text(row, value)) for row in rows[:MOST_BARS]]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    span = high - low or 1.0
    bars = tuple(
        Bar(
            _label(row, labels),
            _text(row, value),
            round(100 * (min(number, 0.0) - low) / span, 2),
            round(100 * abs(number) / span, 2),
        )
        for row, number in zip(rows, numbers, strict=False)
    )
    return Chart(value, bars, unit=unit, left_out=max(0, len(rows) - MOST_BARS))


def _lines(value: str, unit: str, rows: Sequence[Binding], time: str, labels: Sequence[str]) -> Chart | None:
    """A line per series, the longest first; of two values of one series and moment, nobody knows which to draw."""
    series: dict[str, dict[str, str]] = {}
    for row in rows:
        moments = series.setdefault(_label(row, labels), {})
        if _text(row, time) in moments:
            return _bars(value, unit, rows, [time, *labels][-_MOST_LABELS:])
        moments[_text(row, time)] = _text(row, value)
    chosen = sorted(series, key=lambda name: -len(series[name]))[:MOST_LINES]
    times = sorted({moment for name in chosen for moment in series[name]})
    numbers = [float(number) for name in chosen for number in series[name].values()]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    span = high - low or 1.0
    step = 100 / (len(times) - 1) if len(times) > 1 else 0.0
    lines = tuple(
        Line(
            name,
            tuple(
                (round(step * place, 2), round(100 - 100 * (float(series[name][moment]) - low) / span, 2))
                for place, moment in enumerate(times)
                if moment in series[name]
            ),
            series[name][max(series[name])],
            ", ".join(f"{moment}: {series[name][moment]}" for moment in sorted(series[name])),
        )
        for name in chosen
    )
    return Chart(
        value,
        lines=lines,
        times=tuple(times),
        bottom=f"{low:g}",
        top=f"{high:g}",
        unit=unit,
        left_out=len(series) - len(chosen),
    )

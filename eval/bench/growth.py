"""How figures grow with the amount of work, as lines in a chart, by logarithms or plainly.

Only geometry, in pixels from the top left corner: the template draws it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

WIDTH, HEIGHT = 760, 320
LEFT, RIGHT, TOP, BOTTOM = 76, 560, 16, 268
_LEAST = 1e-3
_TICKS = 5
_APART = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place with what is written there."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One curve: its points, the ranges around them, and its name at the end."""

    name: Mark
    points: tuple[Mark, ...]
    ranges: tuple[tuple[float, float, float], ...] = ()

    @property
    def path(self) -> str:
        """The points as SVG has them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Everything the template draws."""

    lines: tuple[Line, ...]
    x_ticks: tuple[Mark, ...]
    y_ticks: tuple[Mark, ...]
    x_name: str
    y_name: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


Curve = Sequence[tuple[float, float]]


def growth(
    curves: Mapping[str, Curve],
    *,
    x_name: str,
    y_name: str,
    plain: bool = False,
    ranges: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> Growth:
    """Lay out curves of (amount, value), with the least and greatest value of each point.

    Args:
        curves: The points of each curve by its name.
        x_name: What is counted across.
        y_name: What is measured, with its unit.
        plain: From 0 in even steps, rather than by logarithms.
        ranges: For curves that have them, a range a point.
    """
    ranges = ranges or {}
    amounts = [amount for curve in curves.values() for amount, _ in curve]
    values = [max(value, _LEAST) for curve in curves.values() for _, value in curve]
    values += [max(end, _LEAST) for pairs in ranges.values() for pair in pairs for end in pair]
    kind = _Even if plain else _Powers
    across, up = kind(amounts, LEFT, RIGHT), kind(values, BOTTOM, TOP)
    lines = [
        Line(
            name=Mark(x=RIGHT + 10, y=up.at(curve[-1][1]), label=name),
            points=tuple(
                Mark(x=across.at(amount), y=up.at(value), label=f"{amount:,.0f}: {short(value)}")
                for amount, value in curve
            ),
            ranges=tuple(
                (across.at(amount), up.at(low), up.at(high))
                for (amount, _), (low, high) in zip(curve, ranges.get(name, ()), strict=False)
            ),
        )
        for name, curve in curves.items()
    ]
    return Growth(
        lines=tuple(_apart(lines)),
        x_ticks=tuple(Mark(x=across.at(t), y=BOTTOM, label=f"{t:,.0f}") for t in across.ticks),
        y_ticks=tuple(Mark(x=LEFT, y=up.at(t), label=f"{t:,g}") for t in up.ticks),
        x_name=x_name,
        y_name=y_name,
    )


class _Scale(Protocol):
    """Maps values to pixels."""

    ticks: Sequence[float]

    def at(self, value: float) -> float:
        """Return the pixel of a value."""


class _Powers:
    """By their logarithm, from one power of ten to another."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        first = math.floor(math.log10(min(values)))
        last = max(math.ceil(math.log10(max(values)) - 1e-9), first + 1)
        self.ticks: Sequence[float] = [10.0**power for power in range(first, last + 1)]
        self._first, self._span = first, last - first
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (math.log10(max(value, _LEAST)) - self._first) / self._span
        return round(self._start + share * (self._end - self._start), 1)


class _Even:
    """In even steps from 0."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        step = nice(max(values) / _TICKS)
        count = math.ceil(max(values) / step - 1e-9)
        self.ticks: Sequence[float] = [step * number for number in range(count + 1)]
        self._most = step * count
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        return round(self._start + value / self._most * (self._end - self._start), 1)


def short(value: float) -> str:
    """Return a figure with three digits, or all of its whole ones."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def nice(step: float) -> float:
    """Return the next of 1, 2 and 5 times a power of ten that is not below `step`."""
    power: float = 10.0 ** math.floor(math.log10(step))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step * 0.999)


def _apart(lines: Sequence[Line]) -> list[Line]:
    """Move names so that none lies on another, and none below the chart."""
    from dataclasses import replace

    placed: list[Line] = []
    for line in sorted(lines, key=lambda one: one.name.y):
        y = max(line.name.y, placed[-1].name.y + _APART) if placed else line.name.y
        placed.append(replace(line, name=replace(line.name, y=y)))
    ceiling = float(BOTTOM)
    for index in range(len(placed) - 1, -1, -1):
        line = placed[index]
        y = min(line.name.y, ceiling)
        placed[index] = replace(line, name=replace(line.name, y=y))
        ceiling = y - _APART
    return placed

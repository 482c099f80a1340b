"""How figures grow with the size of an index, as lines in a chart by logarithms.

Only geometry, in pixels from the top left corner: the template draws it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 560, 16, 272


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place with what is written there."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One curve: its points, and its name at the end."""

    name: Mark
    points: tuple[Mark, ...]

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
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def growth(curves: Mapping[str, Sequence[tuple[float, float]]]) -> Growth:
    """Lay out curves of (size, value), both by their logarithm."""
    sizes = [size for curve in curves.values() for size, _ in curve]
    values = [max(value, 1e-3) for curve in curves.values() for _, value in curve]
    across, up = _Scale(sizes, LEFT, RIGHT), _Scale(values, BOTTOM, TOP)
    lines = [
        Line(
            name=Mark(x=RIGHT + 10, y=up.at(curve[-1][1]), label=name),
            points=tuple(
                Mark(x=across.at(size), y=up.at(value), label=f"{size:,.0f}: {value:,.1f}")
                for size, value in curve
            ),
        )
        for name, curve in curves.items()
    ]
    return Growth(
        lines=tuple(_apart(lines)),
        x_ticks=tuple(Mark(x=across.at(p), y=BOTTOM, label=f"{p:,.0f}") for p in across.powers),
        y_ticks=tuple(Mark(x=LEFT, y=up.at(p), label=f"{p:,g}") for p in up.powers),
    )


class _Scale:
    """Maps values to pixels by their logarithm, from one power of ten to another."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        first = math.floor(math.log10(min(values)))
        last = max(math.ceil(math.log10(max(values)) - 1e-9), first + 1)
        self.powers = [10.0**power for power in range(first, last + 1)]
        self._first, self._span = first, last - first
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (math.log10(max(value, 1e-3)) - self._first) / self._span
        return round(self._start + share * (self._end - self._start), 1)


def _apart(lines: Sequence[Line]) -> list[Line]:
    """Move names so that none lies on another."""
    from dataclasses import replace

    placed: list[Line] = []
    for line in sorted(lines, key=lambda one: one.name.y):
        y = max(line.name.y, placed[-1].name.y + 16) if placed else line.name.y
        placed.append(replace(line, name=replace(line.name, y=y)))
    return placed

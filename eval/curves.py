"""Curves over something that grows: evidence, escalation, seconds. Only geometry, in pixels.

Each curve has its name in a column at the right, spread so that none touches another; curves
are told apart by dashes and marks too, for who prints without colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.chart import LINE, Tick, nice, spread

WIDTH, HEIGHT = 860, 300
LEFT, TOP, BOTTOM, GUTTER = 64, 14, 52, 210
DASHES = ("", "7 4", "2 3", "10 3 2 3", "14 4", "4 2", "10 2 2 2 2 2")
_LONGEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A value of a curve, with its interval where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What an axis is called, how its values are written, and whether it is logarithmic.

    With `names` it has kinds instead of values: the first is at 0, the next at 1.
    """

    title: str
    text: Callable[[float], str]
    logarithmic: bool = False
    most: float | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A value in the chart, its interval, and what it is when somebody points at it."""

    x: float
    y: float
    upper: float
    lower: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One curve; a `plain` one was not measured but is there to hold the others against."""

    name: str
    label: str
    dashes: str
    number: int
    label_y: float
    end_y: float
    marks: tuple[Mark, ...]
    plain: bool = False

    @property
    def path(self) -> str:
        """The marks as SVG has them."""
        return " ".join(f"{mark.x},{mark.y}" for mark in self.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Everything the template draws. What stands by kinds is not `joined` by lines."""

    x_title: str
    y_title: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    curves: tuple[Curve, ...]
    joined: bool = True
    width: int = WIDTH
    height: int = HEIGHT + TOP + BOTTOM
    left: int = LEFT
    right: int = WIDTH - GUTTER
    top: int = TOP
    bottom: int = TOP + HEIGHT


def curves(values: Mapping[str, Sequence[At]], x: Axis, y: Axis, plain: str = "") -> Curves:
    """Lay out curves by name; each must hold a value. The one named `plain` was not measured.

    Raises:
        ValueError: There is nothing to draw.
    """
    if not values or not all(values.values()):
        raise ValueError("a curve needs a value at least")
    marks = [one for curve in values.values() for one in curve]
    right, bottom = WIDTH - GUTTER, TOP + HEIGHT
    across = _scale(x, [one.x for one in marks], LEFT, right)
    up = _scale(y, [v for one in marks for v in (one.y, one.low, one.high)], bottom, TOP)
    ends = [up.at(curve[-1].y) for curve in values.values()]
    if x.names:  # in the order in which they stand beside one another
        ends = [float(TOP)] * len(values)
    heights = spread(ends, LINE / 2, TOP + 6, bottom - 6)
    return Curves(
        x_title=x.title + (" (logarithmic)" if x.logarithmic else ""),
        y_title=y.title + (" (logarithmic)" if y.logarithmic else ""),
        x_ticks=across.named(x.names) if x.names else across.ticks(x.text),
        y_ticks=up.ticks(y.text),
        joined=not x.names,
        curves=tuple(
            Curve(
                name=name,
                label=name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…",
                dashes=DASHES[number % len(DASHES)],
                number=number,
                label_y=heights[number],
                end_y=ends[number],
                marks=tuple(_mark(one, across, up, name, x, y) for one in curve),
                plain=name == plain,
            )
            for number, (name, curve) in enumerate(values.items())
        ),
    )


def distribution(seconds: Sequence[float]) -> list[At]:
    """Return which share of answers was there after how many seconds, as a curve."""
    ordered = sorted(seconds)
    return [At(x=value, y=(place + 1) / len(ordered)) for place, value in enumerate(ordered)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Maps values to pixels; `values` are those that are marked."""

    values: tuple[float, ...]
    start: float
    end: float
    logarithmic: bool

    def at(self, value: float) -> float:
        """Return the pixel of a value, kept within the axis."""
        low, high = self.values[0], self.values[-1]
        if self.logarithmic:
            share = math.log(max(value, low) / low) / math.log(high / low)
        else:
            share = (value - low) / (high - low)
        return round(self.start + min(1.0, max(0.0, share)) * (self.end - self.start), 1)

    def ticks(self, text: Callable[[float], str]) -> tuple[Tick, ...]:
        return tuple(Tick(at=self.at(value), label=text(value)) for value in self.values)

    def named(self, names: Sequence[str]) -> tuple[Tick, ...]:
        return tuple(Tick(at=self.at(place), label=name) for place, name in enumerate(names))


def _scale(axis: Axis, values: Sequence[float | None], start: float, end: float) -> _Scale:
    known = [value for value in values if value is not None]
    if axis.names:
        marked: tuple[float, ...] = (-0.5, len(axis.names) - 0.5)
    elif axis.logarithmic:
        least = min((value for value in known if value > 0), default=1.0)
        first = math.floor(math.log10(least))
        last = max(math.ceil(math.log10(max([least, *known])) - 1e-9), first + 1)
        marked = tuple(10.0**power for power in range(first, last + 1))
    else:
        most = axis.most or max([*known, 1e-9])
        step = nice(most / 5)
        marked = tuple(step * n for n in range(math.ceil(most / step - 1e-9) + 1))
    return _Scale(values=marked, start=start, end=end, logarithmic=axis.logarithmic)


def _mark(one: At, across: _Scale, up: _Scale, name: str, x: Axis, y: Axis) -> Mark:
    where = x.names[round(one.x)] if x.names else x.text(one.x)
    return Mark(
        x=across.at(one.x),
        y=up.at(one.y),
        upper=up.at(one.y if one.high is None else one.high),
        lower=up.at(one.y if one.low is None else one.low),
        title=f"{name}: {y.text(one.y)} at {where}",
    )

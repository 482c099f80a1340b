"""Where things stand in the chart of quality against what an answer takes: seconds, or money.

Only geometry, in pixels from the top left corner: the template draws it. Labels stand in a
column of their own, spread so that none touches another, with a line from point to label.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH = 860
LEFT, TOP, BOTTOM, GUTTER = 64, 18, 56, 270
LINE = 34
_PLOT_HEIGHT = 300
_LOG_FROM = 20.0
_LONGEST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A generator's quality (a share) and what an answer takes, each with its interval."""

    name: str
    quality: tuple[float, float, float]
    amount: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A generator in the chart: its point, its two intervals, its label."""

    x: float
    y: float
    left: float
    right: float
    upper: float
    lower: float
    label_y: float
    name: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything the template draws."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    logarithmic: bool
    least: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    points: tuple[Point, ...]
    frontier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Maps values to pixels, straight or by their logarithm."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Return the pixel of a value, kept within the axis."""
        if self.logarithmic:
            share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(self.start + min(1.0, max(0.0, share)) * (self.end - self.start), 1)


def chart(generators: Sequence[Measured], text: Callable[[float], str]) -> Chart:
    """Lay out one point a generator, and the line of those that no other surpasses.

    Args:
        generators: What is drawn.
        text: Writes an amount with its unit.
    """
    plot = max(_PLOT_HEIGHT, LINE * len(generators))
    right, bottom = WIDTH - GUTTER, TOP + plot
    least = max(0.0, math.floor(min(g.quality[1] for g in generators) * 10 - 0.5) / 10)
    least = min(least, 0.8)
    y_axis = _Axis(low=least, high=1.0, start=bottom, end=TOP)
    x_axis, x_ticks = _amount_axis(generators, LEFT, right)
    heights = spread([y_axis.at(g.quality[0]) for g in generators], LINE, TOP + 8, bottom - 8)
    return Chart(
        width=WIDTH,
        height=bottom + BOTTOM,
        left=LEFT,
        right=right,
        top=TOP,
        bottom=bottom,
        logarithmic=x_axis.logarithmic,
        least=least,
        x_ticks=x_ticks,
        y_ticks=_quality_ticks(y_axis),
        points=tuple(
            _point(generator, x_axis, y_axis, height, text)
            for generator, height in zip(generators, heights, strict=True)
        ),
        frontier=_frontier(generators, x_axis, y_axis),
    )


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions near the wanted ones, in the same order, at least `gap` apart.

    They stay between `low` and `high` as long as they all fit there.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed: list[float] = []
    for index in order:
        floor = placed[-1] + gap if placed else low
        placed.append(max(wanted[index], floor))
    ceiling = max(high, low + gap * (len(placed) - 1))
    for position in range(len(placed) - 1, -1, -1):
        placed[position] = min(placed[position], ceiling)
        ceiling = placed[position] - gap
    result = [0.0] * len(wanted)
    for index, value in zip(order, placed, strict=True):
        result[index] = round(value, 1)
    return result


def seconds_text(seconds: float) -> str:
    """Return a time with three figures, in milliseconds below a tenth of a second."""
    if seconds < 0.1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 1000 else f"{seconds:.0f} s"


def _frontier(generators: Sequence[Measured], x_axis: _Axis, y_axis: _Axis) -> str:
    """Return the line of those whose quality nobody has for less, as SVG has it."""
    best, places = -1.0, []
    for one in sorted(generators, key=lambda g: (g.amount[0], -g.quality[0])):
        if one.quality[0] > best:
            best = one.quality[0]
            places.append(f"{x_axis.at(one.amount[0])},{y_axis.at(one.quality[0])}")
    return " ".join(places) if len(places) > 1 else ""


def _point(
    generator: Measured,
    x_axis: _Axis,
    y_axis: _Axis,
    label_y: float,
    text: Callable[[float], str],
) -> Point:
    name = generator.name
    quality, low, high = generator.quality
    amount, least, most = generator.amount
    return Point(
        x=x_axis.at(amount),
        y=y_axis.at(quality),
        left=x_axis.at(least),
        right=x_axis.at(most),
        upper=y_axis.at(high),
        lower=y_axis.at(low),
        label_y=label_y,
        name=name,
        label=name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…",
        detail=f"{quality:.1%} right, {text(amount)}",
    )


def _quality_ticks(axis: _Axis) -> tuple[Tick, ...]:
    step = 0.2 if axis.low < 0.4 else 0.1
    count = round((1.0 - axis.low) / step)
    values = [1.0 - step * number for number in range(count + 1)]
    return tuple(
        Tick(at=axis.at(value), label=f"{value:.0%}")
        for value in values
        if value >= axis.low - 1e-9
    )


def _amount_axis(
    generators: Sequence[Measured], start: int, end: int
) -> tuple[_Axis, tuple[Tick, ...]]:
    """Return the axis of amounts: by logarithm when the most is many times the least."""
    means = [max(g.amount[0], 1e-6) for g in generators]
    highest = max([1e-6, *(g.amount[2] for g in generators)])
    if max(means) / min(means) > _LOG_FROM:
        return _logarithmic(min(means), highest, start, end)
    step = nice(highest * 1.1 / 5)
    count = math.ceil(highest * 1.1 / step)
    axis = _Axis(low=0.0, high=step * count, start=start, end=end)
    ticks = [Tick(at=axis.at(step * n), label=f"{step * n:.3g}") for n in range(count + 1)]
    return axis, tuple(ticks)


def _logarithmic(least: float, most: float, start: int, end: int) -> tuple[_Axis, tuple[Tick, ...]]:
    first, last = math.floor(math.log10(least)), math.ceil(math.log10(most * 1.0001))
    axis = _Axis(low=10.0**first, high=10.0**last, start=start, end=end, logarithmic=True)
    powers = [10.0**power for power in range(first, last + 1)]
    return axis, tuple(Tick(at=axis.at(value), label=f"{value:g}") for value in powers)


def nice(step: float) -> float:
    """Return the next of 1, 2 and 5 times a power of ten that is not below `step`."""
    power: float = 10.0 ** math.floor(math.log10(step))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step * 0.999)

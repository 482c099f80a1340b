"""Where the time goes: a bar a row, made of the parts that a whole has, as a chart.

Only geometry, in pixels from the top left corner: the template draws it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.bench.growth import nice, short

WIDTH = 760
_LEFT, _RIGHT, _TOP = 190, 690, 8
_ROW, _THICK = 30, 18
_KEY_ROW, _KEY_COLUMNS = 20, 3
_TICKS = 4
_LONGEST = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a bar, with what it says when pointed at; `colour` is its place in the key."""

    x: float
    width: float
    colour: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One bar: its name, its parts, and its whole in words at the end."""

    name: str
    y: float
    parts: tuple[Part, ...]
    end: float
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a colour stands for."""

    x: float
    y: float
    colour: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Everything the template draws."""

    rows: tuple[Row, ...]
    keys: tuple[Key, ...]
    ticks: tuple[tuple[float, str], ...]
    unit: str
    bottom: float
    height: float
    thick: int = _THICK
    left: int = _LEFT
    right: int = _RIGHT
    top: int = _TOP
    width: int = WIDTH


def shares(bars: Mapping[str, Mapping[str, float]], unit: str) -> Shares:
    """Lay out bars, given by their names as values by the names of their parts."""
    names = list(dict.fromkeys(name for parts in bars.values() for name in parts))
    most = max((sum(parts.values()) for parts in bars.values()), default=0.0)
    step = nice(most / _TICKS) if most > 0 else 1.0
    scale = (_RIGHT - _LEFT - 60) / max(most, 1e-9)
    bottom = _TOP + _ROW * len(bars)
    rows = tuple(
        _row(name, parts, names, _TOP + _ROW * place, scale)
        for place, (name, parts) in enumerate(bars.items())
    )
    keys = tuple(
        Key(
            x=_LEFT + (place % _KEY_COLUMNS) * (WIDTH - _LEFT) / _KEY_COLUMNS,
            y=bottom + 56 + (place // _KEY_COLUMNS) * _KEY_ROW,
            colour=place,
            name=name,
        )
        for place, name in enumerate(names)
    )
    count = math.floor(most / step + 1e-9)
    ticks = tuple(
        (round(_LEFT + step * n * scale, 1), f"{step * n:,.4g}") for n in range(count + 1)
    )
    height = bottom + 56 + _KEY_ROW * -(-len(names) // _KEY_COLUMNS)
    return Shares(rows=rows, keys=keys, ticks=ticks, unit=unit, bottom=bottom, height=height)


def _row(
    name: str, parts: Mapping[str, float], names: Sequence[str], y: float, scale: float
) -> Row:
    placed: list[Part] = []
    x = float(_LEFT)
    for part, value in parts.items():
        width = value * scale
        label = f"{part}: {short(value)}"
        drawn = Part(x=round(x, 1), width=round(width, 1), colour=names.index(part), label=label)
        placed.append(drawn)
        x += width
    shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    return Row(
        name=shown,
        y=y,
        parts=tuple(placed),
        end=round(x, 1),
        whole=short(sum(parts.values())),
    )

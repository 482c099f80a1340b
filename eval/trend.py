"""The page about runs over time: each measure with its interval, run after run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.chart import seconds_text
from eval.folder import RUN_FILE, read_facts
from eval.meanings import OTHERS, SHARES
from eval.pages import environment
from eval.scorers.base import ABSTENTION, CITATION, HIT_RATE, LEAKS, RIGHT
from eval.summary import OVERALL, SECONDS
from rag.errors import ConfigurationError

SHOWN = (RIGHT, HIT_RATE, CITATION, ABSTENTION, LEAKS, SECONDS)
WIDTH, HEIGHT = 860, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 840, 16, 150
_MOST_LABELS = 12

Kept = Sequence[tuple[Path, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A run in the chart of a measure."""

    x: float
    y: float
    low: float
    high: float
    label: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A measure over time. `joined` are the points to draw a line through, in pieces.

    Runs over other questions, or with another index, are not joined: they are not comparable.
    """

    name: str
    meaning: str
    ticks: tuple[tuple[float, str], ...]
    points: tuple[Point, ...]
    joined: tuple[str, ...]


def kept_runs(folders: Sequence[Path]) -> Kept:
    """Return the facts of finished runs, the oldest first; folders of runs are looked through.

    Raises:
        ConfigurationError: There is no finished run.
    """
    found = []
    for folder in folders:
        single = (folder / RUN_FILE).is_file()
        places = [folder] if single else sorted(one.parent for one in folder.glob(f"*/{RUN_FILE}"))
        for place in places:
            try:
                found.append((place, read_facts(place)))
            except ConfigurationError:
                if single:
                    raise
    if not found:
        raise ConfigurationError("there is no finished run")
    return sorted(found, key=lambda one: (str(one[1]["started"]), one[0].name))


def trend_facts(runs: Kept) -> list[dict[str, Any]]:
    """Return the measures of each run as JSON."""
    return [
        {
            "run": place.resolve().name,
            "started": facts["started"],
            "model": facts["model"],
            "cases_hash": facts["cases_hash"],
            "index_fingerprint": facts["index_fingerprint"],
            "cases": sum(facts["counts"][OVERALL].values()),
            "measures": facts["summary"][OVERALL],
        }
        for place, facts in runs
    ]


def trend_page(runs: Kept) -> str:
    """Return the page as HTML: a chart a measure, then a table."""
    rows = trend_facts(runs)
    panels = [panel for name in SHOWN if (panel := _panel(name, rows)) is not None]
    return (
        environment()
        .get_template("trend.html")
        .render(
            panels=panels,
            rows=[
                {**row, "number": number, "cells": [_cell(name, row) for name in SHOWN]}
                for number, row in enumerate(rows, start=1)
            ],
            names=[name.replace("_", " ") for name in SHOWN],
            width=WIDTH,
            height=HEIGHT,
            left=_LEFT,
            right=_RIGHT,
            bottom=_BOTTOM,
        )
    )


def _panel(name: str, rows: Sequence[Mapping[str, Any]]) -> Panel | None:
    known = [(n, row) for n, row in enumerate(rows) if name in row["measures"]]
    if not known:
        return None
    highest = max(row["measures"][name]["high"] for _, row in known)
    top = 1.0 if name in SHARES else 1.1 * highest or 1.0
    step = (_RIGHT - _LEFT - 40) / max(1, len(rows) - 1)
    every = -(-len(rows) // _MOST_LABELS)

    def at(value: float) -> float:
        return round(_BOTTOM - min(max(value / top, 0), 1) * (_BOTTOM - _TOP), 1)

    points = []
    for n, row in known:
        one = row["measures"][name]
        points.append(
            Point(
                x=round(_LEFT + 20 + n * step, 1),
                y=at(one["mean"]),
                low=at(one["low"]),
                high=at(one["high"]),
                label="" if n % every else str(n + 1),
                title=f"{row['run']}, {row['model']}: {_value(name, one['mean'])}",
            )
        )
    return Panel(
        name=name.replace("_", " "),
        meaning=SHARES.get(name) or OTHERS.get(name, ""),
        ticks=tuple((at(top * part / 4), _value(name, top * part / 4)) for part in range(5)),
        points=tuple(points),
        joined=_joined(points, [row for _, row in known]),
    )


def _joined(points: Sequence[Point], rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return a line through each row of neighbours that asked the same of the same index."""
    lines: list[list[str]] = []
    before = None
    for point, row in zip(points, rows, strict=True):
        alike = (row["cases_hash"], row["index_fingerprint"])
        if alike != before:
            lines.append([])
        lines[-1].append(f"{point.x},{point.y}")
        before = alike
    return tuple(" ".join(line) for line in lines if len(line) > 1)


def _cell(name: str, row: Mapping[str, Any]) -> str:
    one = row["measures"].get(name)
    if one is None:
        return "not measured"
    if name == LEAKS:
        return f"{one['total']:g}"
    return f"{_value(name, one['mean'])} [{_value(name, one['low'])}, {_value(name, one['high'])}]"


def _value(name: str, value: float) -> str:
    if name == SECONDS:
        return seconds_text(value)
    return f"{value:.0%}" if name in SHARES else f"{value:.3g}"

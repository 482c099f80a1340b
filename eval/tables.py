"""What pages and Markdown are put together from: tables and drawings, and figures as text."""

from __future__ import annotations

from dataclasses import dataclass

from eval.curves import Curves
from eval.intervals import Interval

NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings, and what is to be known of them."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart with its title and what is to be known of it."""

    title: str
    note: str
    chart: Curves


def interval_text(value: Interval) -> str:
    """Return a share in percent with its interval."""
    return f"{value.mean:.1%} [{value.low:.1%}, {value.high:.1%}]"


def points_text(value: Interval) -> str:
    """Return a difference of shares in points with its interval."""
    mean, low, high = (100 * one for one in (value.mean, value.low, value.high))
    return f"{mean:+.1f} points [{low:+.1f}, {high:+.1f}]"

"""Bars: figures that were promised, each held or missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.bench.samples import Spread, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What was measured against what must be, in words, and whether it is held.

    `held` is of the median where there are several rounds; `always` is of every one of them.
    """

    what: str
    measured: str
    limit: str
    held: bool
    always: bool

    @property
    def text(self) -> str:
        """All of it in a line."""
        return f"{self.what}: {self.measured}, to be {self.limit}"


def at_most(what: str, value: float | Spread, limit: float, form: str) -> Bar:
    """Return a bar that no greater value holds; `form` writes values, as in `{:.1f} ms`."""
    return _bar(what, value, f"at most {form.format(limit)}", form, lambda one: one <= limit)


def at_least(what: str, value: float | Spread, limit: float, form: str) -> Bar:
    """Return a bar that no smaller value holds."""
    return _bar(what, value, f"at least {form.format(limit)}", form, lambda one: one >= limit)


def missed(bars: Sequence[Bar]) -> list[str]:
    """Return those that are not held, in words."""
    return [bar.text for bar in bars if not bar.held]


def ranged(values: Spread, form: str) -> str:
    """Return the median with its range, where there is one."""
    middle, low, high = map(form.format, (values.median, values.low, values.high))
    return middle if low == high else f"{middle} ({low} to {high})"


def _bar(
    what: str, value: float | Spread, limit: str, form: str, holds: Callable[[float], bool]
) -> Bar:
    values = spread([value]) if isinstance(value, float | int) else value
    return Bar(
        what=what,
        measured=ranged(values, form),
        limit=limit,
        held=holds(values.median),
        always=holds(values.low) and holds(values.high),
    )

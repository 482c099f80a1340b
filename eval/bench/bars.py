"""Bars: figures that were promised, each held or missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What was measured against what must be, in words, and whether it is held."""

    what: str
    measured: str
    limit: str
    held: bool

    @property
    def text(self) -> str:
        """All of it in a line."""
        return f"{self.what}: {self.measured}, to be {self.limit}"


def at_most(what: str, value: float, limit: float, form: str) -> Bar:
    """Return a bar that no greater value holds; `form` writes values, as in `{:.1f} ms`."""
    text = f"at most {form.format(limit)}"
    return Bar(what=what, measured=form.format(value), limit=text, held=value <= limit)


def at_least(what: str, value: float, limit: float, form: str) -> Bar:
    """Return a bar that no smaller value holds."""
    text = f"at least {form.format(limit)}"
    return Bar(what=what, measured=form.format(value), limit=text, held=value >= limit)


def missed(bars: Sequence[Bar]) -> list[str]:
    """Return those that are not held, in words."""
    return [bar.text for bar in bars if not bar.held]

"""What one measured pass over the text gives, and how passes are summed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One pass: how much work, how long, and where the CPU time went."""

    characters: int
    cpu: float
    wall: float
    peak_mb: float
    stages: Mapping[str, float]

    @property
    def speed(self) -> float:
        """Characters a CPU-second."""
        return self.characters / self.cpu

    @property
    def pace(self) -> float:
        """Characters a second of wall-clock time."""
        return self.characters / self.wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The middle of several values, and the least and greatest of them."""

    median: float
    low: float
    high: float
    count: int


def spread(values: Sequence[float]) -> Spread:
    """Return the median of values with their range."""
    return Spread(median=median(values), low=min(values), high=max(values), count=len(values))

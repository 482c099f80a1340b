"""Two answerers on the same cases: the difference, and whether one is no worse than a margin.

Where a case is right or wrong, the interval is Tango's (1998), which holds where few cases differ:
of fifty that do not differ it says [-.071, .071] and not [0, 0]. Of other scores it is Student's
t; as long as few cases differ, half a case that differs wholly is put in on either side, as
Agresti and Min (2005) do.

One is non-inferior when the whole interval lies above the margin, inferior when it lies below,
and it is undecided when the margin lies in it. So a wrong claim of non-inferiority has a chance of
one in forty: half of what the interval leaves out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from eval.distributions import halved, t_quantile
from eval.intervals import LEVEL, Interval, Z, grouped, variance_of_mean

MARGIN = 0.05
_POWER_Z = 0.8416212335729143
"""Of four times in five: so often the cases that are asked for would decide."""
_FEW = 20
_MOST_CASES = 1_000_000


class Standing(StrEnum):
    """How one stands to the other."""

    NON_INFERIOR = "non-inferior"
    INFERIOR = "inferior"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class NonInferiority:
    """Whether one is worse than another by no more than a margin, which was set beforehand.

    `more` is how many further cases would decide four times in five, if the difference is what it
    seems to be: 0 if it is decided, None if no number that can be asked for would.
    """

    margin: float
    cases: int
    interval: Interval
    standing: Standing
    more: int | None


def difference_interval(differences: Sequence[float], clusters: Sequence[str] = ()) -> Interval:
    """Return the mean of paired differences between -1 and 1 with its interval.

    Args:
        differences: Of each case the one score less the other.
        clusters: For each case what it belongs to.

    Raises:
        ValueError: There are none, or one is not between -1 and 1.
    """
    import numpy as np

    if not differences:
        raise ValueError("no differences to take a mean of")
    sample = np.asarray(differences, float)
    if np.abs(sample).max() > 1:
        raise ValueError("a difference of shares is between -1 and 1")
    sums, sizes = grouped(sample, clusters)
    count, mean = len(sample), float(sample.mean())
    if set(np.unique(sample).tolist()) <= {-1.0, 0.0, 1.0}:
        weight = _weight(sums, sizes, sample)
        more, less = float((sample > 0).sum()), float((sample < 0).sum())
        low, high = _tango(more * weight, less * weight, count * weight)
        return Interval(mean=mean, low=low, high=high)
    low, high = _student(sums, sizes, int((sample != 0).sum()))
    return Interval(mean=mean, low=max(-1.0, low), high=min(1.0, high))


def non_inferiority(
    differences: Sequence[float], margin: float, clusters: Sequence[str] = ()
) -> NonInferiority:
    """Say whether one is worse than the other by no more than a margin.

    Args:
        differences: Of each case the score of the one that is tested less that of the reference.
        margin: How much worse is still good enough, as a share: .05 are five points.
        clusters: For each case what it belongs to.

    Raises:
        ValueError: There are no differences, or the margin is not between 0 and 1.
    """
    if not 0 < margin < 1:
        raise ValueError("a margin is between 0 and 1")
    interval = difference_interval(differences, clusters)
    if interval.low > -margin:
        standing = Standing.NON_INFERIOR
    elif interval.high < -margin:
        standing = Standing.INFERIOR
    else:
        standing = Standing.UNDECIDED
    more = _more(interval, margin, len(differences)) if standing is Standing.UNDECIDED else 0
    return NonInferiority(
        margin=margin, cases=len(differences), interval=interval, standing=standing, more=more
    )


def _more(interval: Interval, margin: float, cases: int) -> int | None:
    """Return how many further cases would put the margin outside of the interval.

    The error shrinks with the root of the number of cases, and the difference stays.
    """
    away = abs(interval.mean + margin)
    side = (
        interval.high - interval.mean if interval.mean < -margin else interval.mean - interval.low
    )
    error = side / Z
    if away * math.sqrt(_MOST_CASES / cases) <= error * (Z + _POWER_Z):
        return None
    needed = math.ceil(cases * (error * (Z + _POWER_Z) / away) ** 2)
    return max(1, needed - cases)


def _weight(sums: object, sizes: object, sample: object) -> float:
    """Return what one case counts: less than one where cases of a cluster are alike."""
    import numpy as np

    sums, sizes, sample = np.asarray(sums), np.asarray(sizes), np.asarray(sample)
    if len(sums) == len(sample):
        return 1.0
    alone = variance_of_mean(sample, np.ones(len(sample)))
    together = variance_of_mean(sums, sizes)
    least = len(sums) / len(sample)
    return float(min(1.0, max(least, alone / together))) if together > 0 else least


@lru_cache(maxsize=65_536)
def _tango(more: float, less: float, cases: float) -> tuple[float, float]:
    """Return the score interval of a difference of paired shares."""
    seen = (more - less) / cases

    def away(difference: float) -> float:
        """Return how many errors the difference is from the one seen."""
        a = 2 * cases
        b = -more - less + (2 * cases - more + less) * difference
        c = -less * difference * (1 - difference)
        rest = (math.sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
        variance = cases * (2 * rest + difference * (1 - difference))
        gap = more - less - cases * difference
        return gap / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, gap)

    low = halved(lambda one: away(one) > Z, -1.0, seen)
    high = halved(lambda one: away(one) > -Z, seen, 1.0)
    return low, high


def _student(sums: object, sizes: object, differing: int) -> tuple[float, float]:
    """Return the interval of a mean by Student's t, wider as long as few cases differ."""
    import numpy as np

    sums, sizes = np.asarray(sums), np.asarray(sizes)
    half = 0.5 * max(0.0, 1 - differing / _FEW)
    total = sizes.sum() + 4 * half
    mean = float(sums.sum() / total)
    left = sums - sizes * mean
    count = len(sums)
    squares = float((left**2).sum()) * count / max(1, count - 1)
    squares += half * ((1 - mean) ** 2 + (1 + mean) ** 2)
    reach = t_quantile((1 + LEVEL) / 2, count - 1) * math.sqrt(squares) / total
    return mean - reach, mean + reach

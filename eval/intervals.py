"""How sure a mean is: 95 % intervals, the same for the same scores in whatever order.

Of scores between 0 and 1: the mid-P interval of a binomial share over as many cases as would be
as sure (Korn and Graubard 1998). It holds near 0 and 1 and for few cases, where a bootstrap claims
too much: of twenty cases that are all right it says [.861, 1]. Of anything else: a studentised
bootstrap. Cases that have something in common, such as their document, are one cluster and are
counted and drawn together. `eval.simulated` checks all of it on made-up runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from eval.distributions import beta_share, halved, t_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEED = 20_250_601
RESAMPLES = 2_000
LEVEL = 0.95
Z = 1.959963984540054
_AT_A_TIME = 500_000
_TAIL = (1 - LEVEL) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


def share_interval(values: Sequence[float], clusters: Sequence[str] = ()) -> Interval:
    """Return the mean of scores between 0 and 1 with an interval that holds near these too.

    Args:
        values: The scores.
        clusters: For each score what it belongs to; scores of one cluster are not independent.

    Raises:
        ValueError: There are no values, or one is not between 0 and 1.
    """
    import numpy as np

    if not values:
        raise ValueError("no values to take a mean of")
    sample = np.asarray(values, float)
    if sample.min() < 0 or sample.max() > 1:
        raise ValueError("a share is between 0 and 1")
    sums, sizes = grouped(sample, clusters)
    total = float(sizes.sum())
    mean = min(1.0, float(sums.sum()) / total)
    alone = mean * (1 - mean) / max(1.0, total - 1)
    variance = variance_of_mean(sums, sizes)
    cases = total
    if alone > 0 and variance > 0:
        # What is spread less than zeros and ones is nearer to Student's t than to a binomial.
        spread = min(1.0, variance / alone)
        quantile = spread * Z + (1 - spread) * t_quantile(1 - _TAIL, len(sums) - 1)
        cases = total * alone / variance * (Z / quantile) ** 2
    elif len(sums) < total:
        cases = float(len(sums))
    low, high = _mid_p(round(mean, 12), round(min(max(cases, 1.0), 1e7), 9))
    return Interval(mean=mean, low=min(low, mean), high=max(high, mean))


def mean_interval(
    values: Sequence[float], clusters: Sequence[str] = (), *, seed: int = SEED
) -> Interval:
    """Return the mean of any numbers with its studentised bootstrap interval.

    Raises:
        ValueError: There are no values.
    """
    import numpy as np

    if not values:
        raise ValueError("no values to take a mean of")
    sums, sizes = grouped(np.asarray(values, float), clusters)
    mean = float(sums.sum() / sizes.sum())
    error = math.sqrt(variance_of_mean(sums, sizes))
    if not error:
        return Interval(mean=mean, low=mean, high=mean)
    drawn = _studentised(sums, sizes, mean, np.random.default_rng(seed))
    low, high = np.quantile(drawn, [_TAIL, 1 - _TAIL])
    return Interval(mean=mean, low=mean - error * float(high), high=mean - error * float(low))


def grouped(
    sample: NDArray[np.float64], clusters: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum and the number of the values of each cluster, in an order of their own."""
    import numpy as np

    if clusters and len(clusters) != len(sample):
        raise ValueError("every value needs its cluster")
    if not clusters:
        return np.sort(sample), np.ones(len(sample))
    _, places = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(places, weights=sample)
    sizes = np.bincount(places).astype(float)
    order = np.lexsort((sizes, sums))
    return sums[order].astype(float), sizes[order]


def variance_of_mean(sums: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """Return the variance of a mean over clusters; 0 where there is only one."""
    count, total = len(sums), float(sizes.sum())
    if count < 2:
        return 0.0
    left = sums - sizes * (sums.sum() / total)
    variance = float((left**2).sum()) * count / (count - 1) / total**2
    return variance if variance > 1e-24 else 0.0


def _studentised(
    sums: NDArray[np.float64],
    sizes: NDArray[np.float64],
    mean: float,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """Return how far the means of samples drawn anew are from the mean, in their own errors."""
    import numpy as np

    count = len(sums)
    products = np.stack([sums, sizes, sums**2, sums * sizes, sizes**2], axis=1)
    found = []
    batch = max(1, _AT_A_TIME // count)
    for done in range(0, RESAMPLES, batch):
        rows = min(batch, RESAMPLES - done)
        drawn = random.integers(0, count, (rows, count)) + np.arange(rows)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        of_sums, of_sizes, squares, mixed, of_squares = (times.astype(float) @ products).T
        means = of_sums / of_sizes
        left = squares - 2 * means * mixed + means**2 * of_squares
        errors = np.sqrt(np.maximum(left, 0) * count / (count - 1)) / of_sizes
        usable = errors > 1e-12 * max(1.0, abs(mean))
        found.append((means[usable] - mean) / errors[usable])
    return np.concatenate(found)


@lru_cache(maxsize=65_536)
def _mid_p(share: float, cases: float) -> tuple[float, float]:
    """Return the mid-P interval of a share of so many cases, neither of which need be whole."""
    hits = share * cases

    def above(p: float) -> float:
        """Half the chance of exactly so many hits, and all of more."""
        more = beta_share(p, hits + 1, cases - hits) if hits < cases else 0.0
        as_many = beta_share(p, hits, cases - hits + 1) if hits > 0 else 1.0
        return (more + as_many) / 2

    low = halved(lambda p: above(p) < _TAIL, 0.0, share) if hits > 0 else 0.0
    high = halved(lambda p: above(p) < 1 - _TAIL, share, 1.0) if hits < cases else 1.0
    return low, high


def bootstrap_mean(values: Sequence[float], *, seed: int = SEED) -> Interval:
    """Return the mean and its percentile bootstrap interval.

    Cases are drawn anew with replacement. With one value, or values that are all alike, the
    interval has no width: the sample then says nothing about its own spread.

    Raises:
        ValueError: There are no values.
    """
    import numpy as np

    if not values:
        raise ValueError("no values to take a mean of")
    sample = np.sort(np.asarray(values, dtype=np.float64))  # whatever order they come in
    random = np.random.default_rng(seed)
    batch = max(1, _AT_A_TIME // sample.size)
    means = []
    for done in range(0, RESAMPLES, batch):
        draws = random.integers(0, sample.size, (min(batch, RESAMPLES - done), sample.size))
        means.append(sample[draws].mean(axis=1))
    low, high = np.quantile(np.concatenate(means), [_TAIL, 1 - _TAIL])
    return Interval(mean=float(sample.mean()), low=float(low), high=float(high))


def bootstrap_ratio(
    tops: Sequence[float], bottoms: Sequence[float], *, seed: int = SEED
) -> Interval | None:
    """Return the ratio of two sums and its percentile bootstrap interval; None of nothing.

    Each row is drawn whole: what belongs together, such as the questions about one document, is
    to be one row. A draw in which there is nothing to divide by is left out.

    Raises:
        ValueError: The rows are not equally many.
    """
    import numpy as np

    if len(tops) != len(bottoms):
        raise ValueError("a ratio needs as many tops as bottoms")
    if not sum(bottoms):
        return None
    rows = np.stack([np.asarray(tops, float), np.asarray(bottoms, float)], axis=1)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), RESAMPLES)
    sums = drawn @ rows
    ratios = sums[:, 0][sums[:, 1] != 0] / sums[:, 1][sums[:, 1] != 0]
    low, high = np.quantile(ratios, [_TAIL, 1 - _TAIL])
    whole = rows.sum(axis=0)
    return Interval(mean=float(whole[0] / whole[1]), low=float(low), high=float(high))

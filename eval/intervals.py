"""How sure a mean is: bootstrap intervals, the same for the same scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SEED = 20_250_601
RESAMPLES = 2_000
LEVEL = 0.95
_AT_A_TIME = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


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
    low, high = np.quantile(np.concatenate(means), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
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
    low, high = np.quantile(ratios, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    whole = rows.sum(axis=0)
    return Interval(mean=float(whole[0] / whole[1]), low=float(low), high=float(high))

"""Precision, recall and F2 over documents, with bootstrap intervals over documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from eval.intervals import LEVEL, RESAMPLES, SEED, Interval
from eval.redaction.scores import ONLY_RECALL, Counts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Numbers: TypeAlias = "NDArray[np.float64]"

BETA = 2
_AT_A_TIME = 5_000_000
_NOTHING = Counts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure over all documents; what has nothing to divide by is None.

    What counts labels alone has no precision and no F2.
    """

    counts: Counts
    recall: Interval | None
    precision: Interval | None
    f2: Interval | None


def measures(rows: Sequence[Mapping[str, Counts]]) -> dict[str, Measure]:
    """Return every measure over documents; each row holds one document's counts.

    Documents are drawn anew with replacement, the same for all measures. A draw in which there
    is nothing to divide by is left out.
    """
    import numpy as np

    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        return {}
    table = np.array([[_numbers(row.get(name, _NOTHING)) for name in names] for row in rows], float)
    drawn = _drawn_sums(table)
    sums = table.sum(axis=0)
    return {
        name: _measure(sums[at], drawn[:, at], only_recall=name in ONLY_RECALL)
        for at, name in enumerate(names)
    }


def _numbers(counts: Counts) -> tuple[int, int, int, int]:
    return counts.gold, counts.hit, counts.predicted, counts.right


def _drawn_sums(table: Numbers) -> Numbers:
    """Return the sums over documents of each resample."""
    import numpy as np

    count = len(table)
    flat = table.reshape(count, -1)
    random = np.random.default_rng(SEED)
    batch = max(1, _AT_A_TIME // count)
    sums = []
    for done in range(0, RESAMPLES, batch):
        drawn = random.multinomial(count, np.full(count, 1 / count), min(batch, RESAMPLES - done))
        sums.append(drawn @ flat)
    return np.concatenate(sums).reshape(RESAMPLES, *table.shape[1:])


def _measure(sums: Numbers, drawn: Numbers, *, only_recall: bool) -> Measure:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        values, spread = _ratios(sums), _ratios(drawn)
    recall, precision, f2 = (
        _interval(float(value), resampled) for value, resampled in zip(values, spread, strict=True)
    )
    gold, hit, predicted, right = (int(number) for number in sums)
    counts = Counts(gold=gold, hit=hit, predicted=predicted, right=right)
    if only_recall:
        return Measure(counts=counts, recall=recall, precision=None, f2=None)
    return Measure(counts=counts, recall=recall, precision=precision, f2=f2)


def _ratios(sums: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return recall, precision and F2 of sums whose last axis is gold, hit, predicted, right."""
    import numpy as np

    gold, hit, predicted, right = np.moveaxis(sums, -1, 0)
    recall, precision = hit / gold, right / predicted
    both = BETA**2 * precision + recall
    f2 = np.where((both == 0) | (predicted == 0), 0.0, (1 + BETA**2) * precision * recall / both)
    f2 = np.where(gold == 0, np.nan, f2)
    return recall, precision, f2


def _interval(value: float, resampled: Numbers) -> Interval | None:
    import numpy as np

    known = resampled[~np.isnan(resampled)]
    if np.isnan(value) or not known.size:
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(mean=value, low=float(low), high=float(high))

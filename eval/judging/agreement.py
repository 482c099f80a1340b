"""How far a judge may be believed: how it agrees with people on the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.intervals import LEVEL, RESAMPLES, SEED, Interval, share_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_PAIRS = 30
LEAST_KAPPA = 0.6
LEAST_LOW = 0.4
MOST_SILENT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How a judge and people agree.

    `kappa` is what of the agreement chance does not explain (Cohen), with its bootstrap interval;
    None where all labels are alike, so that chance explains all of it. Of `silent` answers the
    judge gave no word that can be read.
    """

    pairs: int
    silent: int
    share: Interval
    kappa: Interval | None

    @property
    def enough(self) -> bool:
        """Whether there are enough pairs to say anything."""
        return self.pairs >= LEAST_PAIRS

    @property
    def doubt(self) -> str:
        """Say why the judge is not to be believed; nothing if it is."""
        if self.silent > MOST_SILENT * (self.pairs + self.silent):
            return f"{self.silent} of {self.pairs + self.silent} verdicts cannot be read"
        if not self.enough:
            return f"{self.pairs} labelled answers, {LEAST_PAIRS} are needed"
        if self.kappa is None:
            return "all labels are alike: nothing is known of it"
        if self.kappa.mean < LEAST_KAPPA or self.kappa.low < LEAST_LOW:
            return (
                f"kappa {kappa_text(self.kappa)}: {LEAST_KAPPA:.2g} is needed, and"
                f" {LEAST_LOW:.2g} at the lower end"
            )
        return ""


def agreement(
    judged: Sequence[str | None], labelled: Sequence[str], clusters: Sequence[str] = ()
) -> Agreement | None:
    """Compare a judge's words with people's; None where it said none at all.

    Args:
        judged: What the judge said of each answer.
        labelled: What people say of it.
        clusters: For each answer what it belongs to; those of one cluster are not independent.

    Raises:
        ValueError: There are not as many of the one as of the other.
    """
    if len(judged) != len(labelled) or (clusters and len(clusters) != len(judged)):
        raise ValueError("a judge's words and people's come in pairs")
    places = [at for at, word in enumerate(judged) if word is not None]
    pairs = [(str(judged[at]), labelled[at]) for at in places]
    if not pairs:
        return None
    groups = [clusters[at] for at in places] if clusters else []
    return Agreement(
        pairs=len(pairs),
        silent=len(judged) - len(pairs),
        share=share_interval([float(a == b) for a, b in pairs], groups),
        kappa=_kappa(pairs, groups),
    )


def kappa_text(kappa: Interval | None) -> str:
    """Return a kappa with its interval."""
    if kappa is None:
        return "none: all labels are alike"
    return f"{kappa.mean:.2f} [{kappa.low:.2f}, {kappa.high:.2f}]"


def _kappa(pairs: Sequence[tuple[str, str]], clusters: Sequence[str]) -> Interval | None:
    """Return Cohen's kappa; pairs of one cluster are drawn together."""
    import numpy as np

    words = sorted({word for pair in pairs for word in pair})
    cells = {pair: at for at, pair in enumerate((a, b) for a in words for b in words)}
    names = clusters or [str(at) for at in range(len(pairs))]
    rows = {name: at for at, name in enumerate(dict.fromkeys(names))}
    counts = np.zeros((len(rows), len(cells)))
    for name, pair in zip(names, pairs, strict=True):
        counts[rows[name], cells[pair]] += 1
    mean = float(_kappas(counts.sum(axis=0)[None], len(words))[0])
    if np.isnan(mean):
        return None
    random = np.random.default_rng(SEED)
    drawn = random.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), RESAMPLES) @ counts
    low, high = np.nanquantile(_kappas(drawn, len(words)), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(mean=mean, low=min(float(low), mean), high=max(float(high), mean))


def _kappas(counts: NDArray[np.float64], words: int) -> NDArray[np.float64]:
    """Return the kappa of each row of counted pairs; no number where chance explains all of it."""
    import numpy as np

    table = counts.reshape(len(counts), words, words)
    total = table.sum(axis=(1, 2))
    same = np.trace(table, axis1=1, axis2=2) / total
    chance = (table.sum(axis=1) * table.sum(axis=2)).sum(axis=1) / total**2
    left = 1 - chance
    return np.where(left > 1e-12, (same - chance) / np.where(left > 1e-12, left, 1.0), np.nan)

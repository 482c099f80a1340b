"""How far a judge may be believed: how it agrees with people on the same answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eval.intervals import Interval, share_interval

LEAST_PAIRS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How a judge and people agree.

    `kappa` is what of the agreement chance does not explain (Cohen); None where all labels are
    alike, so that chance explains all of it. `silent` answers the judge gave no word about.
    """

    pairs: int
    silent: int
    share: Interval
    kappa: float | None

    @property
    def enough(self) -> bool:
        """Whether there are enough pairs to say anything."""
        return self.pairs >= LEAST_PAIRS


def agreement(judged: Sequence[str | None], labelled: Sequence[str]) -> Agreement | None:
    """Compare a judge's words with people's; None where it said none at all.

    Raises:
        ValueError: There are not as many of the one as of the other.
    """
    if len(judged) != len(labelled):
        raise ValueError("a judge's words and people's come in pairs")
    pairs = [(str(a), str(b)) for a, b in zip(judged, labelled, strict=True) if a is not None]
    if not pairs:
        return None
    same = [float(a == b) for a, b in pairs]
    return Agreement(
        pairs=len(pairs),
        silent=len(judged) - len(pairs),
        share=share_interval(same),
        kappa=_kappa(pairs),
    )


def _kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(ours[word] * theirs[word] for word in ours) / len(pairs) ** 2
    if chance == 1:
        return None
    return (sum(a == b for a, b in pairs) / len(pairs) - chance) / (1 - chance)

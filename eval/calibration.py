"""Whether answers are as often right as what was found for them seemed likely to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from eval.intervals import Interval
from eval.records import CaseResult, Run
from eval.scorers.base import ANSWERED
from eval.sizes import right_share

BINS = 5
FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """Answers whose evidence seemed about as likely to answer: `likely` is the mean, 0 to 1.

    `low` and `high` are the edges of the bin.
    """

    low: float
    high: float
    likely: float
    answers: int
    right: Interval


def calibrated(run: Run) -> tuple[Calibrated, ...]:
    """Return how often answers are right by how likely their evidence was judged to answer.

    That is judged once, before anybody answers. What was withheld is not in it, nor are bins of a
    few answers.
    """
    answers = [one for one in run.results if _answered(one) and one.outcome.found.evidence]
    found = []
    for place in range(BINS):
        low, high = place / BINS, (place + 1) / BINS
        some = [one for one in answers if _place(_likely(one)) == place]
        right = right_share(some)
        if right is not None and len(some) >= FEWEST:
            likely = fmean(_likely(one) for one in some)
            found.append(
                Calibrated(low=low, high=high, likely=likely, answers=len(some), right=right)
            )
    return tuple(found)


def likely_span(runs: Sequence[Run]) -> bool:
    """Whether it was judged at all: evidence that was not is as likely as can be, all of it."""
    return any(
        one.outcome.found.evidence and _likely(one) < 1.0 for run in runs for one in run.results
    )


def _answered(result: CaseResult) -> bool:
    answer = result.outcome.answer
    return answer is not None and answer.verdict in ANSWERED


def _likely(result: CaseResult) -> float:
    return result.outcome.found.evidence[0].likely


def _place(likely: float) -> int:
    return min(BINS - 1, int(likely * BINS))

"""What checks tell of a source: the share of its documents with a miss, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import median

from rag.review.records import Found, How, Review

_Z = 1.959963984540054  # 95 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the checks of one source tell.

    `share` and its interval are of documents drawn at random alone: those drawn by risk are the
    likeliest to hold a miss, and would make it look worse than it is. What was drawn once is not
    drawn again, so after many samples of a small source its riskiest documents are missing there.
    None: nothing to tell from.
    """

    source: str
    random_drawn: int
    random_decided: int
    random_missed: int
    risk_drawn: int
    risk_decided: int
    risk_missed: int
    over: int
    share: float | None
    low: float | None
    high: float | None
    median_hours: float | None


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's score, also for none or all of few cases."""
    if not 0 <= hits <= cases or cases == 0:
        raise ValueError("a share needs cases, and no more hits than cases")
    share, square = hits / cases, _Z * _Z
    middle = share + square / (2 * cases)
    spread = _Z * sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
    scale = 1 + square / cases
    low = 0.0 if hits == 0 else (middle - spread) / scale
    high = 1.0 if hits == cases else (middle + spread) / scale
    return low, high


def estimates(reviews: Iterable[Review]) -> list[Estimate]:
    """Return an estimate for each source.

    None is made of all sources together: small ones are drawn from more often than their size.
    """
    by_source: dict[str, list[Review]] = {}
    for one in reviews:
        by_source.setdefault(one.source, []).append(one)
    return [_estimate(source, group) for source, group in sorted(by_source.items())]


def hours(review: Review) -> float | None:
    """Return how long it took from the drawing to the verdict."""
    if not review.decided:
        return None
    taken = datetime.fromisoformat(review.decided) - datetime.fromisoformat(review.drawn)
    return taken.total_seconds() / 3600


def _estimate(source: str, reviews: Sequence[Review]) -> Estimate:
    at_random = [one for one in reviews if one.how is How.RANDOM]
    by_risk = [one for one in reviews if one.how is How.RISK]
    decided, missed = _decided(at_random)
    low, high = wilson(missed, decided) if decided else (None, None)
    risk_decided, risk_missed = _decided(by_risk)
    taken = [time for one in reviews if (time := hours(one)) is not None]
    return Estimate(
        source=source,
        random_drawn=len(at_random),
        random_decided=decided,
        random_missed=missed,
        risk_drawn=len(by_risk),
        risk_decided=risk_decided,
        risk_missed=risk_missed,
        over=sum(one.verdict is Found.OVER for one in reviews),
        share=missed / decided if decided else None,
        low=low,
        high=high,
        median_hours=median(taken) if taken else None,
    )


def _decided(reviews: Sequence[Review]) -> tuple[int, int]:
    """Return how many were decided, and how many of them held a miss."""
    verdicts = [one.verdict for one in reviews if one.verdict is not None]
    return len(verdicts), sum(verdict is Found.MISSED for verdict in verdicts)

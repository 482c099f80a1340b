"""What a generator's answers took: time, tokens, memory, energy, money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from eval.prices import Consumption, Cost, Sheet, cost
from eval.records import CaseResult, Run
from rag.records import ModelUse

_TAIL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The middle of some seconds, and what nineteen of twenty do not exceed."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the answers of one run took; None is what was not measured, or what no model did.

    `first` are seconds until a model's first token, `rate` the tokens a second that it wrote after
    it. `read` and `written` are tokens an answer, over all models that were asked, `cached` is the
    share of what was read that the server still knew. `joules` are an answer's, of the machine.
    """

    answers: int
    seconds: Times
    first: Times | None = None
    rate: float | None = None
    read: float | None = None
    written: float | None = None
    cached: float | None = None
    peak_mb: float | None = None
    joules: float | None = None
    cost: Cost | None = None


def taken(
    run: Run,
    *,
    sheet: Sheet | None = None,
    peak_mb: float | None = None,
    joules: float | None = None,
) -> Taken:
    """Return what a run's answers took.

    Args:
        run: The run.
        sheet: Prices; without them there is no cost.
        peak_mb: The most memory that what answers has had.
        joules: What the machine drew while all of them were written.
    """
    results = [one for one in run.results if one.outcome.answer is not None]
    if not results:
        return Taken(answers=0, seconds=Times(p50=0.0, p95=0.0), peak_mb=peak_mb)
    uses = [use for result in results for use in uses_of(result)]
    each = None if joules is None else joules / len(run.results)
    costs = [cost_of(one, sheet, joules=each) for one in results] if sheet is not None else []
    return Taken(
        answers=len(results),
        seconds=times([one.seconds for one in results]),
        first=times([use.seconds_to_first for use in uses]) if uses else None,
        rate=_rate(uses),
        read=_each(uses, results, lambda use: use.prompt_tokens),
        written=_each(uses, results, lambda use: use.completion_tokens),
        cached=_cached(uses),
        peak_mb=peak_mb,
        joules=each,
        cost=_mean(costs) if costs else None,
    )


def uses_of(result: CaseResult) -> list[ModelUse]:
    """Return what each model cost that was asked for an answer."""
    return [one.use for one in result.outcome.written if one.use is not None]


def cost_of(result: CaseResult, sheet: Sheet, *, joules: float | None = None) -> Cost:
    """Return what a thousand answers like this one cost."""
    uses = uses_of(result)
    return cost(
        sheet,
        Consumption(
            seconds=result.seconds,
            read=sum(use.prompt_tokens for use in uses),
            written=sum(use.completion_tokens for use in uses),
            joules=joules,
        ),
    )


def times(seconds: Sequence[float]) -> Times:
    """Return the middle and the slow end of some times."""
    ordered = sorted(seconds)
    return Times(p50=median(ordered), p95=ordered[min(len(ordered) - 1, int(_TAIL * len(ordered)))])


def _each(
    uses: Sequence[ModelUse], results: Sequence[CaseResult], count: Callable[[ModelUse], int]
) -> float | None:
    return sum(count(use) for use in uses) / len(results) if uses else None


def _rate(uses: Sequence[ModelUse]) -> float | None:
    """Return the middle of the tokens a second after the first one."""
    rates = [
        (use.completion_tokens - 1) / (use.seconds - use.seconds_to_first)
        for use in uses
        if use.completion_tokens > 1 and use.seconds > use.seconds_to_first
    ]
    return median(rates) if rates else None


def _cached(uses: Sequence[ModelUse]) -> float | None:
    read = sum(use.prompt_tokens for use in uses)
    return sum(use.cached_tokens for use in uses) / read if read else None


def _mean(costs: Sequence[Cost]) -> Cost:
    powers = [one.power for one in costs if one.power is not None]
    return Cost(
        hardware=fmean(one.hardware for one in costs),
        power=fmean(powers) if len(powers) == len(costs) else None,
        rate=fmean(one.rate for one in costs),
        tokens=fmean(one.tokens for one in costs),
    )

"""Scores of many cases as a few figures, for each corpus and over all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.intervals import Interval, mean_interval, share_interval
from eval.records import CaseResult, Metric, Run, Summary
from eval.scorers import ABSTENTION, CITATION, HIT_RATE, LEAKS

OVERALL = "overall"
SECONDS = "seconds"
HEADINGS = (
    "corpus",
    "cases",
    "hit rate at 5",
    "citation correctness",
    "abstention accuracy",
    "permission leaks",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One line of the table that a run prints; a metric that no case has is None."""

    corpus: str
    cases: int
    hit_rate: Metric | None
    citations: Metric | None
    abstention: Metric | None
    leaks: Metric | None

    def cells(self) -> tuple[str, ...]:
        """Return the line as text, in the order of `HEADINGS`."""
        shares = [share_text(m) for m in (self.hit_rate, self.citations, self.abstention)]
        return (self.corpus, str(self.cases), *shares, total_text(self.leaks))


def summarise(results: Sequence[CaseResult]) -> dict[str, Summary]:
    """Return the metrics overall, then of each corpus by name."""
    groups: dict[str, list[CaseResult]] = {OVERALL: list(results)}
    for corpus in sorted({result.corpus for result in results}):
        groups[corpus] = [result for result in results if result.corpus == corpus]
    return {name: _summary(group) for name, group in groups.items()}


def summary_table(run: Run) -> tuple[SummaryRow, ...]:
    """Return one row a corpus and, last, one over all."""
    names = [name for name in run.summary if name != OVERALL]
    return tuple(_row(name, run.summary[name]) for name in [*names, OVERALL])


def share_text(metric: Metric | None) -> str:
    """Return a share as percent with its interval."""
    if metric is None:
        return "not measured"
    return f"{metric.mean:.1%} [{metric.low:.1%}, {metric.high:.1%}]"


def total_text(metric: Metric | None) -> str:
    """Return a count; with the cases in which it could not be taken, if there are any."""
    if metric is None:
        return "not measured"
    unknown = f" ({metric.crashed} cases not scored)" if metric.crashed else ""
    return f"{metric.total:g}{unknown}"


def _row(corpus: str, summary: Summary) -> SummaryRow:
    return SummaryRow(
        corpus=corpus,
        cases=sum(summary.counts.values()),
        hit_rate=summary.metrics.get(HIT_RATE),
        citations=summary.metrics.get(CITATION),
        abstention=summary.metrics.get(ABSTENTION),
        leaks=summary.metrics.get(LEAKS),
    )


def _summary(results: Sequence[CaseResult]) -> Summary:
    counts: dict[str, int] = {}
    for result in results:
        counts[result.expect] = counts.get(result.expect, 0) + 1
    metrics = {name: _metric(name, results) for name in _names(results)}
    seconds = mean_interval([result.seconds for result in results], _clusters(results))
    metrics[SECONDS] = Metric(
        gate=False,
        cases=len(results),
        crashed=0,
        total=sum(result.seconds for result in results),
        mean=seconds.mean,
        low=seconds.low,
        high=seconds.high,
    )
    found = {name: metric for name, metric in metrics.items() if metric is not None}
    return Summary(counts=dict(sorted(counts.items())), metrics=found)


def _names(results: Iterable[CaseResult]) -> Mapping[str, None]:
    """Return the names of the metrics, in the order of the scorers."""
    return {name: None for result in results for name in result.scores}


def _metric(name: str, results: Sequence[CaseResult]) -> Metric | None:
    """Put one scorer's scores together, or return None when it scored no case."""
    scored = [result for result in results if result.scores.get(name) is not None]
    values = [value for one in scored if (value := one.scores[name]) is not None]
    if not values:
        return None
    interval = _interval(values, _clusters(scored))
    return Metric(
        gate=all(isinstance(value, bool) for value in values),
        cases=len(values),
        crashed=sum(crash.what == name for r in results for crash in r.crashes),
        total=float(sum(values)),
        mean=interval.mean,
        low=interval.low,
        high=interval.high,
    )


def _interval(values: Sequence[float], clusters: Sequence[str]) -> Interval:
    """Return the interval of scores: whole numbers count something, others are shares."""
    counts = any(isinstance(one, int) and not isinstance(one, bool) for one in values)
    if counts or not all(0 <= one <= 1 for one in values):
        return mean_interval(values, clusters)
    return share_interval([float(one) for one in values], clusters)


def _clusters(results: Sequence[CaseResult]) -> list[str]:
    """Return what each case belongs to, or nothing where every case stands alone."""
    return [one.cluster or one.id for one in results] if any(r.cluster for r in results) else []

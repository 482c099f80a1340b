"""Whether a run is good enough to be let through."""

from __future__ import annotations

from dataclasses import dataclass

from eval.paired import MARGIN
from eval.records import SOLVER, Metric, Run
from eval.scorers import COMPLETED, HIT_RATE, LEAK_FREE, LEAKS
from eval.solver import TIMEOUT
from eval.summary import OVERALL

# Gates that are said in other words here.
_OWN_WORDS = frozenset({LEAK_FREE, COMPLETED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a run has to reach over all its cases."""

    hit_rate: float = 0.9
    leaks: int = 0
    margin: float = MARGIN
    """How much less often than the reference a generator may be right and still be good enough."""


def shortfalls(run: Run, thresholds: Thresholds) -> tuple[str, ...]:
    """Return what a run falls short of, one sentence each; nothing means that it passes.

    What was not measured, or not for every case it should have been, does not pass.
    """
    metrics = run.summary[OVERALL].metrics
    gates = (name for name, metric in metrics.items() if metric.gate and name not in _OWN_WORDS)
    found = [
        _leaks(metrics.get(LEAKS), thresholds.leaks, len(run.results)),
        _hit_rate(metrics.get(HIT_RATE), thresholds.hit_rate),
        *_faults(run),
        *(_gate(name, metrics[name]) for name in gates),
    ]
    return tuple(sentence for sentence in found if sentence)


def _faults(run: Run) -> tuple[str, ...]:
    """Say in how many cases the generator or a scorer failed."""
    cases = len(run.results)
    failed = sum(bool(r.outcome.error) or r.outcome.answer is None for r in run.results)
    late = sum(result.outcome.error == TIMEOUT for result in run.results)
    took = f", {late} of them for taking too long" if late else ""
    broken = sum(any(crash.what != SOLVER for crash in r.crashes) for r in run.results)
    return (
        f"no answer came in {failed} of {cases} cases{took}" if failed else "",
        f"a scorer broke in {broken} of {cases} cases" if broken else "",
    )


def _leaks(metric: Metric | None, most: int, cases: int) -> str:
    if metric is None or metric.cases < cases:
        return "permission leaks were not counted in every case"
    if metric.total > most:
        return f"{metric.total:g} permission leaks, {most} allowed"
    return ""


def _hit_rate(metric: Metric | None, least: float) -> str:
    if metric is None:
        return "the hit rate at 5 was not measured"
    if metric.mean < least:
        return f"hit rate at 5 is {metric.mean:.1%}, {least:.1%} wanted"
    return ""


def _gate(name: str, metric: Metric) -> str:
    failed = metric.cases - metric.total
    if not failed:
        return ""
    return f"{name.replace('_', ' ')}: {failed:g} of {metric.cases} cases fail"

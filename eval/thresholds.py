"""Whether a run is good enough to be let through."""

from __future__ import annotations

from dataclasses import dataclass

from eval.records import Metric, Run
from eval.scorers import HIT_RATE, LEAKS
from eval.summary import OVERALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a run has to reach over all its cases."""

    hit_rate: float = 0.9
    leaks: int = 0


def shortfalls(run: Run, thresholds: Thresholds) -> tuple[str, ...]:
    """Return what a run falls short of, one sentence each; nothing means that it passes.

    What was not measured, or not for every case it should have been, does not pass.
    """
    metrics = run.summary[OVERALL].metrics
    found = [
        _leaks(metrics.get(LEAKS), thresholds.leaks, len(run.results)),
        _hit_rate(metrics.get(HIT_RATE), thresholds.hit_rate),
        *(_gate(name, metric) for name, metric in metrics.items() if metric.gate),
    ]
    crashed = sum(bool(result.crashes) for result in run.results)
    if crashed:
        found.append(f"something broke in {crashed} of {len(run.results)} cases")
    return tuple(sentence for sentence in found if sentence)


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

"""What evidence buys: each model with the documents, and the same model asked without any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eval.cases import Expect
from eval.intervals import Interval, share_interval
from eval.paired import difference_interval
from eval.records import CaseResult, Run
from eval.scorers.base import ANSWERED, SAYS
from eval.sizes import paired_scores
from eval.solver import Solver

PREFIX = "closed/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBooks:
    """Who is asked without evidence, by the name of the generator, and why others are not."""

    solvers: Mapping[str, Solver] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """How often a model says what is expected with evidence and without, case by case.

    Citations do not count in either, for without evidence there is nothing to cite. `invented` is
    how often it answers without evidence what no document answers; None where there is no such
    case.
    """

    name: str
    cases: int
    with_evidence: Interval
    without: Interval
    difference: Interval
    invented: Interval | None


def bought(runs: Mapping[str, Run], closed: Mapping[str, Run]) -> tuple[Bought, ...]:
    """Return what evidence buys each model that was asked without, too."""
    found = []
    for name, without in closed.items():
        differences, clusters = paired_scores(runs[name], without, SAYS)
        if not differences:
            continue
        asked = {one.id for one in without.results}
        both = [one for one in runs[name].results if one.id in asked]
        found.append(
            Bought(
                name=name,
                cases=len(differences),
                with_evidence=_says(both),
                without=_says(without.results),
                difference=difference_interval(differences, clusters),
                invented=_invented(without),
            )
        )
    return tuple(found)


def _says(results: tuple[CaseResult, ...] | list[CaseResult]) -> Interval:
    scored = [
        (float(score), one.cluster or one.id)
        for one in results
        if (score := one.scores.get(SAYS)) is not None
    ]
    return share_interval([score for score, _ in scored], [cluster for _, cluster in scored])


def _invented(run: Run) -> Interval | None:
    none = [one for one in run.results if one.expect is Expect.NONE]
    if not none:
        return None
    answers = [one.outcome.answer for one in none]
    said = [float(answer is not None and answer.verdict in ANSWERED) for answer in answers]
    return share_interval(said, [one.cluster or one.id for one in none])

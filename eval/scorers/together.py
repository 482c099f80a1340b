"""What shows over several cases: whether answers stay the same, and what verdicts are worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from eval.scorers.answers import Right
from eval.scorers.base import Attempt, Score, answered, verdict_of
from eval.words import token_f1
from rag.records import Verdict

# How surely right a verdict calls its answer.
CLAIMS = {Verdict.GROUNDED: 1.0, Verdict.PARTIAL: 0.5}


class Determinism:
    """The share of the further times a question is asked that it gets the very same answer."""

    name: ClassVar[str] = "determinism"

    def score_all(self, attempts: Sequence[Attempt]) -> Mapping[str, Score]:
        """Score questions that are asked several times, each once."""
        first = {attempt.case.id: attempt for attempt in attempts}
        same: dict[str, list[bool]] = {}
        for attempt in attempts:
            if attempt.case.repeats in first:
                before = first[attempt.case.repeats]
                same.setdefault(before.case.id, []).append(_identity(attempt) == _identity(before))
        return {case_id: fmean(each) for case_id, each in same.items()}


class Consistency:
    """How far a question gets the answers that it gets in other words: the mean F1 of words.

    To withhold an answer once and not the other time counts nothing, to withhold it twice one.
    """

    name: ClassVar[str] = "consistency"

    def score_all(self, attempts: Sequence[Attempt]) -> Mapping[str, Score]:
        """Score questions that are asked in several wordings, each by its other wordings."""
        groups: dict[str, list[Attempt]] = {}
        for attempt in attempts:
            if attempt.case.group and not attempt.case.repeats:
                groups.setdefault(attempt.case.group, []).append(attempt)
        return {
            one.case.id: fmean(_agreement(one, other) for other in group if other is not one)
            for group in groups.values()
            if len(group) > 1
            for one in group
        }


class VerdictError:
    """How far the verdict of an answer is from its being right, squared: the Brier score.

    `grounded` claims that it is surely right, `partial` that it is so one time in two.
    """

    name: ClassVar[str] = "verdict_error"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that was answered, whether it should have been or not."""
        verdict = verdict_of(attempt)
        right = Right().score(attempt)
        if verdict not in CLAIMS or right is None:
            return None
        return (CLAIMS[verdict] - right) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What an answer with a verdict claims, and how many of them are right."""

    verdict: Verdict
    claimed: float
    answers: int
    right: int


def calibration(rated: Iterable[tuple[Verdict | None, Score]]) -> tuple[Calibration, ...]:
    """Return a line a verdict that claims something, from verdicts and whether they were right."""
    rows: dict[Verdict, list[float]] = {verdict: [] for verdict in CLAIMS}
    for verdict, right in rated:
        if verdict in rows and right is not None:
            rows[verdict].append(right)
    return tuple(
        Calibration(
            verdict=verdict, claimed=CLAIMS[verdict], answers=len(each), right=int(sum(each))
        )
        for verdict, each in rows.items()
        if each
    )


def calibration_error(lines: Sequence[Calibration]) -> float | None:
    """Return the mean distance between claim and share, weighted by answers; None of none."""
    total = sum(line.answers for line in lines)
    if not total:
        return None
    return sum(abs(line.claimed * line.answers - line.right) for line in lines) / total


def _identity(attempt: Attempt) -> object:
    """Return all of an answer but what it took."""
    answer = attempt.outcome.answer
    if answer is None:
        return attempt.outcome.error
    cited = [(one.document, one.start, one.end) for one in answer.citations]
    return (answer.answer, answer.verdict, cited)


def _agreement(one: Attempt, other: Attempt) -> float:
    first, second = answered(one), answered(other)
    if first is not None and second is not None:
        return token_f1(first.answer, second.answer)
    withheld = first is None and second is None
    broken = one.outcome.answer is None or other.outcome.answer is None
    return float(withheld and not broken)

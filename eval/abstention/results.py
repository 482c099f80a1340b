"""What a measurement of abstention found, as figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.grounding.results import Rate, rate

PRECISION_GOAL = 0.85
RECALL_GOAL = 0.85
_STEPS = tuple(n / 20 for n in range(1, 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question, whether something answers it, and how likely that was found to be."""

    id: str
    group: str
    kind: str
    cluster: str
    answered: bool
    likely: float


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """What a floor gives: abstentions that are right, and unanswered questions abstained from."""

    floor: float
    precision: Rate
    recall: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """One set: how many questions nothing answers, and what comes of it at the floor.

    `area` is how often an answered question is held likelier than one that is not. `reached` is
    the recall where precision is at its goal, if the floor were chosen on this very set.
    """

    name: str
    cases: int
    unanswered: int
    area: float
    at_floor: At
    curve: tuple[At, ...]
    by_kind: Mapping[str, tuple[int, int, int, int]]

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """What it falls short of, one sentence each."""
        found = []
        for name, value, goal in (
            ("precision", self.at_floor.precision, PRECISION_GOAL),
            ("recall", self.at_floor.recall, RECALL_GOAL),
        ):
            if value.value is None or value.value.mean < goal:
                found.append(f"{name} of abstentions is below {goal:.0%}")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A measurement of one or several sets."""

    started: str
    seconds: float
    part: str
    code_version: str
    python_version: str
    embedder: str
    floor: float
    judge: str
    fitted_on: Mapping[str, int]
    data: Mapping[str, str]
    groups: tuple[GroupResult, ...]


def results(judged: Sequence[Judged], floor: float) -> tuple[GroupResult, ...]:
    """Return the figures of each set, in the order in which they come."""
    return tuple(
        _result(name, [one for one in judged if one.group == name], floor)
        for name in dict.fromkeys(one.group for one in judged)
    )


def _result(name: str, judged: Sequence[Judged], floor: float) -> GroupResult:
    kinds = sorted({one.kind for one in judged})
    return GroupResult(
        name=name,
        cases=len(judged),
        unanswered=sum(not one.answered for one in judged),
        area=area(judged),
        at_floor=at(judged, floor),
        curve=tuple(at(judged, step) for step in _STEPS),
        by_kind={
            kind: _counts([one for one in judged if one.kind == kind], floor) for kind in kinds
        },
    )


def at(judged: Sequence[Judged], floor: float) -> At:
    """Return what a floor gives; what belongs to one document is drawn together."""
    return At(
        floor=floor,
        precision=rate([(one.cluster, not one.answered) for one in judged if one.likely < floor]),
        recall=rate([(one.cluster, one.likely < floor) for one in judged if not one.answered]),
    )


def area(judged: Sequence[Judged]) -> float:
    """Return how often an answered question is likelier than an unanswered one; ties count half."""
    answered = np.asarray([one.likely for one in judged if one.answered])
    others = np.asarray([one.likely for one in judged if not one.answered])
    if not len(answered) or not len(others):
        return float("nan")
    difference = answered[:, None] - others[None, :]
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


def _counts(judged: Sequence[Judged], floor: float) -> tuple[int, int, int, int]:
    """Return how many are answered, how many of these abstained from, and the same of others."""
    answered = [one.likely < floor for one in judged if one.answered]
    others = [one.likely < floor for one in judged if not one.answered]
    return len(answered), sum(answered), len(others), sum(others)

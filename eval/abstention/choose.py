"""A judge chosen on one half of the data: its trees, and the floor below which nothing answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from eval.abstention.grow import Examples, folds, grown
from rag.records import Vector
from rag.retrieve.enough import Judge

_DIGITS = 3
# Stricter than the goal: half of these questions are unanswered, of those that people ask fewer
# are, and each wrong abstention is an answer lost.
_LEAST_PRECISION = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A question with the signs of what was found for it."""

    group: str
    cluster: str
    answered: bool
    counted: bool
    signs: Vector = field(repr=False)


def chosen_judge(seen: Sequence[Seen], *, data: str, when: str) -> Judge:
    """Return a judge for these questions: every set of them counts the same.

    The floor is chosen by what is said of documents that the trees were not grown on: it is the
    highest at which `_LEAST_PRECISION` of what is abstained from has no answer.
    """
    examples = _examples(seen)
    likely = np.zeros(len(seen))
    for fold in folds([one.cluster for one in seen]):
        judge = _judge(examples.part(~fold))
        likely[fold] = judge.likelihoods(list(examples.signs[fold].astype(np.float32)))
    counted = np.asarray([one.counted for one in seen])
    groups: dict[str, int] = {}
    for one in seen:
        groups[one.group] = groups.get(one.group, 0) + 1
    return Judge(
        trees=grown(examples),
        floor=chosen_floor(likely[counted], examples.answered[counted], examples.weights[counted]),
        data=data,
        fitted_on=groups,
        chosen=when,
    )


def chosen_floor(
    likely: NDArray[np.float64], answered: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    """Return the highest floor that keeps the precision, 0 if none does."""
    floors = [
        round(float(floor), _DIGITS)
        for floor in np.unique(np.round(likely, _DIGITS))
        if _precision(likely < floor, answered, weights) >= _LEAST_PRECISION
    ]
    return max(floors, default=0.0)


def _precision(
    abstained: NDArray[np.bool_], answered: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    whole = weights[abstained].sum()
    return float(weights[abstained & ~answered].sum() / whole) if whole else 0.0


def _judge(examples: Examples) -> Judge:
    return Judge(trees=grown(examples), floor=0.0, data="", fitted_on={}, chosen="")


def _examples(seen: Sequence[Seen]) -> Examples:
    sizes: Mapping[str, int] = {
        group: sum(one.group == group for one in seen) for group in {one.group for one in seen}
    }
    weights = [len(seen) / (sizes[one.group] * len(sizes)) for one in seen]
    return Examples(
        signs=np.stack([one.signs for one in seen]).astype(np.float64),
        answered=np.asarray([one.answered for one in seen]),
        weights=np.asarray(weights),
    )

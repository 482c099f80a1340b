"""Trees grown on signs: which of them, and from which value on, tell that there is an answer.

Extremely randomised trees: of a few signs, each cut at a random value, the one is taken that parts
answered from unanswered best. Single trees are poor; their mean is steady, and that is what is
wanted of so few documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.retrieve.enough import Tree

TREES = 48
_DEPTH = 10
_LEAST_LEAF = 4
_TRIED_SHARE = 0.3
_SEED = 20_251_121
_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Signs, a row a question, whether it is answered, and what each row weighs."""

    signs: NDArray[np.float64] = field(repr=False)
    answered: NDArray[np.bool_] = field(repr=False)
    weights: NDArray[np.float64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.answered)

    def part(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Examples:
        """Return some of the rows."""
        return Examples(
            signs=self.signs[rows], answered=self.answered[rows], weights=self.weights[rows]
        )


def grown(examples: Examples, *, trees: int = TREES, seed: int = _SEED) -> tuple[Tree, ...]:
    """Return trees grown on examples, the same for the same ones."""
    random = np.random.default_rng(seed)
    return tuple(_tree(examples, random) for _ in range(trees))


def _tree(examples: Examples, random: np.random.Generator) -> Tree:
    signs: list[int] = []
    limits: list[float] = []
    right: list[int] = []

    def branch(rows: Examples, depth: int) -> None:
        at = len(signs)
        cut = _cut(rows, random) if depth < _DEPTH else None
        likely = float(np.average(rows.answered, weights=rows.weights))
        signs.append(-1 if cut is None else cut[0])
        limits.append(round(likely, _DIGITS) if cut is None else cut[1])
        right.append(0)
        if cut is not None:
            smaller = rows.signs[:, cut[0]] < cut[1]
            branch(rows.part(smaller), depth + 1)
            right[at] = len(signs)
            branch(rows.part(~smaller), depth + 1)

    branch(examples, 0)
    return Tree(signs=tuple(signs), limits=tuple(limits), right=tuple(right))


def _cut(rows: Examples, random: np.random.Generator) -> tuple[int, float] | None:
    """Return the best of some random cuts; None where all rows are alike, or too few."""
    if len(rows) < 2 * _LEAST_LEAF or rows.answered.all() or not rows.answered.any():
        return None
    low, high = rows.signs.min(axis=0), rows.signs.max(axis=0)
    differing = np.flatnonzero(low < high)
    if not len(differing):
        return None
    most = max(1, round(_TRIED_SHARE * rows.signs.shape[1]))
    tried = random.permutation(differing)[:most]
    limits = np.round(random.uniform(low[tried], high[tried]), _DIGITS)
    smaller = rows.signs[:, tried] < limits
    purity = _purity(rows, smaller)
    best = int(np.argmax(purity))
    return (int(tried[best]), float(limits[best])) if purity[best] > -np.inf else None


def _purity(rows: Examples, smaller: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each cut how alike the rows of each side are; too small a side never."""
    total = np.zeros(smaller.shape[1])
    for side in (smaller, ~smaller):
        weight = rows.weights @ side
        answered = (rows.weights * rows.answered) @ side
        with np.errstate(divide="ignore", invalid="ignore"):
            total += (answered**2 + (weight - answered) ** 2) / weight
    enough = (smaller.sum(axis=0) >= _LEAST_LEAF) & ((~smaller).sum(axis=0) >= _LEAST_LEAF)
    found: NDArray[np.float64] = np.where(enough, total, -np.inf)
    return found


def folds(clusters: Sequence[str], *, count: int = 4) -> list[NDArray[np.bool_]]:
    """Return folds of rows; what belongs together is in one fold."""
    order = sorted(set(clusters))
    of = {name: place % count for place, name in enumerate(order)}
    places = np.asarray([of[name] for name in clusters])
    return [places == fold for fold in range(count)]

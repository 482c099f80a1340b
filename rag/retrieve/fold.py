"""What says the same only once, and not only one thing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.embed.bm25 import terms
from rag.embed.packing import directions
from rag.retrieve.ranked import Ranked

# Share of common runs of three words from which on two passages say the same.
_ALIKE = 0.8
_RUN = 3


def folded(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return passages without those that repeat, wholly or nearly, a better one."""
    kept: list[Ranked] = []
    seen: list[frozenset[tuple[str, ...]]] = []
    for passage in ranked:
        runs = _runs(passage.text)
        if not any(_alike(runs, others) for others in seen):
            kept.append(passage)
            seen.append(runs)
    return kept


def diverse(ranked: Sequence[Ranked], *, weight: float, width: int) -> list[Ranked]:
    """Return passages in an order in which each loses for being like a better one.

    Args:
        ranked: The passages, best first.
        weight: How much likeness costs, from 0 to 1.
        width: How many dimensions the tokens have.
    """
    tokens = [passage.tokens for passage in ranked if passage.tokens is not None]
    if len(tokens) < len(ranked) or len(ranked) <= 2:
        return list(ranked)
    about = directions(tokens, width)
    likeness = about @ about.T
    scores = np.array([passage.score for passage in ranked])
    worth = (scores - scores.min()) / max(float(np.ptp(scores)), 1e-6)
    order, left = [0], list(range(1, len(ranked)))
    while left:
        gains = [(1 - weight) * worth[at] - weight * likeness[at, order].max() for at in left]
        order.append(left.pop(int(np.argmax(gains))))
    return [ranked[at] for at in order]


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = terms(text)
    if len(words) < _RUN:
        return frozenset({tuple(words)})
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other)

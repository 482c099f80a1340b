"""How good a ranking is: where the targets stand in it, and what that is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from eval.retrieval.cases import Target, Unit

Rank = int | None
"""Where a target was found first, from 1; None if it was not."""


def ranks(
    found: Iterable[tuple[str, int, int]], targets: Sequence[Target], unit: Unit
) -> tuple[Rank, ...]:
    """Return where each target stands among places: document, start and end, best first.

    Of documents the first passage counts; a passage finds what it shares a character with.
    """
    places = list(found)
    if unit is Unit.DOCUMENT:
        order = {name: n for n, name in enumerate(dict.fromkeys(p[0] for p in places), start=1)}
        return tuple(order.get(target.document_id) for target in targets)
    return tuple(
        next((n for n, place in enumerate(places, start=1) if target.overlaps(*place)), None)
        for target in targets
    )


def score(metric: str, at: Sequence[Rank]) -> float:
    """Return a metric of the ranks of all targets: `mrr`, or `ndcg`, `recall` or `hit` `@k`.

    Raises:
        ValueError: There is no such metric, or no target.
    """
    if not at:
        raise ValueError("no target to find")
    name, _, depth = metric.partition("@")
    best = min((rank for rank in at if rank is not None), default=None)
    if name == "mrr" and not depth:
        return 1 / best if best else 0.0
    k = int(depth)
    inside = [rank for rank in at if rank is not None and rank <= k]
    match name:
        case "ndcg":
            ideal = sum(_gain(rank) for rank in range(1, min(len(at), k) + 1))
            return sum(map(_gain, inside)) / ideal
        case "recall":
            return len(inside) / len(at)
        case "hit":
            return float(bool(inside))
        case _:
            raise ValueError(f"no metric {name}")


def _gain(rank: int) -> float:
    """What a relevant thing is worth at a rank; all are equally relevant."""
    return 1 / math.log2(1 + rank)

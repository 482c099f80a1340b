"""What a small model first, and a larger one where its answer is weak, would come to.

Worked out from runs of both on the same cases, without asking anybody again: for every way to
draw the line, the share of questions that go on to the larger model, the quality, the seconds
and the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from eval.intervals import Interval, share_interval
from rag.records import Verdict

WEAKNESS: Mapping[Verdict, int] = {Verdict.GROUNDED: 0, Verdict.PARTIAL: 1, Verdict.ABSTAINED: 2}
NEVER, ALWAYS = "never", "always"
_LINES = ((NEVER, 3), ("where it abstains", 2), ("where it is not grounded", 1), (ALWAYS, -1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a generator did with a case. `cost` is None where no price is known."""

    right: float
    verdict: Verdict
    seconds: float
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One way to draw the line, and what it comes to, an answer in the middle."""

    name: str
    escalated: float
    quality: Interval
    seconds: float
    cost: float | None


def policies(
    small: Mapping[str, Tried],
    large: Mapping[str, Tried],
    agree: Callable[[str], bool] | None = None,
) -> tuple[Policy, ...]:
    """Return what each policy comes to, from never to always asking the larger model.

    A refusal is no weakness: nobody may see the answer, whichever model writes it.

    Args:
        small: What the small model did, by case.
        large: What the larger one did with the same cases.
        agree: Whether the small model and the extractive answer cite a common place in a case;
            with it there is a policy that goes on where they do not.

    Raises:
        ValueError: The cases are not the same, or there are none.
    """
    if not small or small.keys() != large.keys():
        raise ValueError("policies need the same cases of both models")
    weak = {case: WEAKNESS.get(one.verdict, 0) for case, one in small.items()}
    found = []
    for name, least in _LINES:
        goes_on = [case for case in small if weak[case] >= least]
        if name == ALWAYS and agree is not None:
            doubted = [case for case in small if weak[case] >= 1 or not agree(case)]
            found.append(_policy("where it is weak or disagrees", small, large, doubted))
        found.append(_policy(name, small, large, [] if name == NEVER else goes_on))
    return tuple(found)


def _policy(
    name: str,
    small: Mapping[str, Tried],
    large: Mapping[str, Tried],
    goes_on: Sequence[str],
) -> Policy:
    """Return what it comes to if these cases go on; both models have then been paid for them.

    Where every question goes to the larger model at once, the small one is not asked at all.
    """
    if name == ALWAYS:
        took = list(large.values())
        costs = [one.cost for one in took]
    else:
        further = frozenset(goes_on)
        took = [_taken(small[case], large[case], on=case in further) for case in small]
        costs = [one.cost for one in took]
    known = [one for one in costs if one is not None]
    return Policy(
        name=name,
        escalated=len(goes_on) / len(small),
        quality=share_interval([one.right for one in took]),
        seconds=fmean(one.seconds for one in took),
        cost=fmean(known) if len(known) == len(costs) else None,
    )


def _taken(first: Tried, then: Tried, *, on: bool) -> Tried:
    if not on:
        return first
    unknown = first.cost is None or then.cost is None
    better = WEAKNESS.get(then.verdict, 0) <= WEAKNESS.get(first.verdict, 0)
    return Tried(
        right=then.right if better else first.right,  # of two answers the better grounded stays
        verdict=then.verdict if better else first.verdict,
        seconds=first.seconds + then.seconds,
        cost=None if unknown else (first.cost or 0.0) + (then.cost or 0.0),
    )

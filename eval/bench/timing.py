"""Timing named operations side by side, so that a change of the machine's load falls on all.

An operation is done once for every question, in rounds that go through them in turns of the other
direction. The first round fills caches and is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from eval.bench.samples import Spread, spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something that is done for a question, given by its number."""

    name: str
    run: Callable[[int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long an operation took, in milliseconds.

    `against` is its time divided by that of the first operation for the same question in the
    same round: the middle of the questions, for each round.
    """

    name: str
    p50: float
    p95: float
    cpu: float
    against: Spread
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    wall: float
    cpu: float


def timed(
    operations: Sequence[Operation],
    questions: int,
    rounds: int,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Timing]:
    """Do every operation for every question, `rounds` times, and say how long each took."""
    taken: list[list[list[_Taken]]] = [
        _round(operations, questions, number, clock) for number in range(rounds + 1)
    ][1:]
    return [_timing(operation.name, place, taken) for place, operation in enumerate(operations)]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _round(
    operations: Sequence[Operation], questions: int, number: int, clock: Callable[[], float]
) -> list[list[_Taken]]:
    """Return what each operation took for each question."""
    order = list(range(len(operations)))
    if number % 2:
        order.reverse()
    results: list[list[_Taken]] = [[] for _ in operations]
    for question in range(questions):
        for place in order:
            wall, cpu = clock(), time.process_time()
            operations[place].run(question)
            spent = _Taken(wall=clock() - wall, cpu=time.process_time() - cpu)
            results[place].append(spent)
    return results


def _timing(name: str, place: int, taken: Sequence[Sequence[Sequence[_Taken]]]) -> Timing:
    mine = [one for results in taken for one in results[place]]
    against = [
        median(a.wall / max(b.wall, 1e-9) for a, b in zip(results[place], results[0], strict=True))
        for results in taken
    ]
    walls = [1000 * one.wall for one in mine]
    return Timing(
        name=name,
        p50=percentile(walls, 0.5),
        p95=percentile(walls, 0.95),
        cpu=1000 * median(one.cpu for one in mine),
        against=spread(against),
        count=len(mine),
    )

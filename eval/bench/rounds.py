"""Passes in turn, so that a change of the machine's load falls on all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from eval.bench.samples import Sample

LEAST_ROUNDS = 3

Turn = TypeVar("Turn")


class Runner(Protocol):
    """Does one pass at a time, in a process of its own."""

    def begin(self) -> None:
        """Start a pass."""

    def end(self) -> Sample:
        """Wait for the pass and return what it took."""


def alone(runner: Runner) -> Sample:
    """Do one pass while no other runs."""
    runner.begin()
    return runner.end()


def together(runners: Sequence[Runner]) -> list[Sample]:
    """Do one pass of each at the same time."""
    for runner in runners:
        runner.begin()
    return [runner.end() for runner in runners]


def in_turn(
    turns: Sequence[Callable[[], Sequence[Sample]]],
    seconds: float,
    *,
    now: Callable[[], float] = time.monotonic,
) -> list[list[Sequence[Sample]]]:
    """Take every turn again and again for about `seconds`, each round in the other direction.

    Returns:
        For each turn what its rounds gave: element n of all belongs to the same round.
    """
    results: list[list[Sequence[Sample]]] = [[] for _ in turns]
    begun = now()
    rounds = 0
    while rounds < LEAST_ROUNDS or now() - begun < seconds:
        order = range(len(turns)) if rounds % 2 == 0 else reversed(range(len(turns)))
        for index in order:
            results[index].append(turns[index]())
        rounds += 1
    return results


def there_and_back(turns: Sequence[Turn], rounds: int) -> Iterator[tuple[int, Turn]]:
    """Give every turn in each round, every other round in the other direction."""
    for number in range(rounds):
        for turn in turns if number % 2 == 0 else reversed(turns):
            yield number, turn

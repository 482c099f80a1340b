"""Made-up runs of which the truth is known: do the intervals hold it, are claims seldom false?

What must hold: 95 % intervals hold the truth in 93 to 97 of 100 runs, and a margin that is just
missed is taken for kept in 5 of 100 at most. Where fewer than five cases are expected to be wrong,
or to differ, no interval can come so near to 95: there it must hold the truth in 93 at least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

from eval.intervals import Interval, mean_interval, share_interval
from eval.paired import Standing, difference_interval, non_inferiority

if TYPE_CHECKING:
    import numpy as np

RUNS = 2_000
SEED = 7
LEAST, MOST, MOST_FALSE = 0.93, 0.97, 0.05
_ENOUGH = 5

Sample = tuple[Sequence[float], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Runs to be made: how one is drawn, and what its mean is in truth.

    With a `margin` it is about claims of non-inferiority where the truth lies at the margin.
    `sparse` says that so few cases differ that an interval can only hold too often.
    """

    name: str
    truth: float
    draw: Callable[[np.random.Generator], Sample]
    interval: Callable[[Sequence[float], Sequence[str]], Interval]
    sparse: bool = False
    margin: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What came of a scenario: how often the interval held the truth, or a claim was false."""

    name: str
    runs: int
    share: float
    claims: bool
    sparse: bool

    @property
    def fine(self) -> bool:
        """Whether it is as it must be."""
        if self.claims:
            return self.share <= MOST_FALSE
        return self.share >= LEAST and (self.sparse or self.share <= MOST)


def simulate(scenario: Scenario, runs: int = RUNS, seed: int = SEED) -> Simulated:
    """Draw runs and count."""
    import numpy as np

    random = np.random.default_rng([seed, crc32(scenario.name.encode())])
    count = 0
    for _ in range(runs):
        values, clusters = scenario.draw(random)
        if scenario.margin:
            found = non_inferiority(values, scenario.margin, clusters)
            count += found.standing is Standing.NON_INFERIOR
        else:
            interval = scenario.interval(values, clusters)
            count += interval.low <= scenario.truth <= interval.high
    return Simulated(
        name=scenario.name,
        runs=runs,
        share=count / runs,
        claims=bool(scenario.margin),
        sparse=scenario.sparse,
    )


def scenarios() -> Iterator[Scenario]:
    """Yield all that is checked: shares, scores, times, differences, clusters, claims."""
    for cases in (20, 50, 200, 1000):
        for share in (0.01, 0.05, 0.2, 0.5, 0.9, 0.98):
            yield _right(cases, share)
    for cases in (15, 50, 200):
        yield from _scores(cases)
    for cases in (20, 60, 300):
        yield _times(cases)
    for groups, size in ((20, 5), (100, 3)):
        yield _in_clusters(groups, size)
    for cases in (20, 50, 100, 300):
        for lost, won in ((0.02, 0.02), (0.1, 0.1), (0.2, 0.1), (0.05, 0.0), (0.3, 0.3)):
            yield _pairs(cases, lost, won)
    yield from claims()


def claims() -> Iterator[Scenario]:
    """Yield the scenarios in which a claim of non-inferiority would be false."""
    for cases in (20, 50, 75, 100, 200, 400, 1000):
        for margin in (0.02, 0.05, 0.1, 0.2):
            for won in (0.0, 0.01, 0.05, 0.15):
                yield _pairs(cases, won + margin, won, margin=margin)
    for cases in (20, 50, 150):
        for same in (0.0, 0.5, 0.9):
            yield _graded_pairs(cases, same)
    yield _pairs_in_clusters(30, 4)
    yield _pairs_in_clusters(100, 3)


def _right(cases: int, share: float) -> Scenario:
    return Scenario(
        name=f"right or wrong, {cases} cases, {share:g} right",
        truth=share,
        draw=lambda random: ((random.random(cases) < share).astype(float).tolist(), ()),
        interval=share_interval,
        sparse=cases * min(share, 1 - share) < _ENOUGH,
    )


def _scores(cases: int) -> Iterator[Scenario]:
    for a, b in ((2.0, 5.0), (20.0, 5.0), (0.3, 0.1)):
        yield _graded(cases, a, b)

    def mixed(random: np.random.Generator) -> Sample:
        import numpy as np

        kind = random.random(cases)
        partly = random.beta(4, 3, cases)
        return np.where(kind < 0.15, 0, np.where(kind < 0.35, 1, partly)).tolist(), ()

    yield Scenario(
        name=f"scores, some 0 and some 1, {cases} cases",
        truth=0.2 + 0.65 * 4 / 7,
        draw=mixed,
        interval=share_interval,
    )


def _graded(cases: int, a: float, b: float) -> Scenario:
    return Scenario(
        name=f"scores, beta({a:g}, {b:g}), {cases} cases",
        truth=a / (a + b),
        draw=lambda random: (random.beta(a, b, cases).tolist(), ()),
        interval=share_interval,
    )


def _times(cases: int) -> Scenario:
    return Scenario(
        name=f"times, skewed, {cases} cases",
        truth=2.0,
        draw=lambda random: (random.gamma(2, 1, cases).tolist(), ()),
        interval=mean_interval,
    )


def _in_clusters(groups: int, size: int) -> Scenario:
    names = _names(groups, size)

    def draw(random: np.random.Generator) -> Sample:
        shares = random.beta(1.87, 0.47, groups).repeat(size)
        return (random.random(groups * size) < shares).astype(float).tolist(), names

    return Scenario(
        name=f"right or wrong, {groups} documents with {size} cases",
        truth=1.87 / 2.34,
        draw=draw,
        interval=share_interval,
    )


def _pairs(cases: int, lost: float, won: float, *, margin: float = 0.0) -> Scenario:
    def draw(random: np.random.Generator) -> Sample:
        import numpy as np

        kind = random.random(cases)
        return np.where(kind < lost, -1.0, np.where(kind < lost + won, 1.0, 0.0)).tolist(), ()

    about = f"{cases} pairs, {lost:g} lost and {won:g} won"
    return Scenario(
        name=f"claims at {margin:g}: {about}" if margin else about,
        truth=won - lost,
        draw=draw,
        interval=difference_interval,
        sparse=cases * (lost + won) < 2 * _ENOUGH,
        margin=margin,
    )


def _graded_pairs(cases: int, same: float) -> Scenario:
    """Scores that mostly do not differ, and else are lower for the one that is tested."""

    def draw(random: np.random.Generator) -> Sample:
        import numpy as np

        lower = -random.beta(2, 3, cases) * (random.random(cases) < 0.75)
        return np.where(random.random(cases) < same, 0.0, lower).tolist(), ()

    margin = (1 - same) * 0.75 * 0.4
    return Scenario(
        name=f"claims at {margin:g}: {cases} pairs of scores, {same:g} alike",
        truth=-margin,
        draw=draw,
        interval=difference_interval,
        margin=margin,
    )


def _pairs_in_clusters(groups: int, size: int) -> Scenario:
    names = _names(groups, size)

    def draw(random: np.random.Generator) -> Sample:
        lost = random.beta(1, 4, groups).repeat(size)
        return (-1.0 * (random.random(groups * size) < lost)).tolist(), names

    return Scenario(
        name=f"claims at 0.2: {groups} documents with {size} pairs",
        truth=-0.2,
        draw=draw,
        interval=difference_interval,
        margin=0.2,
    )


def _names(groups: int, size: int) -> list[str]:
    return [f"d{group}" for group in range(groups) for _ in range(size)]

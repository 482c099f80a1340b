from __future__ import annotations

from itertools import count

import pytest

from eval.bench.timing import Operation, percentile, timed


class Clock:
    """Moves only while an operation runs."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def operation(self, name, milliseconds):
        calls = count()

        def run(question):
            first = next(calls) == 0
            self.now += (100 if first else milliseconds(question)) / 1000

        return Operation(name=name, run=run)


def test_the_first_round_is_not_counted_and_ratios_are_taken_question_by_question():
    clock = Clock()
    operations = [
        clock.operation("ours", lambda question: 1 + question),
        clock.operation("theirs", lambda question: 3 * (1 + question)),
    ]
    ours, theirs = timed(operations, 3, 4, clock=clock)
    assert (ours.name, ours.count) == ("ours", 12)
    assert (ours.p50, ours.p95) == pytest.approx((2.0, 3.0))
    assert ours.against.median == 1
    assert theirs.against.low == theirs.against.high == pytest.approx(3.0)
    assert theirs.against.count == 4


def test_each_round_goes_through_the_operations_in_the_other_direction():
    order = []
    operations = [
        Operation(name=name, run=lambda n, name=name: order.append((name, n))) for name in "ab"
    ]
    timed(operations, 2, 1)
    assert order == [
        *[("a", 0), ("b", 0), ("a", 1), ("b", 1)],
        *[("b", 0), ("a", 0), ("b", 1), ("a", 1)],
    ]


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 3), (0.95, 4), (1.0, 4)])
def test_a_percentile_is_one_of_the_values(share, expected):
    assert percentile([4, 2, 1, 3], share) == expected

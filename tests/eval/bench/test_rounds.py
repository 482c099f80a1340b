from __future__ import annotations

from eval.bench.rounds import LEAST_ROUNDS, alone, in_turn, there_and_back, together
from eval.bench.samples import Sample, spread


class Noted:
    """Notes when it began and ended."""

    def __init__(self, name, log):
        self._name, self._log = name, log

    def begin(self):
        self._log.append(f"{self._name} begins")

    def end(self):
        self._log.append(f"{self._name} ends")
        return Sample(characters=10, cpu=2.0, wall=4.0, peak_mb=1.0, stages={})


def test_one_runs_alone_and_two_at_the_same_time():
    log = []
    first, second = Noted("a", log), Noted("b", log)
    assert alone(first).speed == 5
    assert [sample.pace for sample in together([first, second])] == [2.5, 2.5]
    assert log == ["a begins", "a ends", "a begins", "b begins", "a ends", "b ends"]


def test_rounds_go_to_and_fro_until_the_time_is_up():
    taken = []
    clock = iter(range(100))
    results = in_turn(
        [lambda: taken.append("a") or ["x"], lambda: taken.append("b") or ["y"]],
        seconds=5,
        now=lambda: next(clock),
    )
    assert "".join(taken[:8]) == "abbaabba"
    assert len(results[0]) == len(results[1]) > LEAST_ROUNDS
    assert results[1][0] == ["y"]


def test_there_are_always_some_rounds():
    assert len(in_turn([list], seconds=0)[0]) == LEAST_ROUNDS


def test_values_are_summed_up_by_their_middle_and_range():
    assert spread([3.0, 1.0, 2.0]) == spread([1.0, 2.0, 3.0])
    summary = spread([3.0, 1.0, 5.0, 2.0])
    assert (summary.median, summary.low, summary.high, summary.count) == (2.5, 1.0, 5.0, 4)


def test_every_other_round_goes_back():
    taken = list(there_and_back("abc", 3))
    assert "".join(turn for _, turn in taken) == "abccbaabc"
    assert [number for number, _ in taken] == [0, 0, 0, 1, 1, 1, 2, 2, 2]

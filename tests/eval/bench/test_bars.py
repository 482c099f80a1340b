from __future__ import annotations

import pytest

from eval.bench.bars import at_least, at_most, missed, ranged
from eval.bench.samples import spread


@pytest.mark.parametrize(("value", "held"), [(29.9, True), (30.0, True), (30.1, False)])
def test_a_figure_may_reach_its_limit_but_not_pass_it(value, held):
    assert at_most("p95", value, 30.0, "{:.1f} ms").held is held


@pytest.mark.parametrize(("value", "held"), [(0.96, False), (0.97, True), (0.98, True)])
def test_a_figure_may_fall_to_its_limit_but_not_below_it(value, held):
    assert at_least("share", value, 0.97, "{:.0%}").held is held


def test_a_figure_that_is_none_holds_nothing():
    assert not at_most("p95", float("nan"), 30.0, "{:.1f}").held
    assert not at_least("share", float("nan"), 0.97, "{:.1f}").held


def test_what_is_missed_is_said_in_words():
    bars = [at_most("p95", 31.0, 30.0, "{:.1f} ms"), at_least("rate", 2.0, 1.0, "{:.0f}")]
    assert missed(bars) == ["p95: 31.0 ms, to be at most 30.0 ms"]


@pytest.mark.parametrize(
    ("values", "held", "always"),
    [([1, 2, 3], True, True), ([1, 2, 9], True, False), ([1, 8, 9], False, False)],
)
def test_of_several_rounds_the_median_decides_and_the_others_are_said(values, held, always):
    bar = at_most("p95", spread(values), 5, "{:.0f} ms")
    assert (bar.held, bar.always) == (held, always)
    assert bar.measured == f"{values[1]} ms ({values[0]} ms to {values[2]} ms)"


def test_a_range_of_one_value_is_not_told():
    assert ranged(spread([0.5]), "{:.0%}") == "50%"
    assert ranged(spread([0.501, 0.502]), "{:.0%}") == "50%"

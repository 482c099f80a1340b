import random

import pytest

from eval.intervals import bootstrap_mean, bootstrap_ratio


def test_values_that_are_alike_have_no_width():
    interval = bootstrap_mean([1.0, 1.0, 1.0])
    assert (interval.mean, interval.low, interval.high) == (1.0, 1.0, 1.0)


def test_one_value_is_its_own_interval():
    interval = bootstrap_mean([0.25])
    assert (interval.mean, interval.low, interval.high) == (0.25, 0.25, 0.25)


def test_no_values_have_no_mean():
    with pytest.raises(ValueError, match="no values"):
        bootstrap_mean([])


def test_the_same_scores_give_the_same_interval():
    values = [0.013, 0.97, 0.71, 0.5, 0.257, 0.333, 0.6181]
    assert bootstrap_mean(values) == bootstrap_mean(values)
    assert bootstrap_mean(values) != bootstrap_mean(values, seed=1)


@pytest.mark.parametrize(("n", "half_width"), [(100, 0.098), (1000, 0.031), (4000, 0.0155)])
def test_the_width_is_the_one_that_theory_says(n, half_width):
    """1.96 * sqrt(p * (1 - p) / n) at p = 1/2, in one batch and in several."""
    interval = bootstrap_mean([0.0, 1.0] * (n // 2))
    assert interval.mean == 0.5
    assert interval.mean - interval.low == pytest.approx(half_width, rel=0.1)
    assert interval.high - interval.mean == pytest.approx(half_width, rel=0.1)


def test_about_95_of_100_intervals_hold_the_true_mean():
    draw = random.Random(20_250_601)
    truth, runs = 0.7, 300
    covered = 0
    for number in range(runs):
        values = [float(draw.random() < truth) for _ in range(80)]
        interval = bootstrap_mean(values, seed=number)
        covered += interval.low <= truth <= interval.high
    assert 0.91 <= covered / runs <= 0.98


def test_a_ratio_of_rows_that_are_alike_has_no_width():
    interval = bootstrap_ratio([1.0, 2.0], [2.0, 4.0])
    assert (interval.mean, interval.low, interval.high) == (0.5, 0.5, 0.5)


def test_a_ratio_is_of_the_sums():
    assert bootstrap_ratio([1.0, 9.0], [10.0, 10.0]).mean == 0.5
    assert bootstrap_ratio([1.0, 0.0, 1.0], [1.0, 0.0, 3.0]).mean == 0.5


def test_a_ratio_of_nothing_is_none_and_draws_of_nothing_are_left_out():
    assert bootstrap_ratio([], []) is None
    assert bootstrap_ratio([0.0], [0.0]) is None
    interval = bootstrap_ratio([0.0, 1.0], [0.0, 1.0])
    assert (interval.low, interval.high) == (1.0, 1.0)


def test_a_ratio_with_ones_below_is_about_a_mean():
    values = [0.0, 1.0] * 200
    ratio, mean = bootstrap_ratio(values, [1.0] * 400), bootstrap_mean(values)
    assert ratio.low == pytest.approx(mean.low, abs=0.01)
    assert ratio.high == pytest.approx(mean.high, abs=0.01)


def test_a_ratio_needs_pairs():
    with pytest.raises(ValueError, match="as many"):
        bootstrap_ratio([1.0], [])

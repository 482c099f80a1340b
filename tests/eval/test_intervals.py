import math

import pytest

from eval.intervals import (
    Interval,
    bootstrap_mean,
    bootstrap_ratio,
    mean_interval,
    share_interval,
)


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


@pytest.mark.parametrize(
    ("right", "cases", "low", "high"),
    [
        # Nobody wrong: half the chance of that is a fortieth, so p^n is a twentieth.
        (20, 20, 0.05 ** (1 / 20), 1.0),
        (0, 20, 0.0, 1 - 0.05 ** (1 / 20)),
        (5, 5, 0.05 ** (1 / 5), 1.0),
        (1, 1, 0.05, 1.0),
        (1, 2, 0.025, 0.975),  # p^2 + p (1 - p) is p
    ],
)
def test_an_interval_of_a_share(right, cases, low, high):
    interval = share_interval([1.0] * right + [0.0] * (cases - right))
    assert interval.mean == right / cases
    assert interval.low == pytest.approx(low, abs=1e-3)
    assert interval.high == pytest.approx(high, abs=1e-3)


@pytest.mark.parametrize(("right", "cases"), [(3, 10), (7, 9), (40, 200), (1, 2)])
def test_at_the_ends_of_an_interval_half_and_more_has_a_fortieth(right, cases):
    def chance(p, hits):
        return math.comb(cases, hits) * p**hits * (1 - p) ** (cases - hits)

    interval = share_interval([1.0] * right + [0.0] * (cases - right))
    more = sum(chance(interval.low, hits) for hits in range(right + 1, cases + 1))
    assert more + chance(interval.low, right) / 2 == pytest.approx(0.025, abs=1e-6)
    fewer = sum(chance(interval.high, hits) for hits in range(right))
    assert fewer + chance(interval.high, right) / 2 == pytest.approx(0.025, abs=1e-6)


def test_scores_that_are_not_right_or_wrong_have_narrower_intervals():
    graded = share_interval([0.6, 0.7, 0.8, 0.9] * 25)
    right = share_interval([1.0, 1.0, 1.0, 0.0] * 25)
    assert graded.mean == pytest.approx(right.mean) == 0.75
    # t(99) is 1.984, sd the root of .0125 * 100 / 99
    assert graded.high - graded.low == pytest.approx(2 * 1.984 * 0.11237 / 10, rel=0.02)
    assert right.high - right.low > 3 * (graded.high - graded.low)


def test_cases_of_one_cluster_say_less_than_as_many_alone():
    values, clusters = [1.0, 1.0, 0.0, 1.0] * 10, [f"d{n}" for n in range(40)]
    alone = share_interval(values, clusters)
    assert alone == share_interval(values)
    together = share_interval(
        [one for one in values for _ in range(5)], [one for one in clusters for _ in range(5)]
    )
    assert (together.low, together.high) == pytest.approx((alone.low, alone.high), abs=0.003)


def test_whatever_order_values_come_in_they_give_the_same():
    values, clusters = [0.1, 0.9, 0.4, 0.4, 1.0, 0.0], ["a", "a", "b", "c", "b", "c"]
    back = (values[::-1], clusters[::-1])
    assert share_interval(values, clusters) == share_interval(*back)
    assert mean_interval(values, clusters) == mean_interval(*back)


def test_a_mean_of_anything_has_a_studentised_interval():
    interval = mean_interval([float(n % 7) for n in range(700)])
    assert interval.mean == 3.0
    # sd 2, root of 700 26.458, t(699) 1.963
    assert interval.high - interval.low == pytest.approx(2 * 1.963 * 2 / 26.458, rel=0.05)


def test_long_tails_reach_further_up_than_down():
    interval = mean_interval([1.0] * 30 + [2.0] * 8 + [30.0, 60.0])
    assert interval.high - interval.mean > 1.5 * (interval.mean - interval.low)


@pytest.mark.parametrize("interval", [share_interval, mean_interval])
def test_nothing_and_clusters_that_do_not_fit_are_refused(interval):
    with pytest.raises(ValueError, match="no values"):
        interval([])
    with pytest.raises(ValueError, match="needs its cluster"):
        interval([0.5, 0.5], ["a"])


def test_what_is_no_share_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        share_interval([1.5])


def test_numbers_that_are_all_alike_leave_nothing_to_estimate():
    assert mean_interval([3.0] * 9) == Interval(mean=3.0, low=3.0, high=3.0)
    assert mean_interval([3.0]) == Interval(mean=3.0, low=3.0, high=3.0)


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

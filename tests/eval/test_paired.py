import math

import pytest

from eval.intervals import Z
from eval.paired import Standing, difference_interval, non_inferiority


def pairs(lost, won, alike):
    return [-1.0] * lost + [1.0] * won + [0.0] * alike


@pytest.mark.parametrize("cases", [1, 10, 50, 1000])
def test_cases_that_do_not_differ_leave_room_for_a_difference(cases):
    """Tango's interval is z^2 / (n + z^2) wide on either side."""
    interval = difference_interval([0.0] * cases)
    reach = Z**2 / (cases + Z**2)
    assert interval.mean == 0
    assert (interval.low, interval.high) == (pytest.approx(-reach), pytest.approx(reach))


@pytest.mark.parametrize(("lost", "won", "alike"), [(1, 0, 19), (3, 9, 32), (12, 2, 30), (5, 5, 9)])
def test_the_ends_are_where_the_score_test_says_so(lost, won, alike):
    """The likelihood is maximised by trying, not by the formula."""
    cases = lost + won + alike

    def score(difference):
        steps = [n / 20_000 for n in range(1, 20_000)]

        def likelihood(rate_lost):
            rate_won, rest = rate_lost + difference, 1 - 2 * rate_lost - difference
            if rate_won <= 0 or rest <= 0:
                return -math.inf
            return lost * math.log(rate_lost) + won * math.log(rate_won) + alike * math.log(rest)

        best = max(steps, key=likelihood)
        variance = cases * (2 * best + difference * (1 - difference))
        return (won - lost - cases * difference) / math.sqrt(variance)

    interval = difference_interval(pairs(lost, won, alike))
    assert score(interval.low) == pytest.approx(Z, abs=0.02)
    assert score(interval.high) == pytest.approx(-Z, abs=0.02)


def test_scores_that_all_differ_have_the_interval_of_student():
    values = [0.1 + 0.2 * (n % 5 - 2) / 2 for n in range(25)]  # sd .1414 of 25, t(24) 2.0639
    interval = difference_interval(values)
    error = math.sqrt(sum((one - 0.1) ** 2 for one in values) / 24 / 25)
    assert interval.mean == pytest.approx(0.1)
    assert interval.high - interval.low == pytest.approx(2 * 2.0639 * error, rel=1e-3)


def test_few_scores_that_differ_are_not_trusted():
    """19 of 20 alike: half a case that is lost and half one that is won are put in, almost."""
    interval = difference_interval([0.0] * 19 + [-0.1])
    assert interval.low < -0.09
    assert interval.high > 0.08


def test_cases_of_a_cluster_count_as_what_they_are_worth():
    one = pairs(3, 9, 28)
    clusters = [f"d{n}" for n in range(40)]
    alone = difference_interval(one)
    together = difference_interval(one * 4, clusters * 4)
    assert together.mean == alone.mean
    assert (together.low, together.high) == pytest.approx((alone.low, alone.high), abs=0.01)
    assert difference_interval(one * 4).low > together.low


@pytest.mark.parametrize(
    ("differences", "margin", "standing"),
    [
        (pairs(10, 12, 378), 0.05, Standing.NON_INFERIOR),
        (pairs(0, 0, 50), 0.05, Standing.UNDECIDED),  # the interval ends at -.071
        (pairs(0, 0, 74), 0.05, Standing.NON_INFERIOR),  # and here at -.0494
        (pairs(60, 10, 330), 0.05, Standing.INFERIOR),
        (pairs(20, 10, 70), 0.05, Standing.UNDECIDED),
        (pairs(26, 0, 374), 0.05, Standing.UNDECIDED),  # worse, and perhaps by more than that
        ([0.0] * 10 + [0.3] * 30, 0.05, Standing.NON_INFERIOR),
        ([-0.3] * 30 + [-0.2] * 10, 0.05, Standing.INFERIOR),
    ],
)
def test_how_one_stands_to_the_other(differences, margin, standing):
    found = non_inferiority(differences, margin)
    assert found.standing is standing
    assert found.cases == len(differences)
    assert (found.more == 0) is (standing is not Standing.UNDECIDED)


def test_how_many_more_cases_would_decide():
    # 200 pairs, 20 lost and 20 won: the error is about .0316, the margin .05 away; for four times
    # in five that takes (2.8 * .0316 / .05)^2 times as many: 3.14 times.
    found = non_inferiority(pairs(20, 20, 160), 0.05)
    assert found.standing is Standing.UNDECIDED
    assert found.more == pytest.approx(2.14 * 200, rel=0.1)
    # Three points worse leave two to the margin: six times as many again.
    worse = non_inferiority(pairs(23, 17, 160), 0.05)
    assert worse.more == pytest.approx(200 * ((2.8 * 0.0316 / 0.02) ** 2 - 1), rel=0.15)


def test_a_difference_that_lies_at_the_margin_is_never_decided():
    assert non_inferiority(pairs(20, 10, 170), 0.05).more is None


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="no differences"):
        difference_interval([])
    with pytest.raises(ValueError, match="between -1 and 1"):
        difference_interval([1.5])
    for margin in (0.0, 1.0, -0.1, math.nan):
        with pytest.raises(ValueError, match="a margin is"):
            non_inferiority([0.0], margin)

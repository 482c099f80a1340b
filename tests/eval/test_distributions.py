import math

import pytest

from eval.distributions import beta_share, t_quantile


@pytest.mark.parametrize(
    ("x", "a", "b", "share"),
    [
        (0.3, 1, 1, 0.3),
        (0.5, 7, 7, 0.5),
        (0.2, 1, 5, 1 - 0.8**5),
        (0.9, 4, 1, 0.9**4),
        (0.5, 2, 3, 11 / 16),  # 6 x^2 - 8 x^3 + 3 x^4
        (0.25, 0.5, 0.5, 1 / 3),  # the law of arcsines
        (0.0, 2, 3, 0.0),
        (1.0, 2, 3, 1.0),
    ],
)
def test_shares_of_beta_distributions(x, a, b, share):
    assert beta_share(x, a, b) == pytest.approx(share, abs=1e-10)


def test_large_ones_are_nearly_normal():
    a, b = 60_000.0, 40_000.0
    error = math.sqrt(0.6 * 0.4 / (a + b))
    assert beta_share(0.6 + 1.959964 * error, a, b) == pytest.approx(0.975, abs=1e-4)


@pytest.mark.parametrize(
    ("freedom", "value"),
    [(1, 12.7062), (2, 4.30265), (9, 2.26216), (30, 2.04227), (1e6, 1.95997)],
)
def test_quantiles_of_t_are_those_of_tables(freedom, value):
    assert t_quantile(0.975, freedom) == pytest.approx(value, abs=1e-4)


def test_without_freedom_nothing_is_known():
    assert t_quantile(0.975, 0) == math.inf

"""Quantiles of the beta and Student's t distribution, which intervals are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

_TINY = 1e-300
_STEPS = 300
_HALVINGS = 45


def beta_share(x: float, a: float, b: float) -> float:
    """Return the share of a beta distribution below `x`: the regularised incomplete beta."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    logarithm = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    front = math.exp(logarithm)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta, by Lentz's method."""
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    product = d
    for m in range(1, _STEPS):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 + factor * d, 1 + factor / c
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = c if abs(c) > _TINY else _TINY
            product *= d * c
        if abs(d * c - 1) < 1e-12:
            break
    return product


@lru_cache(maxsize=4_096)
def t_quantile(share: float, freedom: float) -> float:
    """Return the value that a share of Student's t distribution lies below; `share` above a half.

    Without degrees of freedom nothing is known: infinity.
    """
    if freedom <= 0:
        return math.inf

    def below(value: float) -> float:
        tail = beta_share(freedom / (freedom + value * value), freedom / 2, 0.5) / 2
        return 1 - tail

    high = 2.0
    while below(high) < share and high < 1e9:
        high *= 2
    return halved(lambda value: below(value) < share, 0.0, high)


def halved(too_low: Callable[[float], bool], low: float, high: float) -> float:
    """Return where a condition that holds below a point ceases to hold."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if too_low(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2

"""Check digits."""

from __future__ import annotations

import pytest

from rag.redact.checks import digits, luhn, mod_97, weighted


def test_digits_leaves_the_rest():
    assert digits("a1-2 3") == "123"


@pytest.mark.parametrize(
    ("value", "right"), [("4111 1111 1111 1111", True), ("4111111111111112", False)]
)
def test_luhn(value, right):
    assert luhn(value) is right


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("5493001KJTIIGC8Y1R12", True),
        ("5493001KJTIIGC8Y1R13", False),
        ("\u00e9", False),
        ("", False),
    ],
)
def test_mod_97(value, right):
    assert mod_97(value) is right


@pytest.mark.parametrize(
    ("value", "right"), [("943 476 5919", True), ("943 476 5918", False), ("943", False)]
)
def test_weighted_sum(value, right):
    assert weighted(value, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 11) is right

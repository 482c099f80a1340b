"""The table of ages over 89: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 92-year-old woman", [("AGE_OVER_89", "92-year-old")]),
        ("He is 101 years old.", [("AGE_OVER_89", "101 years old")]),
        ("aged 90", [("AGE_OVER_89", "aged 90")]),
        ("a 95 y/o man", [("AGE_OVER_89", "95 y/o")]),
        ("at the age of 97 he", [("AGE_OVER_89", "at the age of 97")]),
        ("an 89-year-old man", []),
        ("a lease of 99 years", []),
        ("aged 92.5 %", []),
        ("92 patients", []),
        ("a 190-year-old building", []),
    ],
)
def test_finds_age_and_no_near_miss(found, text, expected):
    assert found(text) == expected

"""The table of bar numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("State Bar No. 123456", [("BAR_NUMBER", "123456")]),
        ("(SBN 234567)", [("BAR_NUMBER", "234567")]),
        ("Attorney Registration No. 4471882", [("BAR_NUMBER", "4471882")]),
        ("Bar #: IL6204512", [("BAR_NUMBER", "IL6204512")]),
        ("the bar opened in 1998", []),
        ("pressure of 1200 bar 40000", []),
        ("attorney fees of 45000", []),
    ],
)
def test_finds_bar_and_no_near_miss(found, text, expected):
    assert found(text) == expected

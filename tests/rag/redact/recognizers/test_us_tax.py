"""The table of US tax numbers of persons: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SSN 536-22-9187", [("US_SSN", "536-22-9187")]),
        ("536-22-9187", [("US_SSN", "536-22-9187")]),
        ("social security number: 536229187", [("US_SSN", "536229187")]),
        ("SSN 000-12-3456", [("US_SSN", "000-12-3456")]),
        ("ITIN 912-70-1234", [("US_ITIN", "912-70-1234")]),
        ("000-12-3456", []),
        ("536229187", []),
        ("12-536-22-9187", []),
        ("pages 536-22", []),
    ],
)
def test_finds_us_tax_and_no_near_miss(found, text, expected):
    assert found(text) == expected

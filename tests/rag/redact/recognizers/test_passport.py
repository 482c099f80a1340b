"""The table of passport numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("passport no. 925076473", [("PASSPORT_NUMBER", "925076473")]),
        ("Reisepass C01X00T47", [("PASSPORT_NUMBER", "C01X00T47")]),
        ("passport number: GB 1234567", [("PASSPORT_NUMBER", "GB 1234567")]),
        ("passport copy of 9 January 2025", []),
        ("a passport costs 88.50", []),
        ("item 925076473", []),
    ],
)
def test_finds_passport_and_no_near_miss(found, text, expected):
    assert found(text) == expected

"""The table of numbers of land: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the plots nos. 260, 268, 119/5 and 425.", ["260", "268", "119/5", "425"]),
        ("Parcel No. 12-345-678", ["12-345-678"]),
        ("title number AB123456", ["AB123456"]),
        ("lots of 12", []),
        ("plot 3 of the story", []),
        ("book title no. 5", []),
    ],
)
def test_finds_land_and_no_near_miss(values, text, expected):
    assert values("PROPERTY_NUMBER", text) == expected

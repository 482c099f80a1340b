"""The table of postal codes: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wexmouth WX4 1HB,", [("POSTAL_CODE", "WX4 1HB")]),
        ("Asheville, NC 28801.", [("POSTAL_CODE", "28801")]),
        ("New York, NY\n10019", [("POSTAL_CODE", "10019")]),
        ("ZIP: 02139-4307", [("POSTAL_CODE", "02139-4307")]),
        ("postcode 1421 AB", [("POSTAL_CODE", "1421 AB")]),
        ("the sum of 28801 shares", []),
        ("OR 10000 shares", []),
        ("in 28801", []),
        ("ward 3 9am", []),
        ("B0J 2H0", [("POSTAL_CODE", "B0J 2H0")]),
        ("zip code is 90010-170", [("POSTAL_CODE", "90010-170")]),
        ("ZIP: 394 13", [("POSTAL_CODE", "394 13")]),
        ("zip file 3", []),
    ],
)
def test_finds_postal_and_no_near_miss(found, text, expected):
    assert found(text) == expected

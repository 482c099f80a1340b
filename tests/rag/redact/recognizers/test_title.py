"""The table of forms of address: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr Smith and Dr. Jones", ["Mr", "Dr."]),
        ("Mrs. Diana Usamov", ["Mrs."]),
        ("Professor Strobel", ["Professor"]),
        ("MR SMITH", ["MR"]),
        ("the judge said", []),
        ("Miss it and", []),
        ("Drum Smith", []),
    ],
)
def test_finds_titles_and_no_near_miss(values, text, expected):
    assert values("PERSON_TITLE", text) == expected

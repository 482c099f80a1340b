"""The table of lengths of time: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for two years and one month", ["two years and one month"]),
        ("15 months' imprisonment", ["15 months'"]),
        ("the ten-day period", ["ten-day"]),
        ("within thirty (30) days of", ["thirty (30) days"]),
        ("four and a half months", ["four and a half months"]),
        ("a 6-week stay", ["6-week"]),
        ("ten years old", []),
        ("a 65-year-old man", []),
        ("days later", []),
        ("one yearning", []),
    ],
)
def test_finds_durations_and_no_near_miss(values, text, expected):
    assert values("DURATION", text) == expected

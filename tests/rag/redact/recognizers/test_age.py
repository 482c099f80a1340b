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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 65-year-old man", ["65"]),
        ("This 74 year old female", ["74"]),
        ("and i'm 31 y/o.", ["31"]),
        ("aged 21,", ["21"]),
        ("the age of 22, had", ["22"]),
        ("Age: 45", ["45"]),
        ("I'll turn 21", ["21"]),
        ("just turned 46", ["46"]),
        ("eighteen years of age", ["eighteen"]),
        ("ten years old", ["ten"]),
        ("a 6-month-old boy", ["6-month"]),
        ("the age of six months", ["six months"]),
        ("a 54M with chest pain", ["54"]),
        ("in her sixties", ["sixties"]),
        ("Written when he was 65.", ["65"]),
        ("aged 5, 7 and 9", ["5, 7 and 9"]),
        ("a 92-year-old man", []),
        ("turn 21 degrees", []),
        ("page 45", []),
        ("the image 45", []),
        ("12 years later", []),
        ("a 54M loan", []),
    ],
)
def test_finds_other_ages_and_no_near_miss(values, text, expected):
    assert values("AGE", text) == expected

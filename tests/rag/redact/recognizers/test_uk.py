"""The table of British numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NHS number 943 476 5919", [("UK_NHS", "943 476 5919")]),
        ("943 476 5919", [("UK_NHS", "943 476 5919")]),
        ("NHS number 943 476 5918 is mistyped", [("UK_NHS", "943 476 5918")]),
        ("AB 12 34 56 C", [("UK_NINO", "AB 12 34 56 C")]),
        ("national insurance QQ 12 34 56 C", [("UK_NINO", "QQ 12 34 56 C")]),
        ("NINO AB123456C", [("UK_NINO", "AB123456C")]),
        ("943 476 5918", [("PHONE_NUMBER", "943 476 5918")]),
        ("NHS9434765919", [("UK_NHS", "9434765919")]),
        ("ref.943 476 5919", [("UK_NHS", "943 476 5919")]),
        ("NINOAB123456C", [("UK_NINO", "AB123456C")]),
        ("943-476-59181", []),
        ("there were 9434765919 cells", []),
        ("part AS601206A", []),
        ("the NHS treated 12 patients", []),
        ("NHS2024 budget", []),
        ("clause 12.943-476-5919", []),
    ],
)
def test_finds_uk_and_no_near_miss(found, text, expected):
    assert found(text) == expected

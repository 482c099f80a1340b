"""The table of personal numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Employee ID: E-204815", [("PERSONAL_ID", "E-204815")]),
        ("payroll number 2217", [("PERSONAL_ID", "2217")]),
        ("customer no. 88-4471", [("PERSONAL_ID", "88-4471")]),
        ("40 employees in 2024", []),
        ("student numbers rose to 12,500", []),
        ("certificate # 1054", []),
    ],
)
def test_finds_person_id_and_no_near_miss(found, text, expected):
    assert found(text) == expected

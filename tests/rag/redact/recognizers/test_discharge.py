"""The table of dates of discharge: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("discharged home on 15 March 2025", ["15 March 2025"]),
        ("Discharge date: 01/09/2024", ["01/09/2024"]),
        ("D/C 3/16", ["3/16"]),
        ("date of discharge was May 6, 2020", ["May 6, 2020"]),
        ("admitted on 12 March 2025", []),
        ("discharge of 5 litres", []),
    ],
)
def test_finds_discharges_and_no_near_miss(values, text, expected):
    assert values("DISCHARGE_DATE", text) == expected

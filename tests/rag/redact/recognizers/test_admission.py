"""The table of dates of admission: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("admitted on 12 March 2025", ["12 March 2025"]),
        ("Admission Date: 2024-01-05", ["2024-01-05"]),
        ("was admitted to St Mary Hospital on 3/14/2024", ["3/14/2024"]),
        ("date of admission 4 May", ["4 May"]),
        ("readmitted 03/2024", ["03/2024"]),
        ("discharged on 12 March 2025", []),
        ("seen on 12 March 2025", []),
        ("admittedly on 3 March 2024", []),
    ],
)
def test_finds_admissions_and_no_near_miss(values, text, expected):
    assert values("ADMISSION_DATE", text) == expected

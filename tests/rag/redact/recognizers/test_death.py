"""The table of dates of death: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("died on 15 March 2025", ["15 March 2025"]),
        ("Date of death: 01/09/2024", ["01/09/2024"]),
        ("DOD: 2020-05-06", ["2020-05-06"]),
        ("passed away in 1998", ["1998"]),
        ("he died in Port Brannoc on 9 June 1977", ["9 June 1977"]),
        ("died of pneumonia", []),
        ("DOD contract 5 May 2020", []),
        ("lived until 5 May 2020", []),
    ],
)
def test_finds_deaths_and_no_near_miss(values, text, expected):
    assert values("DEATH_DATE", text) == expected

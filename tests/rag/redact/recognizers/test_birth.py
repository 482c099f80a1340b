"""The table of dates of birth: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("born 30 October 1986,", [("DATE_OF_BIRTH", "30 October 1986")]),
        ("DOB: 03/12/1956", [("DATE_OF_BIRTH", "03/12/1956")]),
        ("D.O.B. 1956-12-03", [("DATE_OF_BIRTH", "1956-12-03")]),
        ("date of birth is March 5, 1971", [("DATE_OF_BIRTH", "March 5, 1971")]),
        ("was born in Port Brannoc on 9 June 1977", [("DATE_OF_BIRTH", "9 June 1977")]),
        ("geboren am 04.05.1961", [("DATE_OF_BIRTH", "04.05.1961")]),
        ("birth_date=19470322", [("DATE_OF_BIRTH", "19470322")]),
        ("Born on the 2nd of March 1950", [("DATE_OF_BIRTH", "2nd of March 1950")]),
        ("DOB19540305", [("DATE_OF_BIRTH", "19540305")]),
        ("DOB 03051954", [("DATE_OF_BIRTH", "03051954")]),
        ("DOB05/03/1954", [("DATE_OF_BIRTH", "05/03/1954")]),
        ("filed on 12 March 2025", []),
        ("The cost is borne by the party from 1 May 2025", []),
        ("Newborns are seen on 3 May 2025", []),
        ("signed 2024-01-15", []),
        ("dobutamine from 12/03/2024", []),
        ("DOB 03991954", []),
        ("ref 03051954", []),
        ("dobutamine19540305", []),
    ],
)
def test_finds_birth_and_no_near_miss(found, text, expected):
    assert found(text) == expected

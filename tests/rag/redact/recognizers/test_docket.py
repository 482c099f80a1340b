"""The table of numbers of proceedings: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("filed as 1:24-cv-01234-ABC", [("DOCKET_NUMBER", "1:24-cv-01234-ABC")]),
        ("Case No. 24-1234", [("DOCKET_NUMBER", "24-1234")]),
        ("Claim No. HC-2024-000417", [("DOCKET_NUMBER", "HC-2024-000417")]),
        ("(application no. 36022/97)", [("DOCKET_NUMBER", "36022/97")]),
        (
            "applications nos. 30562/04 and 30566/04",
            [("DOCKET_NUMBER", "30562/04"), ("DOCKET_NUMBER", "30566/04")],
        ),
        ("Case C-131/12", [("DOCKET_NUMBER", "C-131/12")]),
        ("Index No. 650123/2021", [("DOCKET_NUMBER", "650123/2021")]),
        ("blood pressure was 120/80", []),
        ("in that case 12 jurors sat", []),
        ("at 1:24 the alarm rang", []),
        ("case 3 of 12", []),
        ("clause 12.3/4", []),
        ("ECLI:EU:C:2014:317.", [("DOCKET_NUMBER", "ECLI:EU:C:2014:317")]),
        ("No. 2019-CA-001234", [("DOCKET_NUMBER", "2019-CA-001234")]),
        ("BVerfG, 1 BvR 357/05", [("DOCKET_NUMBER", "1 BvR 357/05")]),
        ("Az.: 12 O 345/06", [("DOCKET_NUMBER", "12 O 345/06")]),
        ("pourvoi n° 12-34.567", [("DOCKET_NUMBER", "12-34.567")]),
        ("(no. 18403/91)", [("DOCKET_NUMBER", "18403/91")]),
        ("no. 2 of 24-1", []),
        ("Pub. L. No. 111-1480", []),
    ],
)
def test_finds_docket_and_no_near_miss(found, text, expected):
    assert found(text) == expected

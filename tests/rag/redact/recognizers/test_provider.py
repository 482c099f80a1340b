"""The table of numbers of professionals: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Attending doctor: Dr Achterberg, 1245319599", [("US_NPI", "1245319599")]),
        ("NPI 1245319599", [("US_NPI", "1245319599")]),
        ("NPI: 1234567890", [("US_NPI", "1234567890")]),
        ("DEA AB1234563", [("US_DEA_NUMBER", "AB1234563")]),
        ("GMC 7012345", [("MEDICAL_LICENSE", "7012345")]),
        ("medical license no. A12345", [("MEDICAL_LICENSE", "A12345")]),
        ("DEAAB1234563", [("US_DEA_NUMBER", "AB1234563")]),
        ("NPI1245319599", [("US_NPI", "1245319599")]),
        ("a total of 1245319599 cells", []),
        ("lot AB1234564", []),
        ("idea1234563", []),
    ],
)
def test_finds_provider_and_no_near_miss(found, text, expected):
    assert found(text) == expected

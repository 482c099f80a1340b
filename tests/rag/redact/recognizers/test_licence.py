"""The table of driving licences: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("driver's license number D1234567", [("DRIVER_LICENSE", "D1234567")]),
        ("Driving licence: MORGA657054SM9IJ", [("DRIVER_LICENSE", "MORGA657054SM9IJ")]),
        ("MORGA657054SM9IJ", [("DRIVER_LICENSE", "MORGA657054SM9IJ")]),
        ("DLN 99-123-4567", [("DRIVER_LICENSE", "99-123-4567")]),
        ("licence D1234567", [("DRIVER_LICENSE", "D1234567")]),
        ("license no. D1234567", [("DRIVER_LICENSE", "D1234567")]),
        ("DL no. D1234567", [("DRIVER_LICENSE", "D1234567")]),
        ("a driving licence is needed from 2025", []),
        ("the driver 12 of the bus", []),
        ("licence 1234567", []),
        ("a licence of 2025", []),
        ("licensed D1234567", []),
        ("driver's license number S530-460-83-901", [("DRIVER_LICENSE", "S530-460-83-901")]),
        ("DL: 123 456 789", [("DRIVER_LICENSE", "123 456 789")]),
    ],
)
def test_finds_licence_and_no_near_miss(found, text, expected):
    assert found(text) == expected

"""The table of vehicles: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1HGCM82633A004352", [("VIN", "1HGCM82633A004352")]),
        ("VIN WVWZZZ1JZXW000001", [("VIN", "WVWZZZ1JZXW000001")]),
        ("license plate 7ABC123", [("VEHICLE_PLATE", "7ABC123")]),
        ("number plate AB51 ABC", [("VEHICLE_PLATE", "AB51 ABC")]),
        ("batch 1HGCM82643A004352", []),
        ("12345678901234567", []),
        ("a plate of food", []),
    ],
)
def test_finds_vehicle_and_no_near_miss(found, text, expected):
    assert found(text) == expected

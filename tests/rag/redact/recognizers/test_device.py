"""The table of device numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pacemaker serial number PJN4471882", [("DEVICE_SERIAL", "PJN4471882")]),
        ("S/N: 00-4471-88", [("DEVICE_SERIAL", "00-4471-88")]),
        ("IMEI 490154203237518", [("DEVICE_SERIAL", "490154203237518")]),
        ("Device ID: INF-2024-8871", [("DEVICE_SERIAL", "INF-2024-8871")]),
        ("a serial killer of 1998", []),
        ("the device was replaced in 2024", []),
    ],
)
def test_finds_device_and_no_near_miss(found, text, expected):
    assert found(text) == expected

"""The table of hardware addresses: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:1A:2B:3C:4D:5E", [("MAC_ADDRESS", "00:1A:2B:3C:4D:5E")]),
        ("00-1a-2b-3c-4d-5e", [("MAC_ADDRESS", "00-1a-2b-3c-4d-5e")]),
        ("FF:FF:FF:FF:FF:FF", []),
        ("00:1A:2B:3C:4D", []),
    ],
)
def test_finds_mac_and_no_near_miss(found, text, expected):
    assert found(text) == expected

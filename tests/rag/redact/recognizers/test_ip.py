"""The table of internet addresses: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 192.0.2.144.", [("IP_ADDRESS", "192.0.2.144")]),
        ("host 10.0.0.5", [("IP_ADDRESS", "10.0.0.5")]),
        ("2001:db8::8a2e:370:7334", [("IP_ADDRESS", "2001:db8::8a2e:370:7334")]),
        ("Clause 3.1.2.4 applies", []),
        ("version 10.2.1.3", []),
        ("0.0.0.0", []),  # noqa: S104 a text, no address to listen on
        ("on 300.1.2.3", []),
        ("at 10:20:30", []),
    ],
)
def test_finds_ip_and_no_near_miss(found, text, expected):
    assert found(text) == expected

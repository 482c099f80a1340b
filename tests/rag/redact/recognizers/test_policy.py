"""The table of policy numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Policy No. HO-4471-882", [("POLICY_NUMBER", "HO-4471-882")]),
        ("insurance policy number 8847223", [("POLICY_NUMBER", "8847223")]),
        ("group number 0044718", [("POLICY_NUMBER", "0044718")]),
        ("our policy is 10,000 pounds", []),
        ("remuneration policy 2025/26", []),
        ("a policy number may be given", []),
    ],
)
def test_finds_policy_and_no_near_miss(found, text, expected):
    assert found(text) == expected

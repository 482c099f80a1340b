"""The table of numbers of health plans: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Member ID: XYZ123456789", [("HEALTH_PLAN_MEMBER_ID", "XYZ123456789")]),
        ("subscriber no. 8847-22301", [("HEALTH_PLAN_MEMBER_ID", "8847-22301")]),
        ("Claim # CLM-20240817", [("CLAIM_NUMBER", "CLM-20240817")]),
        ("claim 884722301 was paid", [("CLAIM_NUMBER", "884722301")]),
        ("prior authorization number PA-987654321", [("AUTHORIZATION_NUMBER", "PA-987654321")]),
        ("Rx 7719283", [("PRESCRIPTION_NUMBER", "7719283")]),
        ("Medicare 1EG4-TE5-MK73", [("US_MBI", "1EG4-TE5-MK73")]),
        ("a member of the board since 2019", []),
        ("she claims 148300 pounds", []),
        ("prescription of 500000 units", []),
        ("claim 1 is dismissed", []),
    ],
)
def test_finds_health_plan_and_no_near_miss(found, text, expected):
    assert found(text) == expected

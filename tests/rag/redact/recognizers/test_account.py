"""The table of accounts and the codes of their banks: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Account number: 12345678", [("ACCOUNT_NUMBER", "12345678")]),
        ("paid from account 1234 5678 9012 today", [("ACCOUNT_NUMBER", "1234 5678 9012")]),
        ("Acct. No. 00-4471-8823", [("ACCOUNT_NUMBER", "00-4471-8823")]),
        ("brokerage account #ZX-4471882", [("ACCOUNT_NUMBER", "ZX-4471882")]),
        ("routing number 021000021", [("ABA_ROUTING_NUMBER", "021000021")]),
        ("sort code 20-41-55", [("SORT_CODE", "20-41-55")]),
        ("account no12345678", [("ACCOUNT_NUMBER", "12345678")]),
        ("the account was opened in 2019", []),
        ("account fees rose to 1,250,000 dollars", []),
        ("a routing number 021000022 with a wrong check digit", []),
        ("we counted 021000021 grains", []),
        ("take it into account on 20 January 2025", []),
        ("accounts2019", []),
        ("brokerage account U1234567", [("ACCOUNT_NUMBER", "U1234567")]),
    ],
)
def test_finds_account_and_no_near_miss(found, text, expected):
    assert found(text) == expected

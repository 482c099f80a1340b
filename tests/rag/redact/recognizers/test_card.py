"""The table of payment cards: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4111 1111 1111 1111", [("CREDIT_CARD", "4111 1111 1111 1111")]),
        ("paid with 5500005555555559.", [("CREDIT_CARD", "5500005555555559")]),
        ("amex 3782 822463 10005", [("CREDIT_CARD", "3782 822463 10005")]),
        ("my card 4111111111111112 was refused", [("CREDIT_CARD", "4111111111111112")]),
        ("debit card 501864667909", [("CREDIT_CARD", "501864667909")]),
        ("41111111 11111111", [("CREDIT_CARD", "41111111 11111111")]),
        ("ref.4111111111111111", [("CREDIT_CARD", "4111111111111111")]),
        ("card4111111111111112", [("CREDIT_CARD", "4111111111111112")]),
        ("order 4111111111111112 was shipped", []),
        ("0000 0000 0000 0000", []),
        ("total $4111111111111111", []),
        ("a sum of 4111 1111 patients", []),
        ("41111111 11111112", []),
        ("from 20240115 20240118", []),
        ("a rate of .4111111111111111", []),
        ("0.4111111111111111", []),
        ("-4111111111111111", []),
        ("discard4111111111111112", []),
    ],
)
def test_finds_card_and_no_near_miss(found, text, expected):
    assert found(text) == expected

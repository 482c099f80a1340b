"""The table of numbers of organisations: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EIN 12-3456789", [("TAX_NUMBER", "12-3456789")]),
        ("Taxpayer ID: 98-7654321", [("TAX_NUMBER", "98-7654321")]),
        ("VAT number GB 123 4567 89", [("VAT_NUMBER", "GB 123 4567 89")]),
        ("USt-IdNr. DE123456789", [("VAT_NUMBER", "DE123456789")]),
        ("LEI 5493001KJTIIGC8Y1R12", [("LEI", "5493001KJTIIGC8Y1R12")]),
        ("code 5493001KJTIIGC8Y1R13", []),
        ("VAT of 20 % on 1,250 euros", []),
        ("pages 12-3456789", []),
        ("Umsatzsteuer DE136695976", [("VAT_NUMBER", "DE136695976")]),
        ("BE0203201340", [("VAT_NUMBER", "BE0203201340")]),
        ("ATU13585627", [("VAT_NUMBER", "ATU13585627")]),
        ("NL004495445B01", [("VAT_NUMBER", "NL004495445B01")]),
        ("part DE136695977", []),
        ("PL1234567890", []),
    ],
)
def test_finds_company_and_no_near_miss(found, text, expected):
    assert found(text) == expected

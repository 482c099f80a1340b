"""The table of IBAN and BIC: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IBAN IE29 AIBK 9311 5212 3456 78.", [("IBAN_CODE", "IE29 AIBK 9311 5212 3456 78")]),
        ("GB82WEST12345698765432", [("IBAN_CODE", "GB82WEST12345698765432")]),
        ("to DE89370400440532013000 2 days ago", [("IBAN_CODE", "DE89370400440532013000")]),
        ("iban nl91-abna-0417-1643-00", [("IBAN_CODE", "nl91-abna-0417-1643-00")]),
        ("IBAN DE89370400440532013001 is mistyped", [("IBAN_CODE", "DE89370400440532013001")]),
        ("BIC: DEUTDEFF500", [("BIC", "DEUTDEFF500")]),
        ("SWIFT code AIBKIE2D", [("BIC", "AIBKIE2D")]),
        ("IBANGB82WEST12345698765432", [("IBAN_CODE", "GB82WEST12345698765432")]),
        ("IBANDE89370400440532013001", [("IBAN_CODE", "DE89370400440532013001")]),
        ("lot DE89370400440532013001 arrived", []),
        ("ZZ89370400440532013000", []),
        ("a swift response", []),
        ("XIBANGB82WEST12345698765432", []),
        ("LOTGB82WEST12345698765432", []),
    ],
)
def test_finds_iban_and_no_near_miss(found, text, expected):
    assert found(text) == expected

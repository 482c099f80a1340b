"""The table of national numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Steuer-ID 86095742719", [("DE_TAX_ID", "86095742719")]),
        ("NIR 1 85 05 78 006 084 91", [("FR_NIR", "1 85 05 78 006 084 91")]),
        ("DNI 12345678Z", [("ES_NIF", "12345678Z")]),
        ("NIE X1234567L", [("ES_NIE", "X1234567L")]),
        ("RSSMRA85T10A562S", [("IT_FISCAL_CODE", "RSSMRA85T10A562S")]),
        ("Personalausweis L01X00T471", [("DE_ID_CARD", "L01X00T471")]),
        ("12345678A", []),
        ("1 85 05 78 006 084 92", []),
        ("RSSMRA85T10A562T", []),
        ("the figure 86095742719", []),
    ],
)
def test_finds_europe_and_no_near_miss(found, text, expected):
    assert found(text) == expected

"""The table of amounts: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EUR 4,684.40", ["EUR 4,684.40"]),
        ("paid $1,250.00 in", ["$1,250.00"]),
        ("US$ 3 million was", ["US$ 3 million"]),
        ("5,699.21 euros (EUR) to", ["5,699.21 euros (EUR)"]),
        ("200,000 Turkish liras (TRY)", ["200,000 Turkish liras (TRY)"]),
        ("PLN 192.5 left [approx. EUR 48]", ["PLN 192.5 left [approx. EUR 48]"]),
        ("five hundred euros", ["five hundred euros"]),
        ("80 DEM", ["80 DEM"]),
        ("£50", ["£50"]),
        ("50 % disabled", ["50 %"]),
        ("at least 50%", ["50%"]),
        ("a share of 25% in", ["25%"]),
        ("about 50 metres away", ["50 metres"]),
        ("26 km/h", ["26 km/h"]),
        ("15 x 10 mm", ["15 x 10 mm"]),
        ("had three brothers", ["three brothers"]),
        ("fifty-five hearings", ["fifty-five hearings"]),
        ("aspirin 50 mg daily", []),
        ("sodium 140", []),
        ("5 patients", []),
        ("ejection fraction 55%", []),
        ("two hearings", []),
        ("Article 50", []),
    ],
)
def test_finds_amounts_and_no_near_miss(values, text, expected):
    assert values("AMOUNT", text) == expected

"""The table of street addresses: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lives at 52 Kelp Street, Port Brannoc", [("STREET_ADDRESS", "52 Kelp Street")]),
        ("8 Chandler's Quay", [("STREET_ADDRESS", "8 Chandler's Quay")]),
        (
            "offices at 700 Bay Road, Suite 210, Redwood City, CA 94063",
            [("STREET_ADDRESS", "700 Bay Road, Suite 210, Redwood City, CA 94063")],
        ),
        ("at 20 Richmond Street East in town", [("STREET_ADDRESS", "20 Richmond Street East")]),
        ("1325 Avenue of the Americas", [("STREET_ADDRESS", "1325 Avenue of the Americas")]),
        ("19 Weaver's Court", [("STREET_ADDRESS", "19 Weaver's Court")]),
        ("Hauptstraße 12, 10115 Berlin", [("STREET_ADDRESS", "Hauptstraße 12, 10115 Berlin")]),
        ("12 rue de Rivoli", [("STREET_ADDRESS", "12 rue de Rivoli")]),
        ("Calle Mayor 5", [("STREET_ADDRESS", "Calle Mayor 5")]),
        ("P.O. Box 3515", [("STREET_ADDRESS", "P.O. Box 3515")]),
        (
            "46 Quay Road\nWexmouth\nWX3 5RT",
            [("STREET_ADDRESS", "46 Quay Road"), ("POSTAL_CODE", "WX3 5RT")],
        ),
        ("46 Quay Road, WX3 5RT", [("STREET_ADDRESS", "46 Quay Road, WX3 5RT")]),
        ("the 2019 Supreme Court decision", []),
        ("Rule 52 § 1 of the Rules of Court", []),
        ("section 33a of the Administrative Court Act", []),
        ("within 10 Business Days of the Way Leave", []),
        ("On 1 November 2004 the Court changed the composition", []),
        ("12 patients were on the way to the court", []),
        ("Section 5 Drive", []),
        ("the lease of Unit 7, Tolling Wharf", []),
    ],
)
def test_finds_address_and_no_near_miss(found, text, expected):
    assert found(text) == expected

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
        (
            "Unit 7194 Box 5854\nDPO AE 73472",
            [("STREET_ADDRESS", "Unit 7194 Box 5854\nDPO AE 73472")],
        ),
        ("USNS Mahler\nFPO AA 70489", [("STREET_ADDRESS", "USNS Mahler\nFPO AA 70489")]),
        (
            "at 6750 Koskikatu 25 Apt. 864\nArtilleros\n, CO\n Uruguay 64677.",
            [("STREET_ADDRESS", "6750 Koskikatu 25 Apt. 864\nArtilleros\n, CO\n Uruguay 64677")],
        ),
        (
            "180 Sahantie 72\nAAPAJ, LL 34736",
            [("STREET_ADDRESS", "180 Sahantie 72\nAAPAJ, LL 34736")],
        ),
        ("his address: 5366 Linden 276, Town", [("STREET_ADDRESS", "5366 Linden 276")]),
        ("the corner of Beta 2 and Sieda Radial", [("STREET_ADDRESS", "Beta 2 and Sieda Radial")]),
        ("2019 Annual Report 12, Section 5", []),
        ("corner of the room and hall", []),
        ("12 Monkeys 1995, Drama", []),
        ("UNDER SECTION 8 OF THIS AGREEMENT, IN NO EVENT", []),
        (
            "1593 Pagari 18 Suite 932\n   Pollukula\n   SA\n   93318\nTel",
            [("STREET_ADDRESS", "1593 Pagari 18 Suite 932\n   Pollukula\n   SA\n   93318")],
        ),
    ],
)
def test_finds_address_and_no_near_miss(found, text, expected):
    assert found(text) == expected

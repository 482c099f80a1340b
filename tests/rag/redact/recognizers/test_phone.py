"""The table of telephone numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call 020 7946 0118", [("PHONE_NUMBER", "020 7946 0118")]),
        ("07700 900132.", [("PHONE_NUMBER", "07700 900132")]),
        ("+1 410 555 0136)", [("PHONE_NUMBER", "+1 410 555 0136")]),
        ("+46 (0)8 928 571 38", [("PHONE_NUMBER", "+46 (0)8 928 571 38")]),
        ("(212) 774-8900", [("PHONE_NUMBER", "(212) 774-8900")]),
        ("888-796-4491 ext.101", [("PHONE_NUMBER", "888-796-4491 ext.101")]),
        ("04 78 12 34 56", [("PHONE_NUMBER", "04 78 12 34 56")]),
        ("Phone: 780 6326", [("PHONE_NUMBER", "780 6326")]),
        ("fax 2127748900", [("PHONE_NUMBER", "2127748900")]),
        ("head office (020 7946 0171) decides", [("PHONE_NUMBER", "020 7946 0171")]),
        ("07700900123", [("PHONE_NUMBER", "07700900123")]),
        ("on 02079460958.", [("PHONE_NUMBER", "02079460958")]),
        ("tel02079460958", [("PHONE_NUMBER", "02079460958")]),
        ("2024-01-15 10:30", []),
        ("01.02.2024", []),
        ("1 234 567 890 euros", []),
        ("$12,345,678.90", []),
        ("0.5 mg, 1000 mg and 12.5 %", []),
        ("10000 20000 30000", []),
        ("2019-2020", []),
        ("order 2127748900", []),
        ("ISBN 978-3-16-148410-0", []),
        ("the call option of 1 250 000 shares", []),
        ("EUR 020 7946 0118 000.00", []),
        ("part 06700900123", []),
        ("sum of £07700900123", []),
        ("770090012300", []),
        ("0770090012", []),
        ("21 253 109 8211-Office", [("PHONE_NUMBER", "21 253 109 8211")]),
        ("receiving messages to 618 5702", [("PHONE_NUMBER", "618 5702")]),
        ("12 345 678 - officers", []),
        ("contact: the ward\nrota 2025 06", []),
        ("contact the ward, 2025-11", []),
        ("contact 2025 61", [("PHONE_NUMBER", "2025 61")]),
        ("Phone: 2025 06", [("PHONE_NUMBER", "2025 06")]),
    ],
)
def test_finds_phone_and_no_near_miss(found, text, expected):
    assert found(text) == expected

"""The table of names by form: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr X. Yılmaz was", ["X. Yılmaz"]),
        ("Dr A. B. Smith, of", ["A. B. Smith"]),
        ("Mrs A. Wittling-Vogel", ["A. Wittling-Vogel"]),
        ("Mr O'Brien's house", ["O'Brien"]),
        ("Ms A.-M. Mendiboure", ["A.-M. Mendiboure"]),
        ("Mr W.L. Weh", ["W.L. Weh"]),
        ("Mr J.S. was", ["J.S."]),
        ("Mr Mehmet Acar Serdar Çakmak (“the", ["Mehmet Acar Serdar Çakmak"]),
        ("Mr van der Berg said", ["van der Berg"]),
        ("Dr. MÜLLER", ["MÜLLER"]),
        ("Mr\n   Smith", ["Smith"]),
        ("Mr and Mrs Smith", ["Smith"]),
        ("Messrs Able and Baker", ["Able", "Baker"]),
        ("Mr Kaya and Ms Demir", ["Kaya", "Demir"]),
        ("Patient Name: Doe, Jane Q.\nMRN", ["Doe, Jane Q."]),
        ("Name: Jane Doe\nDate", ["Jane Doe"]),
        ("signed by Jane Doe", ["Jane Doe"]),
        ("By: /s/ Jane Doe", ["Jane Doe"]),
        ("Dear Jane,", ["Jane"]),
        ("PID|1||DOE^JANE^Q||", ["DOE^JANE^Q"]),
        ("by a Turkish national, Abbas Sertkaya, on", ["Abbas Sertkaya"]),
        ("Smith v. Jones", ["Smith", "Jones"]),
        ("Karakaya v. Turkey ((dec.), no. 45874/05", []),
        ("Miranda v. Arizona, 384 U.S. 436", []),
        ("the Doctor was called", []),
        ("Mr President", []),
        ("a general rule", []),
        ("Name: ", []),
        ("Dr. who", []),
        ("Company Name: Infinix Global", []),
        ("By: Name: Steven B. Price Its: President", ["Steven B. Price"]),
        ("Attention: Ann Free E-mail: x", ["Ann Free"]),
    ],
)
def test_finds_persons_and_no_near_miss(values, text, expected):
    assert values("PERSON", text) == expected

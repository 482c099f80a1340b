"""The table of medical record numbers: what is found, what only looks alike."""

from __future__ import annotations

import pytest

from rag.redact.recognizers.mrn import of_site


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MRN 00482913", [("MEDICAL_RECORD_NUMBER", "00482913")]),
        ("MRN: H-004-829", [("MEDICAL_RECORD_NUMBER", "H-004-829")]),
        ("(MRN\n00471208, 52", [("MEDICAL_RECORD_NUMBER", "00471208")]),
        ("medical record number is 4471882", [("MEDICAL_RECORD_NUMBER", "4471882")]),
        ("Patient ID 20394857", [("MEDICAL_RECORD_NUMBER", "20394857")]),
        ("mrn=00482913&x", [("MEDICAL_RECORD_NUMBER", "00482913")]),
        ("hospital no. AB123456", [("MEDICAL_RECORD_NUMBER", "AB123456")]),
        ("MRN00482913", [("MEDICAL_RECORD_NUMBER", "00482913")]),
        ("MRN00482913.pdf", [("MEDICAL_RECORD_NUMBER", "00482913")]),
        ("mrn no00482913", [("MEDICAL_RECORD_NUMBER", "00482913")]),
        ("MRNH0048291", [("MEDICAL_RECORD_NUMBER", "H0048291")]),
        ("the patient received 500000 units", []),
        ("medical records of 37 persons", []),
        ("patient no. 3", []),
        ("Placer order number: WO-88120", [("MEDICAL_RECORD_NUMBER", "WO-88120")]),
        ("MRNA-1273 vaccine", []),
        ("mRNA1273 vaccine", []),
        ("MRNA1273", []),
        ("xMRN00482913", []),
    ],
)
def test_finds_mrn_and_no_near_miss(found, text, expected):
    assert found(text) == expected


def test_a_site_states_its_own_form():
    [site] = of_site(r"H\d{6}")
    text = "seen as H123456, not XH123456 or H1234567"
    found = [text[one.start : one.end] for one in site.analyze(text, ["MEDICAL_RECORD_NUMBER"])]
    assert found == ["H123456"]
    assert of_site("") == ()

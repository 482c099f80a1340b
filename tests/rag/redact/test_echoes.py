"""A value that was found once is found wherever it stands as a whole."""

from __future__ import annotations

import pytest

from rag.records import Finding
from rag.redact.echoes import Echoes


def _echoes(value: str, kind: str = "MEDICAL_RECORD_NUMBER") -> Echoes:
    echoes = Echoes()
    echoes.learn(value, [Finding(kind=kind, start=0, end=len(value), score=0.9)])
    return echoes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("00482913", "see 00482913."),
        ("00482913", "MRN_00482913_scan.pdf"),
        ("H-004-829", "record h-004-829"),
        ("+44 20 7946", "at +44 20 7946,"),
        ("52 Kelp Street", "the 52 KELP STREET house"),
    ],
)
def test_finds_a_value_again(value, text):
    [finding] = _echoes(value).find(text)
    assert text[finding.start : finding.end].lower() == value.lower()
    assert (finding.kind, finding.score) == ("MEDICAL_RECORD_NUMBER", 0.9)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("00482913", "1004829130"),
        ("00482913", "004829134"),
        ("28801", "28801.50"),
        ("28801", "$28801"),
        ("28801", "28801 %"),
        ("1234", "1234"),
        ("00482913", ""),
    ],
)
def test_leaves_parts_amounts_and_short_values(value, text):
    assert _echoes(value).find(text) == []


def test_nothing_learned_nothing_found():
    assert Echoes().find("00482913") == []


def test_it_does_not_show_what_it_knows():
    assert "00482913" not in repr(_echoes("00482913"))


def test_case_that_changes_the_length_does_not_move_ranges():
    text = "\u0130\u0130 number 00482913"
    [finding] = _echoes("00482913").find(text)
    assert text[finding.start : finding.end] == "00482913"

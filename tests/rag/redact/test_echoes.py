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


def test_case_that_changes_the_length_hides_no_code():
    text = "\u0130stanbul, record AB00482913"
    [finding] = _echoes("AB00482913").find(text)
    assert text[finding.start : finding.end] == "AB00482913"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("00482913", "0048 2913"),
        ("00482913", "0048-2913"),
        ("00482913", "00482-\n    913"),
        ("00482913", "00482\n913"),
        ("219-09-9999", "219 09 9999"),
        ("219-09-9999", "219099999"),
        ("AB 12 34 56 C", "ab123456c"),
    ],
)
def test_finds_a_number_whatever_stands_between_its_pieces(value, text):
    [finding] = _echoes(value).find(f"see {text}, please")
    assert (finding.start, finding.end) == (4, 4 + len(text))


@pytest.mark.parametrize(
    "text", ["0048 29134", "10048 2913", "$0048 2913", "0048\n\n2913", "48 2913"]
)
def test_leaves_pieces_of_another_number(text):
    assert _echoes("00482913").find(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("at 02139-1234.", "02139-1234"), ("at 02139-12345", "02139"), ("at 02139-1-2", "02139")],
)
def test_a_postal_code_takes_its_four_digits_along(text, expected):
    [finding] = _echoes("02139", kind="POSTAL_CODE").find(text)
    assert text[finding.start : finding.end] == expected


def test_an_amount_is_not_looked_for_in_other_groups():
    assert _echoes("$1,234,567", kind="AMOUNT").find("1234567") == []


def test_a_value_at_the_end_of_a_text_is_not_taken_for_a_longer_one():
    echoes = Echoes()
    text = "00482913 ab 00482913"
    spans = ((0, 11), (0, 8))
    findings = [Finding(kind="MEDICAL_RECORD_NUMBER", start=a, end=b, score=0.9) for a, b in spans]
    echoes.learn(text, findings)
    assert {(one.start, one.end) for one in echoes.find(text)} == {(0, 11), (0, 8), (12, 20)}


def test_many_values_that_begin_alike_take_steps_in_proportion(steps):
    def learned(count: int) -> None:
        lines = [f"(617) 555-{number:06}" for number in range(count)]
        text = "\n".join(lines)
        starts = range(0, len(text), len(lines[0]) + 1)
        found = [
            Finding(kind="PHONE_NUMBER", start=start, end=start + len(lines[0]), score=0.9)
            for start in starts
        ]
        echoes = Echoes()
        echoes.learn(text, found)
        assert len(echoes.find(text)) == count

    assert steps(lambda: learned(2_000)) < 11 * steps(lambda: learned(200))

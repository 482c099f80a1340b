from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground.wording import in_order, measures, names, turns, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Give 5 mg daily.", [("", "5", "mg")]),
        ("Give 5mg.", [("", "5", "mg")]),
        ("a 14-month lease of 14 months", [("", "14", "month"), ("", "14", "month")]),
        ("at -5 °C or €1,250.00", [("-", "5", "°C"), ("€", "1,250.00", "")]),
        ("< 5 mmol/L and ≥6%", [("<", "5", "mmol/L"), ("≥", "6", "%")]),
        ("- 5 of these in 2024. Give it", [("", "5", ""), ("", "2024", "")]),
        ("Five years, no more", [("", "five", "year")]),
        ("on 2025-04-01 at 12:30", [("", "2025-04-01", ""), ("", "12:30", "")]),
        ("none at all", []),
    ],
)
def test_numbers_come_with_their_sign_and_unit(text, expected):
    assert measures(text) == expected


def test_negations_are_counted_however_they_are_contracted():
    assert turns("Don’t go; it isn't safe.") == turns("Do not go; it is not safe.")
    assert turns("It cannot be.") == turns("It can not be.")
    assert turns("Know the note of Nora.") == {}


def test_words_hold_negations_and_whole_pseudonyms():
    pseudonym = "[PERSON:2no4abcd]"
    assert words(f"{pseudonym} did not pay the fees") == [pseudonym, "[TURN:not]", "pay", "fee"]


def test_names_are_what_has_a_capital_and_codes_and_months():
    assert names("The rent of O'Brien rose in june under I10, by mRNA") == {
        "o'brien",
        "june",
        "i10",
        "mrna",
        "[TURN:under]",
    }
    assert names("we may march") == frozenset()


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [("abc", "abc", 3), ("abc", "cab", 2), ("abc", "xaybzc", 3), ("aa", "a", 1), ("", "a", 0)],
)
def test_what_is_in_order_is_counted(first, second, count):
    assert in_order(first, second) == count


@given(st.text(alphabet="ab", max_size=12), st.text(alphabet="ab", max_size=12))
def test_a_part_of_a_text_is_in_order_within_it(first, second):
    assert in_order(first, first + second) == len(first)
    assert in_order(first, second) == in_order(second, first)

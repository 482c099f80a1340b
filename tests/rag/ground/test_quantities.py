from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground.quantities import days, marked, quantities
from rag.ground.tokens import Kind, same, tokens


def numbers(text):
    """Every number of a text with what belongs to it."""
    taken = marked([(day.start, day.end) for day in days(text)], len(text))
    return [(q.comparator, q.value, q.unit) for q in quantities(text, taken)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("12mg", "12 mg"),
        ("12 mg", "0.012 g"),
        ("1,000 people", "1000 people"),
        ("1.5 litres", "1500 ml"),
        ("90 minutes", "1.5 hours"),
        ("5 per cent", "5%"),
        ("5 percent", "5 %"),
        ("$1.2 million", "$1,200,000"),
        ("EUR 20", "20 euros"),
        ("US$ 5", "USD 5"),
        ("no more than five (5) days", "at most 5 days"),
        ("one hundred and eighty (180) days", "180 days"),
        ("twenty-five", "25"),
        ("a 14-month lease", "a lease of 14 months"),
        ("approximately 40", "about 40"),
        ("≥ 6 mmol/L", "at least 6 mmol/l"),
        ("10 mcg/kg", "10 µg per kg"),
    ],
)
def test_spellings_of_one_number_are_equal(first, second):
    assert numbers(first) == numbers(second) != []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("5 mg", "5 g"),
        ("5 mM", "5 mm"),
        ("5%", "5 percentage points"),
        ("$5", "€5"),
        ("5 US$", "5"),
        ("at least 5", "at most 5"),
        ("5", "more than 5"),
        ("30 days", "1 month"),
        ("7 days", "1 week"),
        ("5 mg/kg", "5 mg"),
        ("-5", "5"),
        ("$1.2 million", "$1.2 billion"),
        ("the second day", "2 days"),
        ("120/80", "120/90"),
    ],
)
def test_numbers_that_are_not_the_same_are_not_equal(first, second):
    one, other = ([t for t in tokens(text) if t.kind is Kind.NUMBER] for text in (first, second))
    assert not (len(one) == len(other) and all(map(same, one, other)))


def test_the_first_number_of_a_range_has_the_unit_of_the_second():
    assert numbers("3 to 5 mg") == [("", Decimal("0.003"), "g"), ("", Decimal("0.005"), "g")]
    assert numbers("from 10 to 20 euros in May") == [("", Decimal(10), "€"), ("", Decimal(20), "€")]


@pytest.mark.parametrize(
    "text",
    [
        "March 9, 1984",
        "9 March 1984",
        "9th of March 1984",
        "1984-03-09",
        "the 9th day of March, 1984",
    ],
)
def test_spellings_of_one_date_are_one(text):
    [day] = days(text)
    assert (day.year, day.month, day.day) == (1984, 3, 9)


def test_a_date_of_two_readings_is_taken_for_neither():
    [day] = days("on 03/09/1984")
    assert (day.year, day.literal) == (0, "3/9/1984")
    [plain] = days("on 25/09/1984")
    assert (plain.month, plain.day) == (9, 25)


def test_may_is_a_month_only_beside_a_day():
    assert [d.month for d in days("You may 5 times, on May 5.")] == [5]


@given(st.text(max_size=80))
def test_any_text_has_numbers_at_places_that_it_has(text):
    for found in [*quantities(text, bytes(len(text))), *days(text)]:
        assert 0 <= found.start < found.end <= len(text)


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_may_be_set_apart(number):
    assert numbers(f"{number:,}") == numbers(f"{number}")

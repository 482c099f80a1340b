"""Dates as they are spelled; what leaves a doubt is not read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.redact.days import Day, read_day, read_year

_DAY = Day(year=2011, month=5, day=4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2011-05-04", "2011-05-04"),
        ("2011/5/4", "2011-05-04"),
        ("20110504", "2011-05-04"),
        ("201105041020", "2011-05-04"),
        ("2011-05-04T10:20:00Z", "2011-05-04"),
        ("2011-05-04 10:20", "2011-05-04"),
        ("4 May 2011", "2011-05-04"),
        ("4-May-2011", "2011-05-04"),
        ("4th of May, 2011", "2011-05-04"),
        ("May 4, 2011", "2011-05-04"),
        ("MAY 4TH 2011", "2011-05-04"),
        ("Wednesday, 4 May 2011 at 10:30 am", "2011-05-04"),
        ("13/05/2011", "2011-05-13"),
        ("05/13/2011", "2011-05-13"),
        ("05/05/2011", "2011-05-05"),
        ("4\u00a0May \uff12\uff10\uff11\uff11", "2011-05-04"),
        ("May 2011", "2011-05"),
        ("Sept. 2011", "2011-09"),
        ("2011-05", "2011-05"),
        ("2011", "2011"),
        ("the year 2011", "2011"),
    ],
)
def test_a_plain_spelling_is_read(text, expected):
    assert str(read_day(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "04/05/2011",
        "04/05/11",
        "4 May '11",
        "4 May",
        "31/02/2011",
        "2011-13-01",
        "30 February 2011",
        "1 and 2 July 1996",
        "between 1996 and 1998",
        "10:30",
        "yesterday",
        "",
        "14 2011",
        "1 5 2011",
    ],
)
def test_a_doubtful_one_is_not(text):
    assert read_day(text) is None


def test_a_policy_may_say_which_comes_first():
    assert str(read_day("04/05/2011", month_first=True)) == "2011-04-05"
    assert str(read_day("04/05/2011", month_first=False)) == "2011-05-04"
    assert str(read_day("13/05/2011", month_first=True)) == "2011-05-13"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("04/05/2011", 2011),
        ("5 mai 1987", 1987),
        ("1 and 2 July 1996", 1996),
        ("summer of 1987", 1987),
        ("between 1996 and 1998", None),
        ("4 May '11", None),
        ("03/04/85", None),
        ("12 March", None),
        ("1987 (no. 18403)", None),
        ("20999", None),
    ],
)
def test_a_year_needs_four_digits_and_no_second_one(text, year):
    assert read_year(text) == year


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (_DAY, -4, "2011-04-30"),
        (Day(year=2012, month=3, day=1), -1, "2012-02-29"),
        (Day(year=2011, month=5), -20, "2011-04"),
        (Day(year=2011), -365, "2010"),
        (Day(year=2011), -1, "2011"),
    ],
)
def test_it_moves_as_exactly_as_it_was_given(day, days, expected):
    assert str(day.shifted(days)) == expected


def test_it_does_not_leave_the_calendar():
    assert Day(year=1, month=1, day=1).shifted(-1) is None


@given(st.dates(date(1500, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_from_its_spellings(day):
    name = day.strftime("%B")
    for text in (
        day.isoformat(),
        f"{day.day} {name} {day.year}",
        f"{name} {day.day}, {day.year}",
        f"{day:%Y%m%d}",
    ):
        assert str(read_day(text)) == day.isoformat()
    assert str(read_day(f"{day.month}/{day.day}/{day.year}", month_first=True)) == day.isoformat()

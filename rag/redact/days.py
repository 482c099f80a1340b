"""A calendar date as its spelling gives it: a day, a month or a year.

Only a spelling that leaves no doubt is read. 03/04/2012 is one day in one country and another in
the next: the policy says how to read it, or nobody does. A year of two digits is not read at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import regex

from rag.redact.shadow import plain

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_HOUR = r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[ap]\.?m\.?|Z|[+-]\d\d:?\d\d)?"
_CLOCK = rf"(?:(?:[ T,]|,? at )\s*{_HOUR})?"
_AND = r"[\s,.\-]+(?:of\s+)?"

_SPELLINGS = [
    regex.compile(rf"{_WEEKDAY}{spelling}{_CLOCK}", regex.IGNORECASE)
    for spelling in (
        rf"{_YEAR}(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign){_DAY}",
        rf"(?P<one>\d{{1,2}})(?P<sign>[-/.])(?P<two>\d{{1,2}})(?P=sign){_YEAR}",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?:\d{{4}}(?:\d\d)?)?",
        rf"{_DAY}{_AND}{_NAME}{_AND}{_YEAR}",
        rf"{_NAME}{_AND}{_DAY}{_AND}{_YEAR}",
        rf"{_NAME}{_AND}{_YEAR}",
        rf"{_YEAR}-(?P<month>\d\d)",
        rf"(?:(?:the )?year )?{_YEAR}",
    )
]
_ANY_YEAR = regex.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d)(?!\d)")
_NUMBER = regex.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date; month and day are 0 where its spelling leaves them out."""

    year: int
    month: int = 0
    day: int = 0

    def shifted(self, days: int) -> Day | None:
        """Return the date so many days later, as exact as it was; None beyond the calendar.

        A month or a year is moved by its middle.
        """
        middle = date(self.year, self.month or 7, self.day or (15 if self.month else 2))
        try:
            moved = middle + timedelta(days=days)
        except OverflowError:
            return None
        month = moved.month if self.month else 0
        return Day(year=moved.year, month=month, day=moved.day if self.day else 0)

    def __str__(self) -> str:
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


def read_day(value: str, *, month_first: bool | None = None) -> Day | None:
    """Return the date that a text is, or None if it is none or its spelling leaves a doubt."""
    text = plain(value).strip()
    for spelling in _SPELLINGS:
        match = spelling.fullmatch(text)
        if match is not None:
            return _read(match.groupdict(), month_first=month_first)
    return None


def read_year(value: str) -> int | None:
    """Return the year of a date in any spelling, if it names exactly one in four digits."""
    day = read_day(value, month_first=True) or read_day(value, month_first=False)
    if day is not None:
        return day.year
    text = plain(value)
    years = set(_ANY_YEAR.findall(text))
    if len(years) != 1 or len(_NUMBER.findall(text)) != 1:
        return None
    return int(years.pop())


def _read(parts: dict[str, str | None], *, month_first: bool | None) -> Day | None:
    year = int(parts["year"] or 0)
    one, two = parts.get("one"), parts.get("two")
    if one and two:
        first, second = _day(year, int(one), int(two)), _day(year, int(two), int(one))
        if first and second and first != second:
            return None if month_first is None else first if month_first else second
        return first or second
    name = parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts.get("month") or 0)
    day = parts.get("day")
    return _day(year, month, int(day)) if day else _month(year, month)


def _day(year: int, month: int, day: int) -> Day | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return Day(year=year, month=month, day=day)


def _month(year: int, month: int) -> Day | None:
    return Day(year=year, month=month) if 0 <= month <= 12 else None

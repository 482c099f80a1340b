"""Dates as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
SHORT = (*("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SEASONS = ("spring", "summer", "autumn", "fall", "winter", "Spring", "Summer", "Autumn", "Winter")
HOLIDAYS = (
    *("Christmas Eve", "New Year's Eve", "Christmas Day", "Boxing Day", "Easter Sunday"),
    *("Thanksgiving", "Labor Day", "Memorial Day", "Independence Day", "Good Friday"),
)

_EPOCH = date(1935, 1, 1)
_DAYS = 33_500


def write_date(rng: Random, form: str) -> str:
    """Return a date, or a part of one, in the form that was asked for."""
    when = _EPOCH + timedelta(days=int(_DAYS * (1 - rng.random() ** 2)))
    write = _WAYS.get(form)
    if write is not None:
        return write(rng, when)
    draw = rng.random()
    if draw < 0.45:
        return _long(rng, when)
    if draw < 0.75:
        return _numeric(rng, when)
    return _day(rng, when) if draw < 0.85 else _month(rng, when)


def _ordinal(number: int) -> str:
    teens = 10 <= number % 100 <= 20
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _name_of_month(rng: Random, when: date) -> str:
    draw = rng.random()
    if draw < 0.75:
        return MONTHS[when.month - 1]
    return SHORT[when.month - 1] + ("." if draw < 0.8 and when.month != 5 else "")


def _month(rng: Random, when: date) -> str:
    name = _name_of_month(rng, when)
    return rng.choice(
        (
            f"{name} {when.year}",
            f"{name} {when.year}",
            f"{name} of {when.year}",
            name,
            f"{name}, {when.year}",
        )
    )


def _weekday(rng: Random, when: date) -> str:
    name = WEEKDAYS[when.weekday()]
    return rng.choice((name, name, name, name[:3], name.lower()))


def _day(rng: Random, when: date) -> str:
    name = _name_of_month(rng, when)
    return rng.choice(
        (
            f"{when.day} {name}",
            f"{name} {when.day}",
            f"{name} {_ordinal(when.day)}",
            f"the {_ordinal(when.day)} of {name}",
            f"{when.month}/{when.day}",
            f"{when.day:02}-{SHORT[when.month - 1]}",
        )
    )


def _long(rng: Random, when: date) -> str:
    name = _name_of_month(rng, when)
    text = rng.choice(
        (
            f"{when.day} {name} {when.year}",
            f"{when.day} {name} {when.year}",
            f"{when.day} {name} {when.year}",
            f"{name} {when.day}, {when.year}",
            f"{name} {when.day}, {when.year}",
            f"{name} {_ordinal(when.day)}, {when.year}",
            f"{_ordinal(when.day)} {name} {when.year}",
            f"the {_ordinal(when.day)} of {name}, {when.year}",
            f"{_ordinal(when.day)} day of {name}, {when.year}",
            f"{name} {when.day} {when.year}",
        )
    )
    return f"{WEEKDAYS[when.weekday()]}, {text}" if rng.random() < 0.06 else text


def _numeric(rng: Random, when: date) -> str:
    year, month, day = when.year, when.month, when.day
    return rng.choice(
        (
            f"{month:02}/{day:02}/{year}",
            f"{month}/{day}/{year}",
            f"{month}/{day}/{year % 100:02}",
            f"{day:02}/{month:02}/{year}",
            f"{day:02}.{month:02}.{year}",
            f"{day}.{month}.{year}",
            f"{day:02}.{month:02}.{year % 100:02}",
            f"{year}-{month:02}-{day:02}",
            f"{year}-{month:02}-{day:02}",
            f"{year}/{month:02}/{day:02}",
            f"{day:02}-{SHORT[month - 1]}-{year}",
            f"{day:02}-{SHORT[month - 1].upper()}-{year}",
            f"{day:02}{SHORT[month - 1].upper()}{year}",
            f"{month:02}-{day:02}-{year}",
        )
    )


def _time(rng: Random, _when: date) -> str:
    hour, minute = rng.randrange(24), rng.choice((0, 0, 5, 15, 20, 30, 45, rng.randrange(60)))
    clock = datetime(2000, 1, 1, hour, minute)  # noqa: DTZ001  a clock face, no moment
    half = clock.strftime("%p")
    twelve = hour % 12 or 12
    return rng.choice(
        (
            f"{hour:02}:{minute:02}",
            f"{hour}:{minute:02}",
            f"{twelve}:{minute:02} {half}",
            f"{twelve}:{minute:02} {half[0].lower()}.m.",
            f"{twelve}:{minute:02}{half.lower()}",
            f"{twelve} {half.lower()}",
            f"{hour:02}.{minute:02}",
            f"{hour:02}:{minute:02}:{rng.randrange(60):02}",
        )
    )


def _moment(rng: Random, when: date) -> str:
    between = rng.choice((" ", " ", ", ", " at "))
    return f"{_numeric(rng, when)}{between}{_time(rng, when)}"


def _relative(rng: Random, when: date) -> str:
    season, weekday = rng.choice(SEASONS), WEEKDAYS[when.weekday()]
    return rng.choice(
        (
            f"{season} {when.year}",
            f"{season} of {when.year}",
            f"last {weekday}",
            f"next {weekday}",
            f"{weekday} morning",
            f"the end of {MONTHS[when.month - 1]}",
            f"early {MONTHS[when.month - 1]}",
            f"mid-{MONTHS[when.month - 1]}",
            f"late {when.year}",
            f"the {when.year // 10 * 10}s",
            f"Q{when.month // 4 + 1} {when.year}",
            rng.choice(HOLIDAYS),
            f"{rng.choice(HOLIDAYS)} {when.year}",
        )
    )


_WAYS: dict[str, Callable[[Random, date], str]] = {
    "year": lambda _rng, when: str(when.year),
    "month": _month,
    "weekday": _weekday,
    "relative": _relative,
    "time": _time,
    "day": _day,
    "numeric": _numeric,
    "long": _long,
    "datetime": _moment,
}
FORMS = frozenset({"", *_WAYS})

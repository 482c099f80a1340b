"""What a calendar date looks like in print, and one form for all its spellings."""

from __future__ import annotations

from datetime import date

import regex

_MONTHS = (
    "jan(?:uary)?",
    "feb(?:ruary)?",
    "mar(?:ch)?",
    "apr(?:il)?",
    "may",
    "june?",
    "july?",
    "aug(?:ust)?",
    "sept?(?:ember)?",
    "oct(?:ober)?",
    "nov(?:ember)?",
    "dec(?:ember)?",
)
MONTH = f"(?:{'|'.join(_MONTHS)})"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:1[89]\d\d|20\d\d)"

# A whole date: day, month and year. Two-digit years only where the separators say "date".
DATE = "|".join(
    (
        rf"{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}",
        rf"\d{{1,2}}(?:-\d{{1,2}}-|/\d{{1,2}}/|\.\d{{1,2}}\.)(?:{_YEAR}|\d\d)",
        rf"{_DAY}(?:st|nd|rd|th)?(?:[ \-]|\s+(?:day\s+)?of\s+|\s+){MONTH}\.?[ \-,]{{1,2}}{_YEAR}",
        rf"{MONTH}\.?\s{_DAY}(?:st|nd|rd|th)?(?:,\s{{0,2}}|\s){_YEAR}",
        r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    )
)
# A date whose day or year is left out, as it stands behind a label.
PARTIAL = "|".join(
    (
        rf"{MONTH}\.?[ ,]{{1,2}}{_YEAR}",
        r"(?:0?[1-9]|1[0-2])/(?:19|20)\d\d",
        rf"{_DAY}(?:st|nd|rd|th)?[ \-](?:of[ ])?{MONTH}",
        rf"{MONTH}\.?[ ]{_DAY}(?:st|nd|rd|th)?",
        r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?!/)",
        r"(?:1[89]\d\d|20[0-4]\d)(?![-/.,]\d)",
    )
)


def behind(label: str) -> str:
    """Return the pattern of a date, whole or in part, behind a label such as "admitted"."""
    filler = (
        r"[\s:;=.|\"'(_*-]{0,5}"
        r"(?:(?:is|was|on|the|in|at|date|again)[\s:]{1,2}"
        r"|(?:to|from|in|at)[ ](?:the[ ])?(?-i:[A-Z])[\w' .-]{1,40}?,?[ ](?:on|in)[ ]){0,3}"
    )
    return rf"(?<![^\W_])(?:{label})(?![^\W\d_]){filler}(?P<value>{DATE}|{PARTIAL})(?![^\W_])"


_NUMBERS = regex.compile(r"\d+")
_NAMED = [regex.compile(month, regex.IGNORECASE) for month in _MONTHS]
_COMPACT = 8


def normal_date(value: str) -> str:
    """Return a date as YYYY-MM-DD where its spelling leaves no doubt, else its numbers."""
    numbers = _NUMBERS.findall(value)
    if len(numbers) == 1 and len(numbers[0]) == _COMPACT:
        numbers = _apart(numbers[0])
    month = next((n for n, name in enumerate(_NAMED, 1) if name.search(value)), None)
    years = [number for number in numbers if len(number) == len("YYYY")]
    rest = [int(number) for number in numbers if len(number) < len("YYYY")]
    readings: set[str | None] = set()
    if len(years) == 1 and month and len(rest) == 1:
        readings = {_iso(int(years[0]), month, rest[0])}
    elif len(years) == 1 and not month and len(rest) == 2:
        readings = {_iso(int(years[0]), rest[0], rest[1])}
        if numbers[0] != years[0]:  # day and month may stand in either order
            readings.add(_iso(int(years[0]), rest[1], rest[0]))
    certain = readings - {None}
    if len(certain) == 1:
        return certain.pop() or ""
    return "-".join([*numbers, str(month)] if month else numbers)


def _apart(compact: str) -> list[str]:
    """Return the numbers of a date of eight digits; where a year stands last, 19 is no month."""
    if _iso(int(compact[:4]), int(compact[4:6]), int(compact[6:])):
        return [compact[:4], compact[4:6], compact[6:]]
    return [compact[:2], compact[2:4], compact[4:]]


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None

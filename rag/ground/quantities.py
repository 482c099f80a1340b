"""Numbers with what belongs to them, and dates, each in one form whatever its spelling.

1,000 is 1000, 12mg is 0.012 g, `March 9, 1984` is 1984-03-09, `$1.2 million` is $1,200,000,
`5 per cent` is 5%, `no more than five` is `at most 5`. What could be read in two ways, as
03/09/1984, equals only itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from rag.ground.units import CURRENCIES, unit_of

_MONTHS = {
    month: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"),
        start=1,
    )
    for month in names.split()
}  # fmt: skip
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: Decimal(n) for n, word in enumerate(_ONES)}
_WORDS |= {word: Decimal(10 * n) for n, word in enumerate(_TENS, start=2)}
_SCALES = {
    "hundred": Decimal(100), "thousand": Decimal(1000), "k": Decimal(1000),
    "million": Decimal(10) ** 6, "mn": Decimal(10) ** 6, "mm": Decimal(10) ** 6,
    "m": Decimal(10) ** 6, "billion": Decimal(10) ** 9, "bn": Decimal(10) ** 9,
    "b": Decimal(10) ** 9, "trillion": Decimal(10) ** 12,
}  # fmt: skip
SCALES = {word: _SCALES[word] for word in ("thousand", "million", "billion", "trillion")}

_COMPARING = {
    "<=": r"no (?:more|greater|higher|later|longer) than|not (?:more|greater|later|longer|"
    r"to exceed)(?: than)?|not exceed(?:ing)?|at (?:the )?most|up to|(?:a )?maximum(?: of)?|"
    r"[≤⩽]|<=",
    ">=": r"no (?:less|fewer|lower|earlier) than|not (?:less|fewer|earlier) than|at (?:the )?least|"
    r"(?:a )?minimum(?: of)?|[≥⩾]|>=",
    "<": r"(?:less|fewer|lower|smaller|shorter|younger) than|below|under|<",
    ">": r"(?:more|greater|higher|larger|longer|older) than|over|above|exceeding|in excess of|>",
    "~": r"approximately|approx\.?|about|around|circa|roughly|[~≈∼]",
    "~<": r"nearly|almost|close to",
}
_COMPARATOR = "|".join(
    f"(?P<c{n}>{form.replace(' ', chr(92) + 's+')})" for n, form in enumerate(_COMPARING.values())
)
_NAMED_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_TENS_FORM = rf"(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES[1:10])}))?"
_UP_TO_99 = rf"{_TENS_FORM}|{'|'.join(sorted(_ONES, key=len, reverse=True))}"
_SPELT = rf"(?:{'|'.join(_ONES[1:10])})\s+hundred(?:\s+(?:and\s+)?(?:{_UP_TO_99})\b)?|{_UP_TO_99}"
_DAY_OF_MONTH = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"

_DATE = re.compile(
    rf"""\b(?:
      (?P<y1>[12]\d{{3}})-(?P<m1>0[1-9]|1[0-2])(?:-(?P<d1>0[1-9]|[12]\d|3[01]))?
    | (?P<n2>{_NAMED_MONTH})\.?\s+(?P<d2>{_DAY_OF_MONTH})(?![.,]?\d)(?:\s*,?\s+(?P<y2>[12]\d{{3}}))?
    | (?P<d3>{_DAY_OF_MONTH})(?:\s+day)?\s+(?:of\s+)?(?P<n3>{_NAMED_MONTH})\b\.?
      (?:\s*,?\s*(?:of\s+)?(?P<y3>[12]\d{{3}}))?
    | (?P<n4>{_NAMED_MONTH})\.?,?\s+(?:of\s+)?(?P<y4>[12]\d{{3}})
    | (?P<a5>\d{{1,2}})[/.](?P<b5>\d{{1,2}})[/.](?P<y5>[12]\d{{3}})
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_QUANTITY = re.compile(
    rf"""
      (?:(?:(?<!\w)|(?=[<>≤≥⩽⩾~≈∼]))(?:{_COMPARATOR})\s*(?:the\s+|a\s+total\s+of\s+)?)?
      (?:(?P<code>US\$|USD|EUR|GBP|CHF|JPY|CAD|AUD|RMB|C\$|A\$)\s?(?=[\d$€£¥]))?
      (?:(?P<currency>[$€£¥₹])\s*)?
      (?P<minus>(?<![\w\])])[-−](?=[\d.])|±\s*)?
      (?: (?<![\w.,/:])(?P<literal>\d+(?:\.\d+)?(?:[/:]\d+(?:\.\d+)?)+|\d+(?:\.\d+){{2,}})
        | (?<![\w.,/:])(?P<digits>{_DIGITS}|\.\d+)(?![\d]|[.,]\d|[/:]\d)
        | \b(?P<spelt>{_SPELT})\b )
      (?:\s*\(\s*(?P<again>{_DIGITS})\s*\))?
      (?:[\s-]*(?P<scale>hundred|thousand|million|billion|trillion|mn|bn)\b)?
      (?:(?P<short>[kKmMbB]|[mM][mM])\b(?!/))?
      (?P<ordinal>st|nd|rd|th)?
      (?:\s*\(\s*(?:{_DIGITS})\s*\))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?P<gap>[\s-]*)(?:\(?(?P<percent>per\s?cent(?:age\spoints?)?|percentage\spoints?|%|‰)\)?"
    r"|(?P<unit>°\s?[cf]?\b|[^\W\d_]+(?:[23](?!\w))?"
    r"(?:\s?/\s?[^\W\d_]+[23]?|\sper\s[^\W\d_]+)*))",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:-|–|to|or|and)\s*", re.IGNORECASE)
_LAST_YEAR = 2100
_FIRST_YEAR = 1800
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its comparator, its sign within the value, and its unit.

    `literal` stands for what has no one value, such as 120/80. `year` says that the number may
    name one.
    """

    start: int
    end: int
    value: Decimal | None
    unit: str = ""
    comparator: str = ""
    literal: str = ""
    ordinal: bool = False
    year: bool = False
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date, as far as it is told: 0 is what it leaves open."""

    start: int
    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    literal: str = ""


def days(text: str) -> Iterator[Day]:
    """Yield the dates of a text in order; a year alone is a number."""
    for match in _DATE.finditer(text):
        if match["y5"]:
            yield _slashed(match)
            continue
        found = {
            key: next((match[f"{key}{n}"] for n in range(1, 5) if _has(match, f"{key}{n}")), "")
            for key in ("y", "m", "d", "n")
        }
        if _is_no_month(found["n"], found["d"], found["y"]):
            continue
        yield Day(
            start=match.start(),
            end=match.end(),
            year=int(found["y"] or 0),
            month=int(found["m"] or 0) or _MONTHS.get(found["n"].casefold(), 0),
            day=int(re.sub(r"\D", "", found["d"]) or 0),
        )


def marked(ranges: Iterable[tuple[int, int]], length: int) -> bytearray:
    """Return a byte a character: 1 where it lies in one of the ranges."""
    mask = bytearray(length)
    for start, end in ranges:
        mask[start:end] = b"\1" * (end - start)
    return mask


def quantities(text: str, taken: bytes) -> Iterator[Quantity]:
    """Yield the numbers of a text in order, but for those that begin where it is taken."""
    before: Quantity | None = None
    for match in _QUANTITY.finditer(text):
        number = max(match.start(group) for group in ("literal", "digits", "spelt"))
        if taken[number]:
            continue
        found = _quantity(text, match)
        if before is not None:
            plain = text[found.start].isdigit()
            yield _in_range(before, found, text[before.end : found.start]) if plain else before
        before = found
    if before is not None:
        yield before


def _in_range(first: Quantity, second: Quantity, between: str) -> Quantity:
    """Return the first number of `10 to 20 mg` with the unit of the second."""
    if (
        first.unit
        or first.year
        or first.value is None
        or not second.unit
        or not _RANGE.fullmatch(between)
    ):
        return first
    return replace(first, value=first.value * second.factor, unit=second.unit, year=False)


def _has(match: re.Match[str], group: str) -> bool:
    return group in match.re.groupindex and match[group] is not None


def _is_no_month(name: str, day: str, year: str) -> bool:
    """`may 5` in small letters is no date."""
    return name in ("may", "march", "mar", "sep", "dec", "jan", "jun") and not (year and day)


def _slashed(match: re.Match[str]) -> Day:
    """Return a date of two numbers and a year; which of them is the month must be plain."""
    first, second, year = int(match["a5"]), int(match["b5"]), int(match["y5"])
    start, end = match.span()
    low, high = sorted((first, second))
    if low <= _MONTHS_A_YEAR < high or low == high:
        return Day(start=start, end=end, year=year, month=low, day=high)
    return Day(start=start, end=end, literal=f"{first}/{second}/{year}")


def _quantity(text: str, match: re.Match[str]) -> Quantity:
    comparator = next((c for n, c in enumerate(_COMPARING) if match[f"c{n}"]), "")
    if match["literal"]:
        return Quantity(
            start=match.start(),
            end=match.end("literal"),
            value=None,
            literal=match["literal"],
            comparator=comparator,
        )
    value = _value(match["digits"], match["spelt"])
    end = match.end()
    currency = _currency(match)
    scale = match["scale"] or (match["short"] if currency else "")
    if match["short"] and not currency:
        end = match.start("short")
    value *= _SCALES.get((scale or "").casefold(), Decimal(1))
    if (match["minus"] or "").strip() in ("-", "−"):
        value = -value
    unit, factor, end = _unit_after(text, end, currency, ordinal=bool(match["ordinal"]))
    whole = value == value.to_integral_value() and not (unit or scale or comparator)
    bare = match["digits"] or ""
    return Quantity(
        start=match.start(),
        end=end,
        value=value * factor,
        unit=unit,
        comparator=comparator + ("±" if "±" in (match["minus"] or "") else ""),
        ordinal=bool(match["ordinal"]),
        factor=factor,
        year=whole and bare.isdigit() and _FIRST_YEAR <= value < _LAST_YEAR,
    )


def _value(digits: str | None, spelt: str | None) -> Decimal:
    if digits:
        try:
            return Decimal(digits.replace(",", ""))
        except InvalidOperation:
            return Decimal(-1)
    parts = re.split(r"[\s-]+", (spelt or "").casefold())
    hundreds = _WORDS[parts[0]] * 99 if "hundred" in parts else Decimal(0)
    return hundreds + sum((_WORDS.get(part, Decimal(0)) for part in parts), Decimal(0))


def _currency(match: re.Match[str]) -> str:
    """Return the currency before a number. A dollar of no stated country is taken for the US's."""
    code = (match["code"] or "").casefold()
    if code in ("c$", "cad"):
        return "cad"
    if code in ("a$", "aud"):
        return "aud"
    if code:
        named = unit_of(code.replace("us$", "usd"))
        return named[0] if named else code
    return match["currency"] or ""


def _unit_after(text: str, end: int, currency: str, *, ordinal: bool) -> tuple[str, Decimal, int]:
    """Return the unit of a number that ends there, its factor, and where the whole ends."""
    match = _UNIT.match(text, end)
    if match is None or ordinal:
        return currency, Decimal(1), end
    if match["percent"]:
        points = "point" in match["percent"].casefold()
        return ("%p" if points else "%"), Decimal(1), match.end()
    joined = not match["gap"] or len(match["unit"]) <= len("mg")
    written = match["unit"]
    while written:
        known = unit_of(re.sub(r"\s?/\s?", "/", written), joined=joined)
        if known and (not currency or known[0] == currency or known[0] in CURRENCIES):
            return known[0], known[1], match.start("unit") + len(written)
        shorter = re.sub(r"(?:\s?/\s?|\sper\s)[^\s/]+$", "", written)
        written = "" if shorter == written else shorter
    return currency, Decimal(1), end

"""Whether a text says a value: the number in its scale and with its unit.

`$1.2 million` is said by `1,200 thousand dollars`, and not by `1.2 billion dollars`, `1.2 million
euros` or `1.3 million dollars`. A number may be rounded to no fewer than two figures, each as
either side writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from rag.ground.quantities import Quantity, days, marked, quantities

_FIGURES = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_FEWEST = 2
_FALLING = re.compile(
    r"\b(?:declin|decreas|fell|fall|drop|lower|loss|reduc|shr[aiu]nk|less|down|negative|minus)",
    re.IGNORECASE,
)


def says_value(expected: str, given: str) -> bool:
    """Whether a text says the first value that is expected, or every one where there are more."""
    wanted = [*_values(expected)]
    said = [*_values(given)]
    falling = bool(_FALLING.search(given))
    return bool(wanted) and all(
        any(_alike(one, expected, other, given, falling=falling) for other in said)
        for one in wanted
    )


def _values(text: str) -> Iterator[Quantity]:
    taken = marked([(day.start, day.end) for day in days(text)], len(text))
    return (one for one in quantities(text, bytes(taken)) if one.value is not None)


def _alike(
    one: Quantity, one_text: str, other: Quantity, other_text: str, *, falling: bool
) -> bool:
    if one.unit and one.unit != other.unit:
        return False
    a, b = one.value or Decimal(0), other.value or Decimal(0)
    if (a < 0) != (b < 0):
        if not (falling or _in_brackets(other, other_text)):
            return False
        a, b = abs(a), abs(b)
    if a == b:
        return True
    figures = min(_figures(one, one_text), _figures(other, other_text))
    return figures >= _FEWEST and _rounded(a, figures) == _rounded(b, figures)


def _in_brackets(one: Quantity, text: str) -> bool:
    """Whether a number stands in brackets of its own, as losses do in accounts."""
    return text[: one.start].endswith("(") and text[one.end :].lstrip().startswith(")")


def _figures(one: Quantity, text: str) -> int:
    """Return with how many figures a number is written, zeros before it left out."""
    written = _FIGURES.search(text, one.start, one.end)
    return len(re.sub(r"[^\d]", "", written[0]).lstrip("0")) if written else _FEWEST


def _rounded(value: Decimal, figures: int) -> Decimal:
    if not value:
        return value
    step = Decimal(1).scaleb(value.adjusted() - figures + 1)
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step

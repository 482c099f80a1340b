"""Numbers written as words, as patterns of several recognizers use them.

Small or with a capital: patterns that need not fold case are much faster.
"""

from __future__ import annotations

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join((*words, *(word.capitalize() for word in words)))


_UNITS = "|".join(_ONES)


def _below_hundred(tens: tuple[str, ...]) -> str:
    return rf"(?-i:(?:{_any_of(tens)})(?:[- ](?:{_UNITS}))?|{_any_of(_TEENS)}|{_any_of(_ONES)})"


# One to ninety-nine, the longer words first.
NUMBER_WORDS = _below_hundred(_TENS)
UNDER_90_WORDS = _below_hundred(_TENS[:-1])
OVER_89_WORDS = (
    rf"(?-i:[Nn]inety(?:[- ](?:{_UNITS}))?"
    rf"|(?:[Aa]|[Oo]ne)[ ]hundred(?:[ ]and[ ](?:{_UNITS}|{'|'.join(_TEENS)}))?)"
)

"""Lengths of time ("two years and one month"): of a sentence, a stay, a marriage.

They say little alone and much together with dates. A kind of its own, so that a policy may keep
them where they are the substance of a text, as in a contract.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.numerals import NUMBER_WORDS
from rag.redact.patterns import LIKELY, START, STOP, Identifier, Shape


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of lengths of time."""
    number = rf"(?:\d{{1,3}}(?:[.,]\d)?|{NUMBER_WORDS}|several|(?<=over[ ])an?)"
    bracket = r"(?:[ ]\(\d{1,3}\))?"
    unit = r"(?:year|month|week|day|hour|minute)(?:s'?|'s?)?"
    one = (
        rf"{number}{bracket}(?:[ ]and[ ]a[ ]half)?(?:[ ]?-[ ]?|[ ])(?:calendar[ ]|business[ ]"
        rf"|working[ ])?{unit}"
    )
    more = rf"(?:,?[ ](?:and[ ])?{one}){{0,3}}"
    old = r"(?![ -](?:olds?|of[ ]age)(?![^\W_]))"
    return (Identifier("DURATION", Shape(pattern=rf"{START}{one}{more}{STOP}{old}", score=LIKELY)),)

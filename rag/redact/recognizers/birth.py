"""Dates of birth, told from other dates by their label ("born", "DOB"). Other dates stay."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.dates import DATE
from rag.redact.patterns import START, STOP, Identifier, Shape

_LABEL = (
    r"born|n[ée]e?|d\.?[ ]?o\.?[ ]?b\.?|dates?[ _-]of[ _-]births?|birth[ _-]?dates?|birthdays?"
    r"|geboren(?:[ ]am)?|geb\.|geburtsdatum|fecha[ ]de[ ]nacimiento|date[ ]de[ ]naissance"
    r"|data[ ]di[ ]nascita|nat[oa][ ]il"
)
_BETWEEN = (
    r"[\s:;=.|\"'(_*-]{0,5}"
    r"(?:(?:is|was|on|the)[\s:]{1,2}|in[ ][A-Z][\w' -]{1,30}?,?[ ](?:on[ ])?){0,3}"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of dates of birth."""
    return (
        Identifier(
            "DATE_OF_BIRTH",
            Shape(pattern=rf"{START}(?:{_LABEL})(?![^\W_]){_BETWEEN}(?P<value>{DATE}){STOP}"),
        ),
    )

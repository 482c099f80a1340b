"""Dates of birth, told from other dates by their label ("born", "DOB"). Other dates stay.

Eight digits that end in the year (03051954) are a date behind such a label only.
"""

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
_YEAR_LAST = r"(?:0[1-9]|[12]\d|3[01]){2}(?:1[89]|20)\d\d"
_BETWEEN = (
    r"[\s:;=.|\"'(_*-]{0,5}"
    r"(?:(?:is|was|on|the)[\s:]{1,2}|in[ ][A-Z][\w' -]{1,30}?,?[ ](?:on[ ])?){0,3}"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of dates of birth."""
    return (
        Identifier(
            "DATE_OF_BIRTH",
            Shape(
                pattern=rf"{START}(?:{_LABEL})(?![^\W\d_]){_BETWEEN}"
                rf"(?P<value>{DATE}|{_YEAR_LAST}){STOP}"
            ),
        ),
    )

"""Ages over 89, which HIPAA counts among the identifiers; younger ones are left in place.

The phrase is found as a whole ("92-year-old"), so that the bare number elsewhere keeps its sense.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import START, STOP, Identifier, Shape

_OVER_89 = r"(?:9\d|1[01]\d|12[0-5])"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of ages over 89."""
    unit = r"(?:[ -]?years?[ -]?old|[ -]years?[ ]of[ ]age|[ -]?y[./ ]?o(?:ld)?)"
    before = r"(?:aged?|age[ ]?[:=]|at[ ]the[ ]age[ ]of)[ ]{0,2}"
    return (
        Identifier(
            "AGE_OVER_89",
            Shape(pattern=rf"{START}{_OVER_89}{unit}{STOP}"),
            Shape(pattern=rf"{START}{before}{_OVER_89}{STOP}(?![.,]\d|[ ]?%)"),
        ),
    )

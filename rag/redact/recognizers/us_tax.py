"""US social security and taxpayer numbers.

The dashed form 3-2-4 is told from other numbers by the groups that are never issued. Nine digits
in one run, or never issued ones, need the label.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import UsItinRecognizer, UsSsnRecognizer

from rag.redact.patterns import LIKELY, WEAK, Identifier, Shape, adopted, checked, labelled

_LABEL = r"SSNs?|S\.S\.N\.|social[ ]security|SS(?=[ ]?\#|[ ]no)"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of SSN and ITIN."""
    unissued = UsSsnRecognizer().invalidate_result
    rating = checked(lambda value: not unissued(value), passed=LIKELY, failed=WEAK)
    dashed = r"(?<![^\W_]|[.,$€£/-])\d{3}([- ])\d{2}\1\d{4}(?![^\W_]|[-/,]\d)"
    return (
        Identifier(
            "US_SSN",
            Shape(pattern=dashed, rating=rating),
            Shape(pattern=labelled(_LABEL, r"\d{3}[-. ]?\d{2}[-. ]?\d{4}")),
            context=("ssn", "social security", "social"),
        ),
        adopted(UsItinRecognizer(), at_least=0.5),
        Identifier("US_ITIN", Shape(pattern=labelled(r"ITIN", r"9\d{2}[- ]?\d{2}[- ]?\d{4}"))),
    )

"""US social security and taxpayer numbers.

The dashed form 3-2-4 is told from other numbers by the groups that are never issued; a line may
end in it, and it counts behind any letter or sign but one that continues a number or names a
currency. Nine digits in one run, or never issued ones, need the label.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import UsItinRecognizer, UsSsnRecognizer

from rag.redact.checks import digits
from rag.redact.patterns import LIKELY, WEAK, Identifier, Shape, adopted, checked, labelled

_LABEL = r"SSNs?|S\.S\.N\.|social[ ]security|SS(?=[ ]?\#|[ ]no)"
_HYPHEN = r"-(?:[ \t]{0,4}\r?\n[ \t]{0,8})?"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of SSN and ITIN."""
    unissued = UsSsnRecognizer().invalidate_result
    rating = checked(lambda value: not unissued(digits(value)), passed=LIKELY, failed=WEAK)
    dashed = rf"(?<!\d|\d[.,/-]|[$€£])\d{{3}}{_HYPHEN}\d{{2}}{_HYPHEN}\d{{4}}(?!\d|[-/,]\d)"
    spaced = r"(?<![^\W_]|[.,$€£/-])\d{3} \d{2} \d{4}(?![^\W_]|[-/,]\d)"
    behind_label = rf"\d{{3}}(?:{_HYPHEN}|[. ])?\d{{2}}(?:{_HYPHEN}|[. ])?\d{{4}}"
    return (
        Identifier(
            "US_SSN",
            Shape(pattern=dashed, rating=rating),
            Shape(pattern=spaced, rating=rating),
            Shape(pattern=labelled(_LABEL, behind_label)),
            context=("ssn", "social security", "social"),
        ),
        adopted(UsItinRecognizer(), at_least=0.5),
        Identifier("US_ITIN", Shape(pattern=labelled(r"ITIN", r"9\d{2}[- ]?\d{2}[- ]?\d{4}"))),
    )

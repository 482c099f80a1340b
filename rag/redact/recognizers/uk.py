"""British numbers of persons: NHS number and national insurance number.

Ten digits in one run are an NHS number only behind a word, even where the check digit is right;
in the printed grouping 3-3-4 the check digit decides, and a label settles a mistyped one. A part
number may look like an insurance number without spaces, so that one needs a word as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.checks import weighted
from rag.redact.patterns import LIKELY, START, STOP, WEAK, Identifier, Shape, checked, labelled

_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)


def _nhs(value: str) -> bool:
    return weighted(value, _WEIGHTS, 11)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of British numbers."""
    grouped = rf"(?<![^\W_]|(?<![^\W\d_])[.-])\d{{3}}([ -])\d{{3}}\1\d{{4}}{STOP}"
    letters = "(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    any_nino = r"[A-Z]{2}[ ]?\d\d[ ]?\d\d[ ]?\d\d[ ]?[A-Z]"
    return (
        Identifier(
            "UK_NHS",
            Shape(pattern=grouped, rating=checked(_nhs, passed=LIKELY)),
            Shape(pattern=rf"{START}\d{{10}}{STOP}", rating=checked(_nhs, passed=WEAK)),
            Shape(pattern=labelled(r"NHS", r"\d{3}[ -]?\d{3}[ -]?\d{4}")),
            context=("nhs", "national health service"),
        ),
        Identifier(
            "UK_NINO",
            Shape(
                pattern=rf"{START}{letters}[ ]\d\d[ ]\d\d[ ]\d\d[ ]?[A-D]{STOP}",
                score=LIKELY,
                hint=r"\d\d[ ]\d\d[ ]\d\d",
            ),
            Shape(pattern=rf"{START}{letters}\d{{6}}[A-D]{STOP}", score=WEAK, hint=r"\d{6}[A-D]"),
            Shape(pattern=labelled(r"national[ ]insurance|NINO|NI", any_nino)),
            context=("national insurance", "nino", "ni"),
        ),
    )

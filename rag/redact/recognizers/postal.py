"""Postal codes: by form the British and Canadian, behind a state the US, others behind a label."""

from __future__ import annotations

from collections.abc import Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import LIKELY, START, STOP, Identifier, Shape, labelled
from rag.redact.recognizers.address import STATE

_PLAIN = regex.MULTILINE


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of postal codes."""
    british = (
        rf"{START}(?:GIR|[A-PR-UWYZ][A-HK-Y]?\d[A-HJKMNPR-Y\d]?)[ ]\d[ABD-HJLNP-UW-Z]{{2}}{STOP}"
    )
    behind_state = rf"(?<=[A-Za-z'.],?[ \t\n]{{1,5}}(?:{STATE})[ \t\n]{{1,5}})"
    american = rf"{behind_state}\d{{5}}(?:-\d{{4}})?(?![\w,.]\d|[-\w])"
    canadian = rf"{START}[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ ]\d[ABCEGHJ-NPRSTV-Z]\d{STOP}"
    label = r"zip(?:[ _-]?codes?)?|post(?:al)?[ _-]?codes?|PLZ|postleitzahl|code[ ]postal"
    value = (
        r"\d{4}[ ]?(?-i:[A-Z]{2})|\d{2,3}[ -]\d{2,3}|\d{5}-\d{3,4}|\d{3,6}"
        r"|[A-Z]\d[A-Z][ ]?\d[A-Z]\d"
        r"|[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}"
    )
    return (
        Identifier(
            "POSTAL_CODE",
            Shape(pattern=canadian, score=LIKELY, flags=_PLAIN),
            Shape(pattern=british, score=LIKELY, flags=_PLAIN),
            Shape(pattern=american, score=LIKELY, flags=_PLAIN),
            Shape(pattern=labelled(label, value)),
        ),
    )

"""Medical record numbers. Each hospital has its own form, so the label decides.

A hospital that knows its form says so in `redact.mrn_pattern`: its numbers then need no label.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import START, STOP, Identifier, Shape, labelled

_VALUE = r"[A-Z]{0,4}-?\d(?:[-. ]?\d){3,13}[A-Z]?"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of medical record numbers."""
    short = r"MRNs?|M\.R\.N\.|UHID|EMPI|URN|med(?:ical)?\.?[ _-]rec(?:ord)?s?"
    long = (
        r"hospital|patient|unit|chart|(?:health|clinic(?:al)?)[ ]record|encounter|visit|accession"
        r"|specimen|(?:placer|filler)[ ]order"
    )
    return (
        Identifier(
            "MEDICAL_RECORD_NUMBER",
            Shape(pattern=labelled(short, _VALUE)),
            Shape(pattern=labelled(long, _VALUE, number_word=True)),
        ),
    )


def of_site(pattern: str) -> Sequence[EntityRecognizer]:
    """Return the recognizer of a site's own form; none where the site states no form."""
    if not pattern:
        return ()
    own = Shape(pattern=rf"{START}(?P<value>{pattern}){STOP}", flags=regex.MULTILINE)
    return (Identifier("MEDICAL_RECORD_NUMBER", own),)

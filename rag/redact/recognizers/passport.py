"""Passport numbers: letters and digits that mean nothing without the word before them."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import Identifier, Shape, labelled


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of passport numbers."""
    label = r"(?:travel[ ]document|passports?|reisepass(?:nummer)?|passeport|pasaporte|passaporto)"
    value = r"(?=(?:[A-Z]*\d){4})[A-Z\d]{6,10}|[A-Z\d]{2,4}[ ]\d{5,7}"
    return (Identifier("PASSPORT_NUMBER", Shape(pattern=labelled(label, value))),)

"""Dates of discharge from a hospital, told from other dates by their label."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.dates import behind
from rag.redact.patterns import Identifier, Shape

_LABEL = (
    r"discharge[ _-]?dates?|dates?[ _-]of[ _-]discharge|discharged?(?:[ ]home)?|d/c(?:[ _-]date)?"
    r"|disch\.?(?:[ _-]date)?|entlassungsdatum|date[ ]de[ ]sortie|fecha[ ]de[ ]alta"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of discharge dates."""
    return (Identifier("DISCHARGE_DATE", Shape(pattern=behind(_LABEL))),)

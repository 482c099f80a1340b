"""Dates of admission to a hospital, told from other dates by their label."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.dates import behind
from rag.redact.patterns import Identifier, Shape

_LABEL = (
    r"(?:re-?)?admi(?:tted|ssion[ _-]?dates?|t[ _-]dates?|ssion|t)|dates?[ _-]of[ _-]admission"
    r"|adm\.?(?:[ _-]date)?|aufnahmedatum|date[ ]d'admission|fecha[ ]de[ ](?:ingreso|admisi[óo]n)"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of admission dates."""
    return (Identifier("ADMISSION_DATE", Shape(pattern=behind(_LABEL))),)

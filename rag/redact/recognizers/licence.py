"""Driving licences. Fifty states and as many forms: a label is needed, but for the British one.

Behind the bare word "licence", which may be any other, a letter and seven digits or so count.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import UkDrivingLicenceRecognizer

from rag.redact.patterns import CODE, LIKELY, Identifier, Shape, adopted, labelled

_LABEL = (
    r"(?:driver'?s?'?|driving)[ ](?:licen[cs]e|permit)|DLN|D\.?L\.?(?=[ ]?(?:no|num|\#|:))"
    r"|f[üu]hrerschein(?:nummer)?|permis[ ]de[ ]conduire|permiso[ ]de[ ]conducir"
    r"|patente(?:[ ]di[ ]guida)?"
)
# Several states print groups: S530-460-83-901, 123 456 789.
_GROUPS = r"(?-i:[A-Z]{0,3}\d{1,4}(?:[ -][A-Z\d]{2,5}){2,4})"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of driving licences."""
    return (
        Identifier(
            "DRIVER_LICENSE",
            Shape(pattern=labelled(_LABEL, CODE)),
            Shape(pattern=labelled(_LABEL, _GROUPS)),
            Shape(pattern=labelled(r"licen[cs]e", r"[A-Z]{1,2}\d{6,8}"), score=LIKELY),
        ),
        adopted(UkDrivingLicenceRecognizer(), kind="DRIVER_LICENSE"),
    )

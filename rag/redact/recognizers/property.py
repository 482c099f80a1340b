"""Numbers of land: plots, parcels and titles lead to their owner by one look into a register."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import CODE, LIKELY, START, STOP, Identifier, Shape, labelled

_LABEL = r"plots?|parcels?|lots?|land[ ]regist(?:er|ry)|title[ ]deed|cadastral"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of numbers of land."""
    number = r"\d{1,6}(?:[/.-]\d{1,5}){0,3}"
    before = rf"{START}(?:{_LABEL})[ ](?:parcels?[ ])?(?:nos?\.?|numbers?)[ ]"
    listed = rf"(?=\d)(?<={before}(?:{number}(?:,[ ]|,?[ ]and[ ])){{0,20}}){number}{STOP}"
    title = labelled(
        r"title|folio|land[ ]certificate|apn|assessor's[ ]parcel", CODE, number_word=True
    )
    return (
        Identifier(
            "PROPERTY_NUMBER",
            Shape(pattern=listed, score=LIKELY, hint=before),
            Shape(pattern=title, score=LIKELY),
        ),
    )

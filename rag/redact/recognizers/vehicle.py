"""Vehicles: identification number with its check digit, and plates behind a label.

European identification numbers carry no check digit; they count behind a word.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import LABELLED, REJECTED, START, STOP, WEAK, Identifier, Shape, labelled

_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_LETTERS = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))


def _rating(value: str) -> float:
    code = value.upper()
    if code.isdigit() or code.isalpha():
        return REJECTED
    numbers = [int(_LETTERS.get(character, character)) for character in code]
    remainder = sum(n * w for n, w in zip(numbers, _WEIGHTS, strict=True)) % 11
    return LABELLED if code[8] == "0123456789X"[remainder] else WEAK


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of vehicles."""
    plate = (
        r"(?:licen[cs]e|number|registration|vehicle)[ ]plates?|vehicle[ ]registration|VRM"
        r"|kennzeichen|plate"
    )
    value = r"(?=[A-Z\d -]*\d)(?=[A-Z\d -]*[A-Z])[A-Z\d]{1,4}(?:[ -]?[A-Z\d]{1,4}){1,2}"
    return (
        Identifier(
            "VIN",
            Shape(pattern=rf"{START}[A-HJ-NPR-Z\d]{{17}}{STOP}", rating=_rating),
            context=("vin", "vehicle", "chassis", "car"),
        ),
        Identifier("VEHICLE_PLATE", Shape(pattern=labelled(plate, value))),
    )

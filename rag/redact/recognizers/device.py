"""Serial numbers of devices and implants, and the IMEI of a telephone. All have a label."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import CODE, Identifier, Shape, labelled


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of device numbers."""
    return (
        Identifier(
            "DEVICE_SERIAL",
            Shape(pattern=labelled(r"serial|device|implant|pacemaker", CODE, number_word=True)),
            Shape(pattern=labelled(r"S/N|serial|UDI|IMEI|MEID", CODE)),
        ),
    )

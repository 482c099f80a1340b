"""Hardware addresses of network devices, by Presidio's recognizer."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import MacAddressRecognizer

from rag.redact.patterns import adopted


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of hardware addresses."""
    return (adopted(MacAddressRecognizer()),)

"""Numbers an institution gives to a person: employee, customer, student, matter client."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import Identifier, Shape, labelled

_WHO = (
    r"employee|staff|personnel|payroll|badge|student|customer|client|cardholder|user|voter|inmate"
    r"|prisoner|national[ ](?:identity|id)|identity[ ](?:card|document)|ID[ ]card"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of personal numbers."""
    value = r"(?=(?:[A-Z/.-]*\d){4})[A-Z\d](?:[A-Z\d]|[/.-](?=[A-Z\d])){3,16}"
    return (Identifier("PERSONAL_ID", Shape(pattern=labelled(_WHO, value, number_word=True))),)

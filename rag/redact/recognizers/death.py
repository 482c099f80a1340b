"""Dates of death, told from other dates by their label."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.dates import behind
from rag.redact.patterns import Identifier, Shape

_LABEL = (
    r"died|deceased|dates?[ _-]of[ _-]death|death[ _-]?dates?|d\.?[ ]?o\.?[ ]?d\.?(?=[ ]?[:=])"
    r"|pass(?:ed|ing)[ ]away|time[ ]of[ ]death|expired(?=[ ](?:on|at)[ ])|pronounced(?:[ ]dead)?"
    r"|gestorben(?:[ ]am)?|verstorben(?:[ ]am)?|sterbedatum|d[ée]c[ée]d[ée]e?(?:[ ]le)?|†"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of dates of death."""
    return (Identifier("DEATH_DATE", Shape(pattern=behind(_LABEL))),)

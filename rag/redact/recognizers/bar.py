"""Numbers under which a lawyer is admitted: they lead to one person, and always have a label."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import Identifier, Shape, labelled


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of bar numbers."""
    value = r"[A-Z]{0,2}\d{4,8}"
    return (
        Identifier(
            "BAR_NUMBER",
            Shape(pattern=labelled(r"(?:state[ ])?bar", value, number_word=True)),
            Shape(pattern=labelled(r"SBN|ARDC|BBO", value)),
            Shape(
                pattern=labelled(
                    r"attorney(?:[ ](?:registration|licen[cs]e|bar))?", value, number_word=True
                )
            ),
            Shape(pattern=labelled(r"SRA(?:[ ](?:id|number|no\.?))?", r"\d{5,7}")),
        ),
    )

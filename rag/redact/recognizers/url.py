"""Web addresses: with scheme or www, or a bare host under a common top-level domain."""

from __future__ import annotations

from collections.abc import Sequence

import regex
from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import LABELLED, LIKELY, Identifier, Shape

_REST = r"[^\s<>\"'()\[\]{}]*[^\s<>\"'()\[\]{}.,;:!?]"
_TOP = (
    r"com|org|net|edu|gov|mil|int|info|biz|io|co\.[a-z]{2}|ac\.[a-z]{2}|org\.[a-z]{2}|gov\.[a-z]{2}"
    r"|nhs\.uk|uk|de|fr|es|it|nl|ie|ch|eu|us|ca"
)


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of web addresses."""
    label = r"[a-z\d][a-z\d-]{0,62}\."
    host = rf"(?:{label}){{0,3}}(?=\d*[a-z]){label}(?:{_TOP})"
    return (
        Identifier(
            "URL",
            Shape(
                pattern=rf"(?<![^\W_])(?:(?:https?|ftps?|sftp|file)://|www\d?\.){_REST}",
                score=LABELLED,
                hint=r"://|www",
            ),
            Shape(
                pattern=rf"(?<![\w@.-]){host}(?:/{_REST})?(?![\w@-]|\.\w)",
                score=LIKELY,
                flags=regex.MULTILINE,
            ),
        ),
    )

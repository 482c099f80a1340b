"""E-mail addresses.

Presidio's recognizer asks a list of public suffixes, which it downloads, and lets addresses of
internal domains (ward3@clinic.local) pass. Here the form is enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import CERTAIN, LABELLED, Identifier, Shape

_LOCAL = r"(?<![\w.%+'-])[\w%+][\w.%+'-]*+"
_DOMAIN = r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+"


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of e-mail addresses."""
    at, dot = r"[ ]?[\[(][ ]?at[ ]?[\])][ ]?", r"(?:\.|[ ]?[\[(][ ]?dot[ ]?[\])][ ]?)"
    # Broken behind the sign, or within a word of the domain.
    broken = rf"(?:[ \t]?\r?\n[ \t]{{0,8}}|[\w.-]*-\r?\n[ \t]{{0,8}}(?=\w)){_DOMAIN}"
    spelled = rf"{_LOCAL}{at}[\w-]+(?:{dot}[\w-]+)+"
    return (
        Identifier(
            "EMAIL_ADDRESS",
            Shape(pattern=rf"{_LOCAL}@{_DOMAIN}", score=CERTAIN, hint="@"),
            Shape(pattern=rf"{_LOCAL}@{broken}", score=LABELLED, hint="@"),
            Shape(pattern=spelled, score=LABELLED, hint=at),
        ),
    )

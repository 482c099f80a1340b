"""Insurance policy numbers, behind "policy number" or the like; a policy of a firm has none."""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer

from rag.redact.patterns import CODE, Identifier, Shape, labelled


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizer of policy numbers."""
    label = r"(?:insurance[ ])?(?:policy|certificate[ ]of[ ]insurance|group)"
    return (Identifier("POLICY_NUMBER", Shape(pattern=labelled(label, CODE, number_word=True))),)

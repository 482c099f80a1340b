"""Which labelled documents are held out: fixed by the hash of their text, for good.

Nobody trains on, tunes on or looks at a document that is held out.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from eval.split import held_out


class Part(StrEnum):
    """A part of a labelled corpus."""

    ALL = "all"
    HELD_OUT = "held-out"
    TRAINING = "training"


def training(texts: Iterable[str], one_in: int) -> list[str]:
    """Return the texts that may be trained on and looked at."""
    return [text for text in texts if not held_out(text, one_in)]


def belongs(text: str, *, part: Part, one_in: int) -> bool:
    """Say whether a document is in a part of its corpus; one that is not split is in each."""
    if part is Part.ALL or one_in <= 0:
        return True
    return held_out(text, one_in) is (part is Part.HELD_OUT)

"""How near two texts are in meaning, by the encoder of the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.records import Vector


class TextEncoder(Protocol):
    """What is needed of an encoder: unit vectors of short texts."""

    def embed_texts(self, texts: Sequence[str]) -> Vector:
        """Return one row a text."""


class EncoderMeaning:
    """A `Meaning` of an encoder."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder

    def near(self, said: str, written: Sequence[str]) -> Sequence[float]:
        """Return for each text its cosine with what is said."""
        if not written:
            return []
        rows = self._encoder.embed_texts([said, *written])
        return [float(cosine) for cosine in rows[1:] @ rows[0]]

"""What stands around a short passage: its neighbours' text, up to a length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.records import Chunk, RedactedText

# A passage and what it borrows hold no more words than this: a long one says itself what it is
# about, and its words would fill the index.
_WORDS = 400
_WORD = re.compile(r"\w+")
_REACH = 3


def with_nearby(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Return the passages of a document, in reading order, each with what stands around it."""
    words = [len(_WORD.findall(chunk.text)) for chunk in chunks]
    return [
        replace(chunk, nearby=tuple(_nearby(chunks, words, at))) for at, chunk in enumerate(chunks)
    ]


def _nearby(chunks: Sequence[Chunk], words: Sequence[int], at: int) -> Iterator[RedactedText]:
    have = words[at]
    for other in _outwards(at, len(chunks)):
        if have + words[other] <= _WORDS:
            have += words[other]
            yield chunks[other].text


def _outwards(at: int, count: int) -> Iterator[int]:
    """Return the places around one, the nearest first, the one before first."""
    for distance in range(1, _REACH + 1):
        for other in (at - distance, at + distance):
            if 0 <= other < count:
                yield other

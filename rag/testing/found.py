"""Passages as a search finds them, with token vectors as an ideal encoder would make them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.embed.packing import Tokens, pack, rotated, unpack
from rag.records import Hit, QueryVectors, RedactedDocument, SparseVector, Vector
from rag.retrieve.ranked import Ranked
from rag.testing.vectors import unit_vector

WIDTH = 64


def token_vectors(words: Sequence[str]) -> Vector:
    """Return directions that depend on the word alone, as they are compared with packed ones."""
    plain = [word.strip(".,?!:").casefold() for word in words]
    return rotated(np.stack([unit_vector(word, WIDTH) for word in plain]))


def packed_tokens(text: str) -> bytes:
    """Return the packed tokens of a text, a word each."""
    words, starts, at = text.split(), [], 0
    for word in words:
        at = text.index(word, at)
        starts.append(at)
        at += len(word)
    return pack(token_vectors(words), starts)


def tokens_of(text: str) -> Tokens:
    """Return the tokens of a text, a word each."""
    return unpack(packed_tokens(text), WIDTH)


def asked(text: str) -> QueryVectors:
    """Return a question that has nothing but its tokens."""
    return QueryVectors(
        dense=np.ones(2, dtype=np.float32),
        sparse=SparseVector(indices=(), values=()),
        tokens=token_vectors(text.split()),
    )


def ranked_in(document: RedactedDocument, text: str, *, score: float = 1.0) -> Ranked:
    """Return the passage of a document that has this text."""
    start = document.text.index(text)
    hit = Hit(
        chunk_id=f"{document.id}-{start}",
        document_id=document.id,
        document_version=document.version,
        ordinal=0,
        start=start,
        end=start + len(text),
        page=None,
        score=score,
    )
    return Ranked(hit=hit, score=score, document=document, tokens=tokens_of(text))

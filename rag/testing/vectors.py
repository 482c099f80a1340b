"""Points for tests of a store: made from a few words and a number, the same every time."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping

import numpy as np

from rag.records import (
    Acl,
    Chunk,
    Embedded,
    Facets,
    QueryVectors,
    RedactedText,
    SparseVector,
    Vector,
)

DIMENSIONS = 16
_NAMESPACE = uuid.UUID("6f0c5f0a-31d0-4b8e-9a39-1f4b7f6d2c11")


def unit_vector(seed: str, dimensions: int = DIMENSIONS) -> Vector:
    """Return a direction that depends on `seed` alone; no two seeds share one."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    vector = np.random.default_rng(number).standard_normal(dimensions).astype(np.float32)
    unit: Vector = vector / np.linalg.norm(vector)
    return unit


def sparse_vector(weights: Mapping[int, float]) -> SparseVector:
    """Return weighted terms in the order of their numbers."""
    terms = sorted(weights)
    return SparseVector(indices=tuple(terms), values=tuple(weights[term] for term in terms))


def passage(
    document: str,
    ordinal: int = 0,
    *,
    version: str = "v1",
    tenant: str = "main",
    acl: Acl | None = None,
    page: int | None = None,
    facets: Facets | None = None,
) -> Chunk:
    """Return a passage without text, with an id as the chunker makes it."""
    nothing = RedactedText.joined("", ())
    return Chunk(
        id=str(uuid.uuid5(_NAMESPACE, f"{document}/{version}/{ordinal}")),
        document_id=document,
        document_version=version,
        tenant=tenant,
        ordinal=ordinal,
        start=ordinal * 100,
        end=ordinal * 100 + 90,
        text=nothing,
        context=nothing,
        page=page,
        acl=acl or Acl(public=True),
        facets=facets or Facets(),
    )


def embedded(chunk: Chunk, *, like: str = "", words: Mapping[int, float] | None = None) -> Embedded:
    """Return a passage with vectors.

    Args:
        chunk: The passage.
        like: What it is about: passages about the same thing have the same direction. By
            default each passage is about something of its own.
        words: Its weighted terms, by default one that every passage has.
    """
    return Embedded(
        chunk=chunk,
        dense=unit_vector(like or chunk.id),
        sparse=sparse_vector({1: 1.0} if words is None else words),
    )


def question(like: str, words: Mapping[int, float] | None = None) -> QueryVectors:
    """Return the vectors of a question about `like` with these words, by default none."""
    return QueryVectors(dense=unit_vector(like), sparse=sparse_vector(words or {}))

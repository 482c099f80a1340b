"""Synthetic passages for measuring an index: as many as wanted, the same every time.

They are made like passages of text: terms as common as words are (Zipf and Mandelbrot), about
sixty in a passage, directions in bundles as those of documents about the same thing. Every
document belongs to one of sixteen groups, so that an asker of one, eight or sixteen of them may
read about 6 %, half, or all. Nothing in them is text.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.records import (
    Acl,
    Chunk,
    Embedded,
    Facets,
    Principal,
    QueryVectors,
    RedactedText,
    SparseVector,
    Vector,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TENANT = "measured"
GROUPS = 16
PASSAGES_A_DOCUMENT = 20
_DOCUMENTS_AT_A_TIME = 50
_TERMS = 60
_QUESTION_TERMS = 8
_STRANGE_TERMS = 2  # of a question, that its passage does not hold
_VOCABULARY = 200_000
_FLATTENED = 2.7  # Mandelbrot's: the commonest words are left out, as stop words are
_BUNDLES = 256
_TOGETHER = 0.7  # how much of a direction is that of its bundle
_ASIDE = 0.6  # how far a question stands from the passage it asks for
# An odd factor spreads term numbers over 31 bits as the hash of a word does, no two alike.
_SPREAD = 2_654_435_761
_MOST = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """The vectors of some passages: their directions, and their terms with where each begins."""

    dense: Vector = field(repr=False)
    terms: Sequence[NDArray[np.int64]] = field(repr=False)
    weights: Sequence[NDArray[np.float64]] = field(repr=False)


class Synthetic:
    """A collection of documents that is made as it is read."""

    def __init__(self, dimensions: int = 384, *, seed: int = 4) -> None:
        self._dimensions = dimensions
        self._seed = seed

    def documents(self, passages: int, *, after: int = 0) -> Iterator[list[Embedded]]:
        """Return the first documents that hold this many passages, without those of `after`."""
        first, last = after // PASSAGES_A_DOCUMENT, -(-passages // PASSAGES_A_DOCUMENT)
        for number in range(first // _DOCUMENTS_AT_A_TIME, -(-last // _DOCUMENTS_AT_A_TIME)):
            for place, document in enumerate(self._documents(number)):
                whole = number * _DOCUMENTS_AT_A_TIME + place
                if first <= whole < last:
                    yield document[: passages - whole * PASSAGES_A_DOCUMENT]

    def questions(self, count: int, *, among: int) -> list[QueryVectors]:
        """Return questions, each after a passage of the first `among`."""
        import numpy as np

        random = np.random.default_rng((self._seed, 1))
        size = PASSAGES_A_DOCUMENT * _DOCUMENTS_AT_A_TIME
        chosen = [divmod(int(n), size) for n in random.integers(0, among, count)]
        batches = {number: self._batch(number) for number, _ in chosen[:count]}
        return [self._question(batches[number], place, random) for number, place in chosen]

    def _question(self, batch: _Batch, place: int, random: np.random.Generator) -> QueryVectors:
        import numpy as np

        held = batch.terms[place]
        kept = random.choice(held, min(len(held), _QUESTION_TERMS - _STRANGE_TERMS), replace=False)
        terms = np.unique(np.concatenate([kept, _numbered(_drawn(random, (_STRANGE_TERMS,)))]))
        aside = random.standard_normal(self._dimensions) / self._dimensions**0.5
        dense = batch.dense[place] + _ASIDE * aside
        return QueryVectors(
            dense=(dense / np.linalg.norm(dense)).astype(np.float32),
            sparse=SparseVector(indices=tuple(terms.tolist()), values=(1.0,) * len(terms)),
        )

    def _documents(self, number: int) -> Iterator[list[Embedded]]:
        batch = self._batch(number)
        for place in range(_DOCUMENTS_AT_A_TIME):
            document = number * _DOCUMENTS_AT_A_TIME + place
            first = place * PASSAGES_A_DOCUMENT
            yield [
                Embedded(
                    chunk=_chunk(document, ordinal),
                    dense=batch.dense[first + ordinal],
                    sparse=SparseVector(
                        indices=tuple(batch.terms[first + ordinal].tolist()),
                        values=tuple(batch.weights[first + ordinal].tolist()),
                    ),
                )
                for ordinal in range(PASSAGES_A_DOCUMENT)
            ]

    def _batch(self, number: int) -> _Batch:
        """Make the vectors of the passages of some documents that stand together."""
        import numpy as np

        random = np.random.default_rng((self._seed, 2, number))
        size = PASSAGES_A_DOCUMENT * _DOCUMENTS_AT_A_TIME
        bundles = np.random.default_rng((self._seed, 3)).standard_normal(
            (_BUNDLES, self._dimensions)
        )
        dense = _TOGETHER * bundles[random.integers(0, _BUNDLES, size)]
        dense += random.standard_normal((size, self._dimensions))
        dense /= np.linalg.norm(dense, axis=1, keepdims=True)
        words = np.sort(_numbered(_drawn(random, (size, _TERMS))), axis=1)
        terms = [np.unique(row, return_counts=True) for row in words]
        return _Batch(
            dense=dense.astype(np.float32),
            terms=[found for found, _ in terms],
            weights=[counts * 2.2 / (counts + 1.2) for _, counts in terms],
        )


def asker(groups: int) -> Principal:
    """Return somebody who may read this many of the sixteen groups."""
    return Principal(
        tenant=TENANT, id="asker", groups=frozenset(_group(number) for number in range(groups))
    )


def _chunk(document: int, ordinal: int) -> Chunk:
    nothing = RedactedText.joined("", ())
    return Chunk(
        id=str(uuid.UUID(int=(document << 64) + ordinal + 1)),
        document_id=f"d{document:08}",
        document_version="1",
        tenant=TENANT,
        ordinal=ordinal,
        start=ordinal * 900,
        end=ordinal * 900 + 898,
        text=nothing,
        context=nothing,
        page=ordinal // 4 + 1,
        acl=Acl(groups=frozenset({_group(document % GROUPS)})),
        facets=Facets(
            source=f"source {document % 7}",
            kind="text/plain",
            first_day=20_200_101 + document % 28,
            last_day=20_200_101 + document % 28,
        ),
    )


def _group(number: int) -> str:
    return f"group {number}"


def _drawn(random: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Draw terms by their rank, common ones more often."""
    import numpy as np

    chances = 1 / (np.arange(1, _VOCABULARY + 1) + _FLATTENED)
    sums = np.cumsum(chances)
    ranks: NDArray[np.int64] = np.searchsorted(sums, random.random(shape) * sums[-1])
    return ranks


def _numbered(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of terms as the embedder gives them, spread over 31 bits."""
    return (ranks + 1) * _SPREAD % _MOST

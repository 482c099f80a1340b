"""What every embedder must do, as tests that the tests of an adapter inherit.

A new adapter needs five lines::

    class TestMyEmbedder(EmbedderContract):
        @pytest.fixture
        def embedder(self, my_embedder):
            return my_embedder

`my_embedder` is best a fixture of the session, so that the model is loaded once.
"""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rag.ports import Embedder
from rag.records import Chunk
from rag.redact.mint import stored
from rag.testing.vectors import passage

SENTENCES = (
    "The patient was given 5.9 mg of warfarin.",
    "The tenant pays the rent on the first of the month.",
    "An overdraft costs 25 EUR a quarter.",
    "Visiting hours end at eight in the evening, on Sundays at six, and never later than that.",
    "Rent.",
)


def chunk(text: str, context: str = "", ordinal: int = 0) -> Chunk:
    """Return a passage with this text."""
    return dataclasses.replace(
        passage("document", ordinal), text=stored(text), context=stored(context)
    )


class EmbedderContract:
    """All of it."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        """Return the embedder."""
        raise NotImplementedError

    def test_every_passage_gets_its_vectors_in_the_given_order(self, embedder: Embedder) -> None:
        chunks = [chunk(text, ordinal=n) for n, text in enumerate(SENTENCES)]
        together = embedder.embed(chunks)
        assert [point.chunk for point in together] == chunks
        for point in together:
            (alone,) = embedder.embed([point.chunk])
            assert float(alone.dense @ point.dense) > 0.999
            assert alone.sparse == point.sparse

    def test_dense_vectors_have_length_one_and_the_stated_dimensions(
        self, embedder: Embedder
    ) -> None:
        points = embedder.embed([chunk(text) for text in SENTENCES])
        vectors = [p.dense for p in points] + [embedder.embed_question(stored("Rent?")).dense]
        for vector in vectors:
            assert vector.dtype == np.float32
            assert vector.shape == (embedder.dimensions,)
            assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)

    def test_sparse_vectors_have_ordered_distinct_terms_and_positive_weights(
        self, embedder: Embedder
    ) -> None:
        for point in embedder.embed([chunk(text) for text in SENTENCES]):
            assert list(point.sparse.indices) == sorted(set(point.sparse.indices))
            assert all(0 <= term < 2**32 for term in point.sparse.indices)
            assert len(point.sparse.values) == len(point.sparse.indices) > 0
            assert all(weight > 0 for weight in point.sparse.values)

    def test_a_question_is_nearest_to_the_passage_that_answers_it(self, embedder: Embedder) -> None:
        points = embedder.embed([chunk(text) for text in SENTENCES])
        query = embedder.embed_question(stored("What does an overdraft cost per quarter?"))
        nearest = max(points, key=lambda point: float(point.dense @ query.dense))
        shared = max(points, key=lambda p: len(set(p.sparse.indices) & set(query.sparse.indices)))
        assert nearest.chunk.text == shared.chunk.text == SENTENCES[2]

    def test_what_stands_above_a_passage_is_embedded_with_it(self, embedder: Embedder) -> None:
        bare, headed = embedder.embed(
            [chunk("It is 25 EUR."), chunk("It is 25 EUR.", "Overdraft fees")]
        )
        query = embedder.embed_question(stored("overdraft fees"))
        assert float(headed.dense @ query.dense) > float(bare.dense @ query.dense)
        assert set(bare.sparse.indices) < set(headed.sparse.indices)

    def test_empty_and_odd_texts_are_embedded(self, embedder: Embedder) -> None:
        assert list(embedder.embed([])) == []
        for text in ("", "\n", "???", "\u200b", "€" * 5_000, "word " * 5_000):
            (point,) = embedder.embed([chunk(text)])
            query = embedder.embed_question(stored(text))
            assert np.isfinite(point.dense).all()
            assert np.isfinite(query.dense).all()

    def test_the_fingerprint_is_stable(self, embedder: Embedder) -> None:
        assert embedder.fingerprint
        assert embedder.fingerprint == embedder.fingerprint

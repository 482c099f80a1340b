from __future__ import annotations

import numpy as np
import pytest

from rag.store.filters import AllOf
from rag.store.memory import MemoryStore
from rag.testing.store_contract import StoreContract, add, gain
from rag.testing.vectors import DIMENSIONS, embedded, passage, question


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore(DIMENSIONS, candidates=50, bm25_weight=0.5)


def test_a_store_keeps_its_own_copy_of_a_vector():
    store = MemoryStore(DIMENSIONS)
    point = embedded(passage("a"), like="a")
    add(store, [point, embedded(passage("a", 1), like="b")])
    point.dense[:] = np.zeros(DIMENSIONS)
    hits = store.search(question("a"), readable=AllOf(parts=()), limit=1)
    assert [hit.ordinal for hit in hits] == [0]


def test_word_search_of_no_weight_is_not_made():
    store = MemoryStore(DIMENSIONS, bm25_weight=0)
    add(store, [embedded(passage("a"), like="a", words={1: 1.0})])
    (hit,) = store.search(question("a", {1: 1.0}), readable=AllOf(parts=()), limit=1)
    assert hit.score == pytest.approx(gain(1))

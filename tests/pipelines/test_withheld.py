from __future__ import annotations

import numpy as np

from eval.retrieval.cases import Target
from pipelines.withheld import Withheld
from rag.records import Hit, QueryVectors, SparseVector
from rag.store.filters import Equals


def hit(document_id, start):
    return Hit(
        chunk_id=f"{document_id} {start}",
        document_id=document_id,
        document_version="v1",
        ordinal=0,
        start=start,
        end=start + 10,
        page=None,
        score=1.0,
    )


class Index:
    def search(self, query, *, readable, limit):  # noqa: ARG002  the port's signature
        return [hit("a", 0), hit("a", 10), hit("b", 0)][:limit]


def test_what_overlaps_a_target_is_kept_back_and_nothing_else():
    index = Withheld(Index())
    query = QueryVectors(dense=np.ones(2), sparse=SparseVector(indices=(), values=()))
    within = Equals(field="public", value=True)

    def found():
        return [one.chunk_id for one in index.search(query, readable=within, limit=9)]

    assert found() == ["a 0", "a 10", "b 0"]
    index.targets = [Target(document_id="a", start=9, end=10)]
    assert found() == ["a 10", "b 0"]
    index.targets = [Target(document_id="b", start=50, end=60, also=((3, 4),))]
    assert found() == ["a 0", "a 10"]

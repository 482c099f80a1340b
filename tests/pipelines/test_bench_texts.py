from __future__ import annotations

from contextlib import closing

import pytest

from eval.bench.points import Synthetic, asker
from pipelines.bench_texts import Reranked, register_at, write_texts
from rag.access.rows import readable
from rag.store.memory import MemoryStore


@pytest.fixture
def register(tmp_path):
    with closing(register_at(tmp_path)) as register:
        yield register


def test_every_passage_is_kept_where_its_chunk_says(register):
    documents = list(Synthetic(16).documents(60))
    write_texts(register, documents)
    chunk = documents[2][19].chunk
    document = register.document(chunk.document_id)
    assert len(document.text) == chunk.end
    passages = [document.text[one.chunk.start : one.chunk.end] for one in documents[2]]
    assert all(passage.endswith(".") and "\n" not in passage for passage in passages)
    assert len(set(passages)) == 20
    key = (chunk.document_id, "1", 19)
    assert len(register.tokens([key])[key]) == 180 * (2 + 2)


def test_questions_are_ranked_again_under_the_filter(register):
    documents = list(Synthetic(16).documents(320))
    write_texts(register, documents)
    store = MemoryStore(16)
    for points in documents:
        store.put(points)
        store.publish(points[0].chunk.document_id, "1")
    asked = Synthetic(16).questions(2, among=320)
    found = Reranked(store, register, asked).search(readable(asker(1)), 5, 1)
    assert len(found) == 5
    assert {one.document.id for one in found} == {"d00000000"}
    assert all(one.tokens is not None for one in found)

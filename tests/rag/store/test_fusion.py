from __future__ import annotations

import pytest

from rag.records import Hit
from rag.store.fusion import RRF_K, Fusion, fuse, one_version, together


def hit(document, version, ordinal=0):
    return Hit(
        chunk_id=f"{document}/{version}/{ordinal}",
        document_id=document,
        document_version=version,
        ordinal=ordinal,
        start=0,
        end=1,
        page=None,
        score=1.0,
    )


def test_a_passage_in_both_rankings_earns_from_both():
    fused = dict(fuse([["a", "b"], ["c", "a"]], [1.0, 0.5]))
    assert fused == pytest.approx(
        {"a": 1 / RRF_K + 1 / (RRF_K + 3), "b": 1 / (RRF_K + 1), "c": 1 / (RRF_K + 1)}
    )


def test_equal_scores_stand_in_the_order_of_their_ids():
    assert [point for point, _ in fuse([["b", "c"], ["c", "b"]], [1.0, 1.0])] == ["b", "c"]


def test_the_engine_in_the_client_fuses_by_the_same_formula():
    from qdrant_client.http.models import ScoredPoint
    from qdrant_client.hybrid.fusion import reciprocal_rank_fusion

    rankings = [["a", "b", "c", "d"], ["d", "e", "a"]]
    theirs = reciprocal_rank_fusion(
        [[ScoredPoint(id=i, version=0, score=0, payload={}) for i in r] for r in rankings],
        limit=9,
        ranking_constant_k=RRF_K,
        weights=[1.0, 0.3],
    )
    expected = [(point.id, pytest.approx(point.score)) for point in theirs]
    assert fuse(rankings, [1.0, 0.3]) == expected


def test_as_many_are_fetched_as_are_wanted_or_more():
    fusion = Fusion(candidates=50, bm25_weight=0.5)
    assert fusion.fetched(5) == 50
    assert fusion.fetched(60) == 60


def test_what_was_found_knows_what_each_search_gave_it():
    fusion = Fusion(candidates=50, bm25_weight=0.5)
    best = together({"a": 0.9, "b": 0.8}, {"b": 7.0, "c": 3.0}, fusion, 2)
    assert [(one.id, one.meaning, one.words) for one in best] == [("b", 0.8, 7.0), ("a", 0.9, None)]
    assert together({}, {}, fusion, 5) == []


def test_one_version_of_each_document_is_kept_that_of_its_best_hit():
    hits = [hit("a", "v2"), hit("b", "v1"), hit("a", "v1"), hit("a", "v2", 1), hit("b", "v1", 1)]
    assert one_version(hits, 9) == [hits[0], hits[1], hits[3], hits[4]]
    assert one_version(hits, 3) == [hits[0], hits[1], hits[3]]

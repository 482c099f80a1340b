from __future__ import annotations

import pytest

from eval.retrieval.cases import Target, Unit
from eval.retrieval.metrics import ranks, score

A, B, C = (Target(document_id=name, start=0, end=10) for name in "abc")


def test_a_document_stands_where_its_best_passage_does():
    found = [("x", 0, 5), ("b", 40, 50), ("b", 0, 5), ("x", 6, 9), ("a", 0, 5)]
    assert ranks(found, [A, B, C], Unit.DOCUMENT) == (3, 2, None)


def test_a_passage_finds_what_it_shares_a_character_with():
    found = [("a", 10, 20), ("b", 5, 8), ("a", 9, 12), ("a", 0, 3)]
    assert ranks(found, [A, B, C], Unit.PASSAGE) == (3, 2, None)


def test_what_stands_in_several_places_is_found_in_any():
    twice = Target(document_id="a", start=0, end=10, also=((40, 50),))
    assert ranks([("a", 10, 40), ("a", 49, 60)], [twice], Unit.PASSAGE) == (2,)


@pytest.mark.parametrize(
    ("metric", "at", "expected"),
    [
        # 1 + 1/log2(4) of the best possible 1 + 1/log2(3)
        ("ndcg@10", (1, 3), (1 + 0.5) / (1 + 0.63093)),
        ("ndcg@10", (2, None), 0.63093 / (1 + 0.63093)),
        ("ndcg@10", (11, None), 0.0),
        # of three targets two can stand among the first two
        ("ndcg@2", (1, 2, None), 1.0),
        ("recall@5", (5, 6, None, 1), 0.5),
        ("recall@50", (50, 51), 0.5),
        ("hit@5", (5, None), 1.0),
        ("hit@5", (6, None), 0.0),
        ("mrr", (4, 9, None), 0.25),
        ("mrr", (None, None), 0.0),
    ],
)
def test_a_metric_is_what_it_is_by_hand(metric, at, expected):
    assert score(metric, at) == pytest.approx(expected, abs=1e-5)


def test_more_targets_than_places_can_still_score_all():
    assert score("ndcg@10", tuple(range(1, 21))) == pytest.approx(1)


@pytest.mark.parametrize(("metric", "at"), [("ndcg@10", ()), ("map@10", (1,))])
def test_what_cannot_be_scored_is_refused(metric, at):
    with pytest.raises(ValueError, match="no "):
        score(metric, at)

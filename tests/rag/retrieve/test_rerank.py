from __future__ import annotations

import numpy as np
import pytest

from rag.records import Hit, QueryVectors, SparseVector
from rag.retrieve.ranked import Candidate
from rag.retrieve.rerank import by_tokens, even, met_by
from rag.testing.found import asked, tokens_of

BARE = QueryVectors(dense=np.ones(2, dtype=np.float32), sparse=SparseVector(indices=(), values=()))


def candidate(text, name="", *, score=0.0, meaning=None, words=None, tokens=True):
    hit = Hit(
        chunk_id=name or text,
        document_id=text,
        document_version="v1",
        ordinal=0,
        start=0,
        end=len(text),
        page=None,
        score=score,
        meaning=meaning,
        words=words,
    )
    return Candidate(hit=hit, tokens=tokens_of(text) if tokens else None)


def order(query, candidates):
    scores = by_tokens(query, candidates)
    return [candidates[at].hit.chunk_id for at in np.argsort(-np.array(scores), kind="stable")]


def test_what_meets_more_words_of_the_question_comes_first():
    said = ("boiler cleaned monday", "boiler pressure limit", "hedge cut")
    found = order(asked("boiler pressure limit"), [candidate(text) for text in said])
    assert (found[0], found[-1]) == ("boiler pressure limit", "hedge cut")


def test_where_tokens_say_the_same_the_searches_decide():
    found = [
        candidate("a b", "low", meaning=0.2, words=1.0),
        candidate("a b", "high", meaning=0.9, words=9.0),
        candidate("a b", "least", meaning=0.1),
    ]
    assert order(asked("x y"), found) == ["high", "low", "least"]


def test_what_one_search_did_not_find_counts_as_its_last():
    found = [
        candidate("a", "one", meaning=0.9, words=1.0),
        candidate("a", "other", meaning=0.9),
        candidate("a", "best", meaning=0.9, words=3.0),
    ]
    one, other, best = by_tokens(BARE, found)
    assert one == pytest.approx(other)
    assert best > one


def test_without_tokens_the_fused_order_stays():
    found = [
        candidate("a", score=0.1, tokens=False),
        candidate("b", score=0.3),
        candidate("c", score=0.2),
    ]
    assert order(asked("x"), found) == ["b", "c", "a"]


def others(count):
    """Passages of which each meets one word of two and says something of its own besides."""
    said = [f"boiler topic{n} matter{n} subject{n}" for n in range(count)]
    return [candidate(text, meaning=0.5, words=2.0) for text in said]


def test_several_that_say_the_same_support_each_other():
    same = [candidate("boiler valve steam pipe", f"same{n}", meaning=0.5) for n in range(3)]
    found = order(asked("boiler valve"), [*others(9), *same])
    assert set(found[:3]) == {"same0", "same1", "same2"}


def test_where_all_are_alike_none_gains_by_it():
    alike = [candidate("boiler valve steam pipe", f"same{n}", meaning=0.5) for n in range(6)]
    scores = by_tokens(asked("boiler"), alike)
    assert scores == pytest.approx([0.0] * 6, abs=1e-5)


def test_one_candidate_and_none_have_their_scores():
    assert by_tokens(asked("x"), [candidate("a")]) == [0.0]
    assert met_by(np.zeros((3, 0), np.float32)) == 0.0


def test_even_values_add_up_alike():
    assert even(np.array([1.0, 2.0, 3.0])).tolist() == pytest.approx([-1.2247449, 0.0, 1.2247449])
    assert even(np.array([4.0, 4.0])).tolist() == [0.0, 0.0]

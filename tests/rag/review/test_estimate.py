from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.review.estimate import estimates, hours, wilson
from rag.review.records import Found, How, Review


def review(verdict=None, *, source="folder", how=How.RANDOM, number=0, decided=""):
    return Review(
        id=f"rev_{number:012x}",
        tenant="main",
        document_id=f"doc_{number}",
        version="v1",
        fingerprint="f1",
        source=source,
        reviewer="reviewer",
        how=how,
        risk=0.5,
        signs={},
        seed=1,
        drawn="2026-03-01T08:00:00+00:00",
        verdict=verdict,
        decided=decided or ("2026-03-01T10:00:00+00:00" if verdict else ""),
    )


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (0, 1, 0.0, 0.7935),
        (3, 200, 0.0051, 0.0432),
    ],
)
def test_wilsons_interval(hits, cases, low, high):
    assert wilson(hits, cases) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_lies_between_none_and_all(pair):
    hits, cases = pair
    low, high = wilson(hits, cases)
    assert 0 <= low <= hits / cases <= high <= 1


@pytest.mark.parametrize(("hits", "cases"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_has_no_interval(hits, cases):
    with pytest.raises(ValueError, match="a share needs cases"):
        wilson(hits, cases)


def test_the_share_stands_on_what_was_drawn_at_random_alone():
    reviews = [
        *(review(Found.OK, number=n) for n in range(9)),
        review(Found.MISSED, number=9),
        *(review(Found.MISSED, how=How.RISK, number=n) for n in range(10, 15)),
        review(Found.OVER, how=How.RISK, number=15),
        review(number=16),
    ]
    [one] = estimates(reviews)
    assert (one.random_drawn, one.random_decided, one.random_missed) == (11, 10, 1)
    assert (one.risk_drawn, one.risk_decided, one.risk_missed) == (6, 6, 5)
    assert one.over == 1
    assert one.share == pytest.approx(0.1)
    assert (one.low, one.high) == pytest.approx(wilson(1, 10))
    assert one.median_hours == 2.0


def test_each_source_has_its_own_and_without_verdicts_nothing_is_known():
    found = estimates([review(Found.MISSED, source="ward"), review(source="bank", number=1)])
    assert [(one.source, one.share) for one in found] == [("bank", None), ("ward", 1.0)]
    assert found[0].low is None
    assert found[0].median_hours is None


def test_hours_run_from_the_drawing_to_the_verdict():
    assert hours(review()) is None
    assert hours(review(Found.OK, decided="2026-03-02T09:30:00+01:00")) == pytest.approx(24.5)

from __future__ import annotations

from itertools import chain

import numpy as np

from eval.bench.points import Synthetic, asker
from rag.access.rows import may_read


def test_points_are_the_same_every_time_and_however_they_are_asked_for():
    whole = list(chain(*Synthetic(8).documents(2_050)))
    parts = [
        *chain(*Synthetic(8).documents(1_010)),
        *chain(*Synthetic(8).documents(2_050, after=1_010)),
    ]
    assert len(whole) == 2_050
    assert len({point.chunk.id for point in whole}) == 2_050
    assert {point.chunk.id for point in parts} == {point.chunk.id for point in whole}
    assert (whole[-1].dense == parts[-1].dense).all()
    assert whole[-1].sparse == parts[-1].sparse


def test_points_look_like_passages():
    points = list(chain(*Synthetic(8).documents(1_000)))
    assert np.allclose([np.linalg.norm(point.dense) for point in points], 1.0, atol=1e-5)
    terms = [len(point.sparse.indices) for point in points]
    assert 45 < sum(terms) / len(terms) <= 60
    assert all(list(p.sparse.indices) == sorted(p.sparse.indices) for p in points)
    assert max(max(p.sparse.indices) for p in points) < 2**31


def test_askers_may_read_a_sixteenth_half_and_all():
    points = list(chain(*Synthetic(4).documents(3_200)))
    shares = [
        sum(may_read(asker(n), tenant=p.chunk.tenant, acl=p.chunk.acl) for p in points) / 3_200
        for n in (0, 1, 8, 16)
    ]
    assert shares == [0, 1 / 16, 1 / 2, 1]


def test_a_question_stands_near_the_passage_it_was_made_from():
    points = list(chain(*Synthetic(64).documents(1_000)))
    for question in Synthetic(64).questions(5, among=1_000):
        best = max(points, key=lambda point: float(point.dense @ question.dense))
        shared = set(question.sparse.indices) & set(best.sparse.indices)
        assert len(shared) >= 4
        assert set(question.sparse.values) == {1.0}

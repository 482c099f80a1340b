from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from rag.review.records import Facts, History, How
from rag.review.sampling import chance, draw


def facts(number, source="folder", *, residue=0):
    return Facts(
        document_id=f"doc_{number}",
        version="v1",
        fingerprint="f1",
        source=source,
        characters=1_000,
        kinds={"PERSON": 5},
        doubtful=0,
        residue=residue,
    )


def drawn(documents, *, count, seed=1, history=None):
    return draw(documents, every=documents, history=history or {}, count=count, seed=seed)


def ids(sample):
    return [one.facts.document_id for one in sample]


def test_the_same_seed_draws_the_same_whatever_the_order_and_another_draws_others():
    documents = [facts(n, f"s{n % 3}") for n in range(60)]
    first = drawn(documents, count=12)
    assert drawn(documents[::-1], count=12) == first
    assert len({tuple(ids(drawn(documents, count=12, seed=seed))) for seed in range(5)}) == 5


def test_half_is_drawn_at_random_and_half_by_risk():
    documents = [facts(n) for n in range(40)]
    assert Counter(one.how for one in drawn(documents, count=10)) == {How.RANDOM: 5, How.RISK: 5}


def test_by_risk_the_risky_are_drawn_far_more_often_and_at_random_they_are_not():
    documents = [facts(n, residue=8 * (n < 10)) for n in range(100)]
    history = {"folder": History(fingerprints=frozenset({"f1"}))}
    risky = Counter()
    for seed in range(60):
        for one in drawn(documents, count=10, seed=seed, history=history):
            risky[one.how] += one.facts.residue > 0
    assert risky[How.RISK] > 150  # of 300
    assert 10 <= risky[How.RANDOM] <= 60  # of 300, 30 expected


def test_every_source_is_drawn_from_and_large_ones_more():
    documents = [facts(n, "large" if n < 90 else f"small{n % 2}") for n in range(100)]
    sources = Counter(one.facts.source for one in drawn(documents, count=20))
    assert sources.keys() == {"large", "small0", "small1"}
    assert sources["large"] >= 16


def test_with_fewer_than_there_are_sources_those_never_checked_come_first():
    documents = [facts(n, f"s{n}") for n in range(10)]
    history = {f"s{n}": History(fingerprints=frozenset({"f1"})) for n in range(7)}
    sample = drawn(documents, count=3, history=history)
    assert {one.facts.source for one in sample} == {"s7", "s8", "s9"}


@given(
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=30),
    st.integers(1, 40),
    st.integers(0, 9),
)
def test_as_many_are_drawn_as_asked_for_or_as_there_are_and_none_twice(sources, count, seed):
    documents = [facts(n, source) for n, source in enumerate(sources)]
    sample = drawn(documents, count=count, seed=seed)
    assert len(sample) == min(count, len(documents))
    assert len(set(ids(sample))) == len(sample)
    assert all(0 <= one.risk <= 1 for one in sample)


def test_what_is_usual_is_said_by_all_documents_and_not_by_those_left_to_draw():
    bare = Facts(
        document_id="doc_x",
        version="v1",
        fingerprint="f1",
        source="folder",
        characters=1_000,
        kinds={},
        doubtful=0,
        residue=0,
    )
    [one] = draw([bare], every=[bare, facts(1), facts(2)], history={}, count=1, seed=1)
    assert one.signs["sparse"] == 1


def test_chance_is_even():
    values = [chance(1, "random", str(n)) for n in range(2_000)]
    assert all(0 <= value < 1 for value in values)
    assert 0.47 < sum(values) / len(values) < 0.53

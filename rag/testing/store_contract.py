"""What every store must do, as tests that the tests of an adapter inherit.

A new adapter needs five lines::

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self):
            with closing(MyStore(DIMENSIONS, candidates=50, bm25_weight=0.5)) as store:
                yield store

`DIMENSIONS` is that of the points in `rag.testing.vectors`.
"""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

import threading

import pytest

from rag.access.rows import discoverable, readable
from rag.errors import ConfigurationError, NotFoundError
from rag.ports import Store
from rag.records import Acl, Embedded, Facets, Hit
from rag.store.filters import Equals
from rag.store.payload import of_document
from rag.testing.store_filters import FiltersContract
from rag.testing.store_parts import (
    ANYTHING,
    EVERYTHING,
    NURSES,
    Contract,
    add,
    document,
    found,
    gain,
    principal,
)
from rag.testing.vectors import DIMENSIONS, embedded, passage, question, unit_vector

__all__ = [
    "ANYTHING",
    "EVERYTHING",
    "NURSES",
    "FiltersContract",
    "PermissionsContract",
    "RankingContract",
    "StoreContract",
    "VersionsContract",
    "add",
    "document",
    "found",
    "gain",
    "principal",
]


class VersionsContract(Contract):
    """A reader sees a version whole and alone."""

    def test_an_empty_store_answers_every_call(self, store: Store) -> None:
        store.grant("none", NURSES)
        store.remove("none")
        store.put([])
        assert found(store) == set()
        assert store.versions() == {}

    def test_points_are_unseen_until_published(self, store: Store) -> None:
        store.put(document("a"))
        assert found(store) == set()
        store.publish("a", "v1")
        assert found(store) == {"a"}

    def test_a_hit_says_where_the_passage_stands(self, store: Store) -> None:
        chunk = passage("a", 3, page=7)
        add(store, [embedded(chunk)])
        (hit,) = store.search(ANYTHING, readable=EVERYTHING, limit=5)
        assert hit == Hit(
            chunk_id=chunk.id,
            document_id="a",
            document_version="v1",
            ordinal=3,
            start=300,
            end=390,
            page=7,
            score=hit.score,
            meaning=hit.meaning,
            words=None,
        )
        assert hit.score > 0
        assert hit.meaning == pytest.approx(float(unit_vector("anything") @ unit_vector(chunk.id)))

    def test_a_hit_says_what_each_search_gave_it(self, store: Store) -> None:
        add(store, [embedded(passage("a"), like="a", words={1: 2.0})])
        add(store, [embedded(passage("b"), like="b", words={2: 2.0})])
        hits = store.search(question("a", {1: 1.0}), readable=EVERYTHING, limit=5)
        found = {hit.document_id: hit for hit in hits}
        assert found["a"].meaning == pytest.approx(1.0, abs=1e-3)
        assert found["a"].words is not None
        assert found["a"].words > 0
        assert found["b"].words is None

    def test_a_passage_may_have_no_page_and_no_words(self, store: Store) -> None:
        add(store, [embedded(passage("a"), words={})])
        (hit,) = store.search(question("a", {1: 1.0}), readable=EVERYTHING, limit=5)
        assert hit.page is None

    def test_a_new_version_takes_the_place_of_the_old_one(self, store: Store) -> None:
        add(store, document("a", version="v1", passages=3))
        add(store, document("b"))
        add(store, document("a", version="v2", passages=2))
        assert store.versions() == {"a": {"v2": 2}, "b": {"v1": 2}}
        hits = store.search(ANYTHING, readable=EVERYTHING, limit=50)
        assert {h.document_version for h in hits if h.document_id == "a"} == {"v2"}

    def test_the_old_version_is_read_while_the_new_one_is_written(self, store: Store) -> None:
        add(store, document("a", version="v1"))
        store.put(document("a", version="v2"))
        hits = store.search(ANYTHING, readable=EVERYTHING, limit=50)
        assert [h.document_version for h in hits] == ["v1", "v1"]
        assert store.versions() == {"a": {"v1": 2, "v2": 2}}

    def test_putting_a_live_version_again_does_not_hide_it(self, store: Store) -> None:
        add(store, document("a"))
        store.put(document("a"))
        assert found(store) == {"a"}
        assert store.versions() == {"a": {"v1": 2}}

    def test_putting_a_live_version_again_takes_its_new_permissions(self, store: Store) -> None:
        add(store, document("a", acl=Acl(public=True)))
        store.put(document("a", acl=NURSES))
        assert found(store, readable(principal("porters"))) == set()
        assert found(store, readable(principal("nurses"))) == {"a"}

    def test_documents_are_written_and_seen_at_once_new_ones_and_others(self, store: Store) -> None:
        add(store, document("a", version="v1", passages=3))
        store.put(document("begun", passages=3)[:1])
        store.put(document("unseen"))
        large = document("large", passages=300, acl=NURSES)
        new = [document("a", version="v2"), document("b"), document("begun", passages=3), large]
        store.write([point for points in new for point in points])
        assert found(store, readable(principal("porters"))) == {"a", "b", "begun"}
        assert found(store, of_document("large")) == {"large"}
        assert store.versions() == {
            "a": {"v2": 2},
            "b": {"v1": 2},
            "begun": {"v1": 3},
            "large": {"v1": 300},
            "unseen": {"v1": 2},
        }
        store.write(document("b", version="v2", passages=1))
        assert store.versions()["b"] == {"v2": 1}
        store.remove("b")
        store.write(document("b", acl=NURSES))
        assert found(store, readable(principal("porters"))) == {"a", "begun"}
        store.write([])

    def test_of_two_versions_that_are_written_together_the_last_is_seen(self, store: Store) -> None:
        store.write([*document("a"), *document("a", version="v2", passages=1)])
        assert store.versions() == {"a": {"v2": 1}}
        assert found(store) == {"a"}

    def test_what_is_live_of_a_document_can_be_read_back_as_it_was_put(self, store: Store) -> None:
        acl = Acl(groups=frozenset({"x"}), clearance=2, purposes=frozenset({"care"}))
        facets = Facets(
            source="s", kind="k", tags=frozenset({"t"}), first_day=20240101, last_day=20240102
        )
        chunks = [passage("a", n, acl=acl, page=n or None, facets=facets) for n in range(3)]
        put = [embedded(chunk, words={7: 0.5, 3: 0.25}) for chunk in chunks]
        add(store, put)
        store.put(document("a", version="v2"))
        add(store, [embedded(passage("b"), words={})])
        read = store.read("a")
        assert [point.chunk for point in read] == chunks
        assert all((a.dense == b.dense).all() for a, b in zip(read, put, strict=True))
        assert [dict(zip(p.sparse.indices, p.sparse.values, strict=True)) for p in read] == [
            {7: 0.5, 3: 0.25}
        ] * 3
        assert [point.sparse.indices for point in store.read("b")] == [()]
        assert store.read("none") == []

    def test_the_facts_count_points_and_those_that_are_live(self, store: Store) -> None:
        add(store, document("a"))
        store.put(document("b", passages=3))
        facts = store.facts()
        assert (facts.points, facts.live) == (5, 2)
        assert facts.documents in (2, None)

    def test_publishing_again_changes_nothing(self, store: Store) -> None:
        add(store, document("a"))
        store.publish("a", "v1")
        assert store.versions() == {"a": {"v1": 2}}
        assert found(store) == {"a"}

    def test_a_version_without_points_does_not_take_the_place_of_one(self, store: Store) -> None:
        add(store, document("a"))
        with pytest.raises(NotFoundError):
            store.publish("a", "v2")
        assert store.versions() == {"a": {"v1": 2}}
        assert found(store) == {"a"}

    def test_removing_leaves_nothing_of_the_document_and_all_of_the_others(
        self, store: Store
    ) -> None:
        add(store, document("a", version="v1"))
        store.put(document("a", version="v2"))
        add(store, document("ab"))
        store.remove("a")
        assert store.versions() == {"ab": {"v1": 2}}
        assert found(store) == {"ab"}

    def test_points_are_counted_whole_or_by_a_filter_and_scrubbing_changes_nothing(
        self, store: Store
    ) -> None:
        add(store, document("a"))
        store.put(document("b", passages=3))
        assert (store.count(), store.count(of_document("b"))) == (5, 3)
        store.remove("a")
        store.scrub()
        assert (store.count(), store.count(of_document("a"))) == (3, 0)
        store.publish("b", "v1")
        assert found(store) == {"b"}

    def test_a_large_document_arrives_whole(self, store: Store) -> None:
        add(store, document("large", passages=203))
        assert store.versions() == {"large": {"v1": 203}}
        assert len(store.search(ANYTHING, readable=EVERYTHING, limit=300)) == 203

    def test_a_reader_never_sees_neither_version_nor_both(self, store: Store) -> None:
        add(store, document("a", version="v0", passages=4))
        seen: list[set[str]] = []
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                hits = store.search(ANYTHING, readable=EVERYTHING, limit=50)
                seen.append({hit.document_version for hit in hits})

        reader = threading.Thread(target=read)
        reader.start()
        try:
            for n in range(1, 13):
                add(store, document("a", version=f"v{n}", passages=4))
        finally:
            done.set()
            reader.join()
        assert seen
        assert {len(versions) for versions in seen} == {1}


class PermissionsContract(Contract):
    """Nobody finds what he may not read."""

    def test_no_search_reads_across_tenants(self, store: Store) -> None:
        """The asker of one tenant has the groups, the clearance and the words of the other."""
        theirs = Acl(groups=frozenset({"nurses"}), public=True, discoverable=True)
        point = embedded(passage("theirs", tenant="other", acl=theirs), like="x", words={5: 9.0})
        add(store, [point])
        add(store, [embedded(passage("ours"), like="y", words={6: 1.0})])
        asker = principal("nurses", "", "main", "other", clearance=9)
        query = question("x", {5: 1.0, 6: 1.0})
        for within in (readable(asker), discoverable(asker)):
            hits = store.search(query, readable=within, limit=50)
            assert {hit.document_id for hit in hits} <= {"ours"}
        assert found(store, readable(principal("nurses", tenant="other"))) == {"theirs"}

    def test_groups_public_and_clearance_decide_who_finds_what(self, store: Store) -> None:
        add(store, document("public"))
        add(store, document("nurses", acl=NURSES))
        add(store, document("both", acl=Acl(groups=frozenset({"nurses", "doctors"}))))
        add(store, document("secret", acl=Acl(public=True, clearance=2)))
        add(store, document("nobody", acl=Acl()))
        assert found(store, readable(principal())) == {"public"}
        assert found(store, readable(principal("nurses"))) == {"public", "nurses", "both"}
        assert found(store, readable(principal("doctors"))) == {"public", "both"}
        assert found(store, readable(principal("nurse", "nursesx"))) == {"public"}
        assert found(store, readable(principal(clearance=1))) == {"public"}
        assert found(store, readable(principal(clearance=2))) == {"public", "secret"}

    def test_what_is_discoverable_is_found_by_those_who_may_not_read_it(self, store: Store) -> None:
        hidden = Acl(groups=frozenset({"nurses"}))
        known = Acl(groups=frozenset({"nurses"}), discoverable=True)
        add(store, document("hidden", acl=hidden))
        add(store, document("known", acl=known))
        assert found(store, discoverable(principal("porters"))) == {"known"}
        assert found(store, discoverable(principal("nurses"))) == set()

    def test_a_grant_changes_every_point_of_one_document_alone(self, store: Store) -> None:
        add(store, document("a"))
        store.put(document("a", version="v2"))
        add(store, document("b"))
        store.grant("a", NURSES)
        assert found(store, readable(principal("porters"))) == {"b"}
        store.publish("a", "v2")
        assert found(store, readable(principal("porters"))) == {"b"}
        assert found(store, readable(principal("nurses"))) == {"a", "b"}
        store.grant("a", Acl(public=True))
        assert found(store, readable(principal("porters"))) == {"a", "b"}

    def test_a_filter_on_live_shows_no_version_that_is_not(self, store: Store) -> None:
        store.put(document("a"))
        assert found(store, Equals(field="live", value=False)) == set()

    def test_what_the_asker_may_not_read_moves_none_of_his_results(self, store: Store) -> None:
        """How rare a word is must not tell how often it stands in documents of others."""
        mine = [
            embedded(passage("mine", 0), like="p", words={1: 1.0, 2: 0.2}),
            embedded(passage("mine", 1), like="q", words={1: 0.2, 2: 0.9}),
        ]
        add(store, mine)
        query, within = question("r", {1: 1.0, 2: 1.0}), readable(principal())
        before = store.search(query, readable=within, limit=5)
        theirs = [embedded(passage("theirs", n, acl=NURSES), words={2: 1.0}) for n in range(30)]
        add(store, theirs)
        assert store.search(query, readable=within, limit=5) == before


class RankingContract(Contract):
    """Meaning and words are fused by one formula."""

    def test_meaning_alone_ranks_by_nearness(self, store: Store) -> None:
        for name in ("near", "far", "other"):
            add(store, [embedded(passage(name), like=name, words={})])
        hits = store.search(question("near"), readable=EVERYTHING, limit=3)
        nearness = {n: float(unit_vector("near") @ unit_vector(n)) for n in ("far", "other")}
        rest = sorted(nearness, key=lambda name: -nearness[name])
        assert [hit.document_id for hit in hits] == ["near", *rest]
        assert [hit.score for hit in hits] == pytest.approx([gain(1), gain(2), gain(3)])

    def test_a_rare_word_weighs_more_than_a_common_one(self, store: Store) -> None:
        for n in range(8):
            add(store, [embedded(passage(f"common{n}"), like=f"c{n}", words={1: 1.0})])
        add(store, [embedded(passage("rare"), like="rare", words={2: 1.0})])
        hits = store.search(question("c0", {1: 1.0, 2: 1.0}), readable=EVERYTHING, limit=9)
        scores = {hit.document_id: hit.score for hit in hits}
        meaning = sorted(
            scores, key=lambda d: -float(unit_vector("c0") @ unit_vector(d.replace("common", "c")))
        )
        rank = meaning.index("rare") + 1
        assert scores["rare"] == pytest.approx(gain(rank) + gain(1, 0.5))

    def test_both_searches_add_up_by_weight(self, store: Store) -> None:
        add(store, [embedded(passage("a"), like="a", words={1: 0.5})])
        add(store, [embedded(passage("b"), like="b", words={1: 0.9})])
        hits = store.search(question("a", {1: 1.0}), readable=EVERYTHING, limit=2)
        scores = {hit.document_id: hit.score for hit in hits}
        assert scores["a"] == pytest.approx(gain(1) + gain(2, 0.5))
        assert scores["b"] == pytest.approx(gain(2) + gain(1, 0.5))
        assert [hit.document_id for hit in hits] == sorted(scores, key=lambda d: -scores[d])

    def test_the_limit_is_kept(self, store: Store) -> None:
        add(store, document("a", passages=9))
        assert len(store.search(ANYTHING, readable=EVERYTHING, limit=4)) == 4

    def test_more_results_than_candidates_may_be_asked_for(self, store: Store) -> None:
        add(store, document("a", passages=70))
        assert len(store.search(ANYTHING, readable=EVERYTHING, limit=65)) == 65

    def test_a_vector_of_other_length_is_refused(self, store: Store) -> None:
        short = unit_vector("x", DIMENSIONS - 1)
        point = embedded(passage("a"))
        wrong = Embedded(chunk=point.chunk, dense=short, sparse=point.sparse)
        with pytest.raises(ConfigurationError, match="dimensions"):
            store.put([point, wrong])
        assert store.versions() == {}


class StoreContract(VersionsContract, PermissionsContract, FiltersContract, RankingContract):
    """All of it."""

"""The embedded engine and the plain store in memory find the same, whatever is asked."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rag.access.rows import discoverable, readable
from rag.records import Acl, Principal
from rag.store.edge import EdgeStore
from rag.store.filters import AllOf, AnyOf, AtMost, Equals, Not, OneOf
from rag.store.memory import MemoryStore
from rag.testing.vectors import DIMENSIONS, embedded, passage, question

TENANTS = ("north", "south", "")
GROUPS = ("a", "b", "ab", "A", "true", "1", "Ärzte, 2. Stock")
DOCUMENTS = tuple(f"d{n}" for n in range(8))

acls = st.builds(
    Acl,
    groups=st.frozensets(st.sampled_from(GROUPS), max_size=3),
    public=st.booleans(),
    discoverable=st.booleans(),
    clearance=st.integers(-1, 3),
)
principals = st.builds(
    Principal,
    tenant=st.sampled_from((*TENANTS, "elsewhere")),
    id=st.just("asker"),
    groups=st.frozensets(st.sampled_from((*GROUPS, "")), max_size=4),
    clearance=st.integers(-1, 3),
)
leaves = st.one_of(
    st.builds(
        Equals,
        field=st.sampled_from(("public", "discoverable", "groups", "tenant", "clearance")),
        value=st.one_of(st.booleans(), st.sampled_from((*GROUPS, *TENANTS))),
    ),
    st.builds(
        OneOf,
        field=st.sampled_from(("groups", "tenant", "document", "public")),
        values=st.lists(st.sampled_from((*GROUPS, *TENANTS, *DOCUMENTS)), max_size=3).map(tuple),
    ),
    st.builds(
        AtMost,
        field=st.sampled_from(("clearance", "public", "groups", "absent")),
        value=st.integers(-2, 4),
    ),
)
filters = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(AllOf, parts=st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, parts=st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, part=inner),
    ),
    max_leaves=6,
)
words = st.dictionaries(st.integers(0, 6), st.sampled_from((0.5, 1.0, 1.7)), max_size=4)
documents = st.fixed_dictionaries(
    {
        name: st.tuples(st.sampled_from(TENANTS), acls, st.lists(words, min_size=1, max_size=3))
        for name in DOCUMENTS
    }
)
permitted = st.one_of(filters, principals.map(readable), principals.map(discoverable))


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    path = tmp_path_factory.mktemp("edge") / "index"
    with closing(EdgeStore(path, DIMENSIONS)) as edge:
        yield edge, MemoryStore(DIMENSIONS)


@pytest.mark.slow
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # shrinking would write the index anew for minutes
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    documents=documents,
    asked=st.lists(st.tuples(permitted, words), min_size=20, max_size=24),
    rounds=st.integers(0, 10**9),
)
def test_edge_and_memory_find_the_same_passages_in_the_same_order(stores, documents, asked, rounds):
    for store in stores:
        for name, (tenant, acl, texts) in documents.items():
            version = f"v{rounds}"
            chunks = [
                passage(name, n, tenant=tenant, acl=acl, version=version) for n in range(len(texts))
            ]
            store.put(
                [embedded(chunk, words=text) for chunk, text in zip(chunks, texts, strict=True)]
            )
            store.publish(name, version)
    edge, memory = stores
    assert edge.versions() == memory.versions()
    differing = [
        (within, terms) for within, terms in asked if not agree(edge, memory, within, terms)
    ]
    assert differing == []


def agree(edge, memory, within, terms):
    """Whether both find the same passages, and in the same order when only meaning is asked."""
    by_meaning = question("x")
    by_both = question("y", dict.fromkeys(terms, 1.0))
    first, second = (
        [hit.chunk_id for hit in store.search(by_meaning, readable=within, limit=50)]
        for store in (edge, memory)
    )
    third, fourth = (
        {hit.chunk_id for hit in store.search(by_both, readable=within, limit=50)}
        for store in (edge, memory)
    )
    return first == second and third == fourth

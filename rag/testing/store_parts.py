"""What the tests of a store are made of: documents, askers and what a search finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rag.ports import Store
from rag.records import Acl, Embedded, Principal
from rag.store.filters import AllOf, Filter
from rag.store.fusion import RRF_K
from rag.testing.vectors import embedded, passage, question

NURSES = Acl(groups=frozenset({"nurses"}))
EVERYTHING = AllOf(parts=())
ANYTHING = question("anything")


def principal(*groups: str, tenant: str = "main", clearance: int = 0) -> Principal:
    """Return somebody of these groups."""
    return Principal(tenant=tenant, id="asker", groups=frozenset(groups), clearance=clearance)


def document(
    name: str,
    *,
    version: str = "v1",
    passages: int = 2,
    tenant: str = "main",
    acl: Acl | None = None,
) -> list[Embedded]:
    """Return the points of a document."""
    return [
        embedded(passage(name, n, version=version, tenant=tenant, acl=acl)) for n in range(passages)
    ]


def add(store: Store, points: Sequence[Embedded]) -> None:
    """Put the points of one version of a document and make it live."""
    store.put(points)
    store.publish(points[0].chunk.document_id, points[0].chunk.document_version)


def found(store: Store, within: Filter = EVERYTHING, limit: int = 50) -> set[str]:
    """Return the documents of which a search finds anything."""
    return {hit.document_id for hit in store.search(ANYTHING, readable=within, limit=limit)}


def gain(rank: int, weight: float = 1.0) -> float:
    """Return what a rank in one search adds to a passage's score."""
    return 1 / (rank / weight + RRF_K - 1)


class Contract:
    """Tests of one store."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """Return an empty store of `DIMENSIONS`, 50 candidates and a BM25 weight of 0.5."""
        raise NotImplementedError

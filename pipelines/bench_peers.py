"""What others make of the same vectors under the same filter: measured beside our own search.

They are not needed for anything else; the extra `bench` installs them. Each keeps its points in
memory in this process, as each does when it is tried out. Plain LlamaIndex and plain Haystack
search by meaning alone; the client of Qdrant fuses as we do.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Any

from rag.access.rows import readable
from rag.offline import switch_off_telemetry
from rag.records import Embedded, Principal, QueryVectors
from rag.store.fusion import RRF_K
from rag.store.payload import DENSE, HIT_FIELDS, SPARSE, payload_of, visible
from rag.store.server_filters import server_filter

_BATCH = 500
_LIMIT, _CANDIDATES = 10, 50
_COLLECTION = "peer"

Search = Callable[[QueryVectors, Principal], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Somebody else's search over the same points."""

    name: str
    version: str
    search: Search


def made_peers(points: Callable[[], Iterable[Embedded]], dimensions: int) -> list[Peer]:
    """Return the peers whose packages are installed, each filled with the points."""
    switch_off_telemetry()
    makers = (
        ("qdrant-client, local", "qdrant-client", ("qdrant-client",), _qdrant_local),
        (
            "LlamaIndex",
            "llama-index-core",
            ("llama-index-core", "llama-index-vector-stores-qdrant"),
            _llama_index,
        ),
        ("Haystack", "haystack-ai", ("haystack-ai", "qdrant-haystack"), _haystack),
    )
    peers = []
    for name, shown, needed, make in makers:
        if installed(*needed):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that the local mode is not for production
                search = make(points(), dimensions)
            peers.append(Peer(name=name, version=version(shown), search=search))
    return peers


def installed(*packages: str) -> str:
    """Return the version of the first of some packages, if all are installed."""
    try:
        found = [version(package) for package in packages]
    except PackageNotFoundError:
        return ""
    return found[0]


def _batches(points: Iterable[Embedded]) -> Iterable[Sequence[Embedded]]:
    remaining = iter(points)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _qdrant_local(points: Iterable[Embedded], dimensions: int) -> Search:
    from qdrant_client import QdrantClient, models

    client = QdrantClient(":memory:")
    client.create_collection(
        _COLLECTION,
        vectors_config={DENSE: models.VectorParams(size=dimensions, distance=models.Distance.DOT)},
        sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
    )
    for batch in _batches(points):
        rows = [
            models.PointStruct(
                id=made.chunk.id,
                vector={
                    DENSE: made.dense.tolist(),
                    SPARSE: models.SparseVector(
                        indices=list(made.sparse.indices), values=list(made.sparse.values)
                    ),
                },
                payload=payload_of(made.chunk, live=True),
            )
            for made in batch
        ]
        client.upsert(_COLLECTION, rows)

    def search(query: QueryVectors, principal: Principal) -> object:
        allowed = server_filter(visible(readable(principal)))
        among = models.SearchParams(idf=models.IdfCorpusParams(corpus=allowed))
        terms = models.SparseVector(
            indices=list(query.sparse.indices), values=list(query.sparse.values)
        )
        return client.query_points(
            _COLLECTION,
            prefetch=[
                models.Prefetch(
                    query=query.dense.tolist(), using=DENSE, filter=allowed, limit=_CANDIDATES
                ),
                models.Prefetch(
                    query=terms, using=SPARSE, filter=allowed, limit=_CANDIDATES, params=among
                ),
            ],
            query=models.RrfQuery(rrf=models.Rrf(k=RRF_K, weights=[1.0, 0.5])),
            limit=_LIMIT,
            with_payload=list(HIT_FIELDS),
        )

    return search


def _facts(made: Embedded) -> dict[str, Any]:
    """Return what the filters of frameworks, which know no lists of groups, can ask for."""
    [group] = made.chunk.acl.groups
    return {
        "tenant": made.chunk.tenant,
        "group": group,
        "clearance": made.chunk.acl.clearance,
        "document": made.chunk.document_id,
    }


def _llama_index(points: Iterable[Embedded], dimensions: int) -> Search:
    from llama_index.core import MockEmbedding, QueryBundle, StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores import (
        FilterOperator,
        MetadataFilter,
        MetadataFilters,
    )
    from llama_index.vector_stores.qdrant import QdrantVectorStore
    from qdrant_client import QdrantClient

    store = QdrantVectorStore(client=QdrantClient(":memory:"), collection_name=_COLLECTION)
    index = VectorStoreIndex(
        nodes=[],
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=MockEmbedding(embed_dim=dimensions),
    )
    for batch in _batches(points):
        nodes = [
            TextNode(
                id_=made.chunk.id,
                text="-",
                embedding=made.dense.tolist(),
                metadata=_facts(made),
            )
            for made in batch
        ]
        index.insert_nodes(nodes)

    def search(query: QueryVectors, principal: Principal) -> object:
        filters = MetadataFilters(
            filters=[
                MetadataFilter(key="tenant", value=principal.tenant),
                MetadataFilter(
                    key="clearance", value=principal.clearance, operator=FilterOperator.LTE
                ),
                MetadataFilter(
                    key="group", value=sorted(principal.groups), operator=FilterOperator.IN
                ),
            ]
        )
        retriever = index.as_retriever(similarity_top_k=_LIMIT, filters=filters)
        return retriever.retrieve(QueryBundle(query_str="-", embedding=query.dense.tolist()))

    return search


def _haystack(points: Iterable[Embedded], dimensions: int) -> Search:
    from haystack import Document
    from haystack_integrations.components.retrievers.qdrant import QdrantEmbeddingRetriever
    from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

    store = QdrantDocumentStore(
        ":memory:", embedding_dim=dimensions, similarity="dot_product", progress_bar=False
    )
    for batch in _batches(points):
        store.write_documents(
            [
                Document(
                    id=made.chunk.id,
                    content="-",
                    embedding=made.dense.tolist(),
                    meta=_facts(made),
                )
                for made in batch
            ]
        )
    retriever = QdrantEmbeddingRetriever(document_store=store, top_k=_LIMIT)

    def search(query: QueryVectors, principal: Principal) -> object:
        conditions = [
            {"field": "meta.tenant", "operator": "==", "value": principal.tenant},
            {"field": "meta.clearance", "operator": "<=", "value": principal.clearance},
            {"field": "meta.group", "operator": "in", "value": sorted(principal.groups)},
        ]
        filters = {"operator": "AND", "conditions": conditions}
        return retriever.run(query_embedding=query.dense.tolist(), filters=filters)

    return search

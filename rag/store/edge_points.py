"""Points as the embedded engine takes and gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from rag.records import Embedded, QueryVectors, SparseVector
from rag.store.audience import AUDIENCE, audience_of, fields_of
from rag.store.fusion import OVERSAMPLING, Fusion
from rag.store.payload import DENSE, HIT_FIELDS, SPARSE, embedded_of, facets_of, place_of

if TYPE_CHECKING:
    import qdrant_edge


def point(made: Embedded, *, live: bool) -> tuple[qdrant_edge.Point, str]:
    """Return a passage as the engine stores it, and its audience."""
    import qdrant_edge as edge

    chunk = made.chunk
    audience = audience_of(chunk.tenant, chunk.acl, live=live)
    payload = {**place_of(chunk), **facets_of(chunk.facets), AUDIENCE: audience}
    if not payload["tags"]:
        del payload["tags"]  # an empty list costs more to hand over than a vector
    sparse = edge.SparseVector(list(made.sparse.indices), list(made.sparse.values))
    vectors = {DENSE: made.dense.tolist(), SPARSE: sparse}
    return edge.Point(id=chunk.id, vector=vectors, payload=payload), audience


def payload_in(record: qdrant_edge.Record | qdrant_edge.ScoredPoint) -> dict[str, object]:
    """Return a payload with what its audience stands for."""
    payload = dict(record.payload or {})
    audience = payload.pop(AUDIENCE, None)
    fields = {} if audience is None else fields_of(str(audience))
    return {"tags": [], **payload, **fields}


def embedded_in(record: qdrant_edge.Record) -> Embedded:
    """Return a stored point as it was put, without its text."""
    vectors = cast("Mapping[str, object]", record.vector)
    words = cast("qdrant_edge.SparseVector", vectors.get(SPARSE))
    sparse = SparseVector(indices=(), values=())
    if words is not None:
        sparse = SparseVector(indices=tuple(words.indices), values=tuple(words.values))
    dense = cast("Sequence[float]", vectors[DENSE])
    return embedded_of(str(record.id), payload_in(record), dense, sparse)


def requests(
    query: QueryVectors, allowed: qdrant_edge.Filter, fusion: Fusion, limit: int
) -> qdrant_edge.QueryBatchRequest:
    """Return the search by meaning and, if the question has words, the one by words.

    How rare a word is counts among what the filter allows.
    """
    import qdrant_edge as edge

    exactly = edge.QuantizationSearchParams(rescore=True, oversampling=OVERSAMPLING)
    searches = [
        (
            edge.Query.Nearest(query.dense.tolist(), using=DENSE),
            edge.SearchParams(quantization=exactly),
        )
    ]
    if query.sparse.indices and fusion.bm25_weight > 0:
        terms = edge.SparseVector(list(query.sparse.indices), list(query.sparse.values))
        among = edge.SearchParams(idf=edge.IdfParams(corpus=allowed))
        searches.append((edge.Query.Nearest(terms, using=SPARSE), among))
    return edge.QueryBatchRequest(
        [
            edge.QueryRequest(
                limit=fusion.fetched(limit),
                query=nearest,
                filter=allowed,
                params=params,
                with_payload=list(HIT_FIELDS),
            )
            for nearest, params in searches
        ]
    )

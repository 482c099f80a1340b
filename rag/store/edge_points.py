"""Points as the embedded engine takes and gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from rag.records import Embedded, QueryVectors, SparseVector
from rag.store.audience import AUDIENCE, audience_of, fields_of
from rag.store.fusion import OVERSAMPLING, Fusion
from rag.store.payload import DENSE, SPARSE, digest_of, embedded_of, facets_of

if TYPE_CHECKING:
    import qdrant_edge


# To hand a value over to the engine costs as much as forty numbers of a vector, so what no filter
# asks for is one value, and what is empty is none.
_PLACE = "place"
ROW, HIT = ["document", "version", _PLACE, AUDIENCE], ["document", "version", _PLACE]


def point(made: Embedded, *, live: bool) -> tuple[qdrant_edge.Point, str]:
    """Return a passage as the engine stores it, and its audience."""
    import qdrant_edge as edge

    chunk = made.chunk
    audience = audience_of(chunk.tenant, chunk.acl, live=live)
    page = "" if chunk.page is None else chunk.page
    digest = digest_of(chunk.text)
    payload = {
        "document": chunk.document_id,
        "version": chunk.document_version,
        _PLACE: f"{chunk.ordinal} {chunk.start} {chunk.end} {digest} {page}",
        **facets_of(chunk.facets),
        AUDIENCE: audience,
    }
    if not payload["tags"]:
        del payload["tags"]
    sparse = edge.SparseVector(list(made.sparse.indices), list(made.sparse.values))
    vectors = {DENSE: made.dense.tolist(), SPARSE: sparse}
    return edge.Point(id=chunk.id, vector=vectors, payload=payload), audience


def in_batches(points: Sequence[Embedded], most: int) -> Iterator[dict[str, list[Embedded]]]:
    """Return points by document, so many points at a time; no document is in two batches."""
    documents: dict[str, list[Embedded]] = {}
    for made in points:
        documents.setdefault(made.chunk.document_id, []).append(made)
    batch: dict[str, list[Embedded]] = {}
    size = 0
    for document_id, own in documents.items():
        if batch and size + len(own) > most:
            yield batch
            batch, size = {}, 0
        batch[document_id] = own
        size += len(own)
    if batch:
        yield batch


def payload_in(record: qdrant_edge.Record | qdrant_edge.ScoredPoint) -> dict[str, object]:
    """Return a payload as it is everywhere else."""
    payload = dict(record.payload or {})
    audience, place = payload.pop(AUDIENCE, None), payload.pop(_PLACE, None)
    if audience is not None:
        payload = {"tags": [], **payload, **fields_of(str(audience))}
    if place is not None:
        ordinal, start, end, digest, page = str(place).split(" ")
        payload |= {
            "ordinal": int(ordinal),
            "start": int(start),
            "end": int(end),
            "page": int(page) if page else None,
            "digest": digest,
        }
    return payload


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
                with_payload=HIT,
            )
            for nearest, params in searches
        ]
    )

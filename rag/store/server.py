"""The served index: a Qdrant server, spoken to over REST."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from rag.errors import NotFoundError
from rag.records import Acl, Embedded, Hit, IndexFacts, IndexRow, QueryVectors, SparseVector
from rag.settings import StoreSettings
from rag.store.filters import AllOf, Filter
from rag.store.fusion import OVERSAMPLING, Fusion, one_version, together
from rag.store.payload import (
    DENSE,
    HIT_FIELDS,
    ROW_FIELDS,
    SPARSE,
    check_dimensions,
    embedded_of,
    hit_of,
    of_document,
    of_other_versions,
    of_version,
    payload_of,
    permissions_of,
    row_of,
    versions_of,
    visible,
)
from rag.store.server_collection import ensure_collection
from rag.store.server_connection import check_address, connect
from rag.store.server_errors import patiently
from rag.store.server_filters import server_filter

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

_BATCH = 64
_PAGE = 1_000


class ServerStore:
    """A `Store` on a Qdrant server.

    An address that would carry vectors in the open is refused here; the server is first spoken
    to on first use, or by `warm`. Every call may be repeated without harm and is, within bounds.
    """

    def __init__(
        self,
        settings: StoreSettings,
        dimensions: int,
        *,
        candidates: int = 50,
        bm25_weight: float = 0.5,
    ) -> None:
        check_address(settings)
        self._settings = settings
        self._collection = settings.collection
        self._dimensions = dimensions
        self._fusion = Fusion(candidates=candidates, bm25_weight=bm25_weight)
        self._connected: QdrantClient | None = None
        self._connecting = threading.Lock()

    def warm(self) -> None:
        """Connect now, and make or check the collection."""
        self._client()

    def put(self, points: Sequence[Embedded]) -> None:
        """Write points; one that is live already stays live, with its permissions as given."""
        client = self._client()
        for point in points:
            check_dimensions(len(point.dense), self._dimensions)
        for start in range(0, len(points), _BATCH):
            batch = points[start : start + _BATCH]
            live = self._live(client, batch)
            rows = [_point(point, live=point.chunk.id in live) for point in batch]
            patiently(partial(client.upsert, self._collection, rows, wait=True))

    def publish(self, document_id: str, version: str) -> None:
        """Make a version live and remove the others; without points it is a `NotFoundError`.

        The server does it in this order, and a search may come between two steps: then it sees
        both versions for an instant, of which `search` keeps one.
        """
        from qdrant_client import models

        client = self._client()
        this = server_filter(of_version(document_id, version))
        others = server_filter(of_other_versions(document_id, version))
        present = patiently(partial(client.count, self._collection, this, exact=True))
        if not present.count:
            raise NotFoundError(f"no point of this version of document {document_id}")
        steps: list[models.UpdateOperation] = [
            _set({"live": True}, this),
            _set({"live": False}, others),
            models.DeleteOperation(delete=models.FilterSelector(filter=others)),
        ]
        patiently(partial(client.batch_update_points, self._collection, steps, wait=True))

    def write(self, points: Sequence[Embedded]) -> None:
        """Put documents with all their points, and publish each."""
        self.put(points)
        for document_id, version in versions_of(points).items():
            self.publish(document_id, version)

    def grant(self, document_id: str, acl: Acl) -> None:
        """Change who may read a document."""
        client = self._client()
        document = server_filter(of_document(document_id))
        values = permissions_of(acl)
        patiently(partial(client.set_payload, self._collection, values, document, wait=True))

    def remove(self, document_id: str) -> None:
        """Remove every point of a document."""
        from qdrant_client import models

        client = self._client()
        document = models.FilterSelector(filter=server_filter(of_document(document_id)))
        patiently(partial(client.delete, self._collection, document, wait=True))

    def search(self, query: QueryVectors, *, readable: Filter, limit: int) -> Sequence[Hit]:
        """Search dense and sparse under the filter, and fuse.

        How rare a word is counts among what the asker may read: what he may not read moves no
        result of his.
        """
        check_dimensions(len(query.dense), self._dimensions)
        client = self._client()
        searches = self._searches(query, visible(readable), limit)
        ask = partial(client.query_batch_points, self._collection, searches)
        found = [answer.points for answer in patiently(ask)]
        if not all(point.payload for points in found for point in points):
            # removed between being found and being read
            found = [answer.points for answer in patiently(ask)]
        points = {str(p.id): p for ps in found for p in ps if p.payload}
        meaning, *words = [{str(p.id): p.score for p in ps if p.payload} for ps in found]
        best = together(meaning, words[0] if words else {}, self._fusion, len(points))
        hits = [
            hit_of(
                one.id,
                points[one.id].payload or {},
                one.score,
                meaning=one.meaning,
                words=one.words,
            )
            for one in best
        ]
        return one_version(hits, limit)

    def versions(self) -> Mapping[str, Mapping[str, int]]:
        """Count the points of every document by version, reading all of them."""
        counts: dict[str, dict[str, int]] = {}
        for record in self._records(with_payload=["document", "version"]):
            payload = record.payload or {}
            versions = counts.setdefault(str(payload["document"]), {})
            version = str(payload["version"])
            versions[version] = versions.get(version, 0) + 1
        return counts

    def rows(self) -> Iterator[IndexRow]:
        """Read every point."""
        for record in self._records(with_payload=list(ROW_FIELDS)):
            yield row_of(str(record.id), record.payload or {})

    def read(self, document_id: str) -> Sequence[Embedded]:
        """Return the live points of a document with their vectors, without text."""
        within = visible(of_document(document_id))
        records = self._records(within, with_payload=True, with_vectors=True)
        points = [_embedded(record) for record in records]
        return sorted(points, key=lambda made: made.chunk.ordinal)

    def facts(self) -> IndexFacts:
        """Say what the index is and holds, as far as the server tells."""
        found = patiently(partial(self._client().get_collection, self._collection))
        return IndexFacts(
            kind="server",
            where=f"{self._settings.url}, collection {self._collection}",
            points=self.count(),
            live=self.count(visible(AllOf(parts=()))),
            segments=found.segments_count,
            quantised=found.config.quantization_config is not None,
        )

    def count(self, within: Filter | None = None) -> int:
        """Count points, live or not: all of them, or those of a filter."""
        wanted = None if within is None else server_filter(within)
        ask = partial(self._client().count, self._collection, count_filter=wanted, exact=True)
        return int(patiently(ask).count)

    def scrub(self) -> bool:
        """Leave it to the server, which writes its files anew by its own rules."""
        return False

    def close(self) -> None:
        """Let go of the connection; what was acknowledged is durable. A later use connects anew."""
        with self._connecting:
            if self._connected is not None:
                client, self._connected = self._connected, None
                client.close()

    def _client(self) -> QdrantClient:
        """Return the client, connecting and checking the collection the first time."""
        with self._connecting:
            if self._connected is None:
                client = self._connect()
                try:
                    ensure_collection(
                        client,
                        self._collection,
                        self._dimensions,
                        self._settings.quantise_above,
                    )
                except BaseException:
                    client.close()
                    raise
                self._connected = client
            return self._connected

    def _connect(self) -> QdrantClient:
        return connect(self._settings)

    def _live(self, client: QdrantClient, points: Sequence[Embedded]) -> set[str]:
        """Return which of these points are live."""
        ids = [point.chunk.id for point in points]
        records = patiently(partial(client.retrieve, self._collection, ids, with_payload=["live"]))
        return {str(record.id) for record in records if (record.payload or {}).get("live") is True}

    def _records(
        self,
        within: Filter | None = None,
        *,
        with_payload: bool | list[str],
        with_vectors: bool = False,
    ) -> Iterator[models.Record]:
        """Return every point, or those of a filter, a page at a time."""
        client, offset = self._client(), None
        while True:
            records, offset = patiently(
                partial(
                    client.scroll,
                    self._collection,
                    scroll_filter=None if within is None else server_filter(within),
                    limit=_PAGE,
                    offset=offset,
                    with_payload=with_payload,
                    with_vectors=with_vectors,
                )
            )
            yield from records
            if offset is None:
                return

    def _searches(
        self, query: QueryVectors, within: Filter, limit: int
    ) -> list[models.QueryRequest]:
        """Return the search by meaning and, if the question has words, the one by words.

        Each brings twice what is needed, as of two versions that are live for an instant one is
        dropped.
        """
        from qdrant_client import models

        exactly = models.QuantizationSearchParams(rescore=True, oversampling=OVERSAMPLING)
        request = partial(
            models.QueryRequest,
            filter=server_filter(within),
            limit=2 * self._fusion.fetched(limit),
            with_payload=list(HIT_FIELDS),
            with_vector=False,
        )
        searches = [
            request(
                query=query.dense.tolist(),
                using=DENSE,
                params=models.SearchParams(quantization=exactly),
            )
        ]
        if query.sparse.indices and self._fusion.bm25_weight > 0:
            among = models.IdfCorpusParams(corpus=server_filter(within))
            terms = models.SparseVector(
                indices=list(query.sparse.indices), values=list(query.sparse.values)
            )
            searches.append(
                request(query=terms, using=SPARSE, params=models.SearchParams(idf=among))
            )
        return searches


def _point(point: Embedded, *, live: bool) -> models.PointStruct:
    from qdrant_client import models

    sparse = models.SparseVector(
        indices=list(point.sparse.indices), values=list(point.sparse.values)
    )
    return models.PointStruct(
        id=point.chunk.id,
        vector={DENSE: point.dense.tolist(), SPARSE: sparse},
        payload=payload_of(point.chunk, live=live),
    )


def _embedded(record: models.Record) -> Embedded:
    vectors = cast("Mapping[str, object]", record.vector)
    words = cast("models.SparseVector | None", vectors.get(SPARSE))
    sparse = SparseVector(
        indices=tuple(words.indices) if words else (), values=tuple(words.values) if words else ()
    )
    dense = cast("list[float]", vectors[DENSE])
    return embedded_of(str(record.id), record.payload or {}, dense, sparse)


def _set(values: dict[str, object], where: models.Filter) -> models.SetPayloadOperation:
    from qdrant_client import models

    return models.SetPayloadOperation(set_payload=models.SetPayload(payload=values, filter=where))

"""The embedded index: Qdrant's engine in this process, one folder, one owner.

The engine holds Python's global lock while it works, so the lock here costs no parallelism; it
makes every change of a document whole for those who search.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rag.errors import NotFoundError
from rag.records import Acl, Embedded, Hit, IndexRow, QueryVectors
from rag.store.edge_filters import edge_filter
from rag.store.edge_shard import EdgeFolder
from rag.store.filters import Filter
from rag.store.fusion import RRF_K, Fusion, steady
from rag.store.payload import (
    DENSE,
    HIT_FIELDS,
    ROW_FIELDS,
    SPARSE,
    check_dimensions,
    hit_of,
    of_document,
    of_other_versions,
    of_version,
    payload_of,
    permissions_of,
    row_of,
    visible,
)

if TYPE_CHECKING:
    from uuid import UUID

    from qdrant_edge import EdgeShard, Point, Prefetch

# Small enough that a search waits for no more than some milliseconds of writing.
_BATCH = 64
_PAGE = 1_000
_FLUSH_EVERY = 5.0  # seconds; the server's own interval


class EdgeStore:
    """A `Store` in one folder, owned by one process.

    It is opened on first use, or by `warm`, and locked until `close`. What `put` wrote is in the
    engine's write-ahead log; `publish`, `grant` and `remove` return when it is on disk.
    """

    def __init__(
        self, path: Path, dimensions: int, *, candidates: int = 50, bm25_weight: float = 0.5
    ) -> None:
        self._folder = EdgeFolder(path, dimensions)
        self._dimensions = dimensions
        self._fusion = Fusion(candidates=candidates, bm25_weight=bm25_weight)
        self._open: EdgeShard | None = None
        self._alone = threading.RLock()
        self._flushed = time.monotonic()

    def warm(self) -> None:
        """Open the index now, making it if there is none."""
        with self._shard():
            pass

    def put(self, points: Sequence[Embedded]) -> None:
        """Write points; one that is live already stays live, with its permissions as given."""
        from qdrant_edge import UpdateOperation

        for point in points:
            check_dimensions(len(point.dense), self._dimensions)
        for start in range(0, len(points), _BATCH):
            batch = points[start : start + _BATCH]
            with self._shard() as shard:
                self._folder.check_space()
                live = _live(shard, [point.chunk.id for point in batch])
                rows = [_point(point, live=point.chunk.id in live) for point in batch]
                shard.update(UpdateOperation.upsert_points(rows))

    def publish(self, document_id: str, version: str) -> None:
        """Make a version live and remove the others; without points it is a `NotFoundError`.

        It takes several operations of the engine. Searches of this process wait for the last;
        after a crash between them the rest is done when the index is opened again.
        """
        with self._shard() as shard:
            if not _count(shard, of_version(document_id, version)):
                raise NotFoundError(f"no point of this version of document {document_id}")
            self._folder.check_space()
            self._folder.sync_log()  # every point, before it is noted that they are to be live
            self._folder.note_publishing(document_id, version)
            self._finish_publishing(shard)

    def grant(self, document_id: str, acl: Acl) -> None:
        """Change who may read a document."""
        from qdrant_edge import UpdateOperation

        with self._shard() as shard:
            self._folder.check_space()
            shard.update(
                UpdateOperation.set_payload_by_filter(
                    edge_filter(of_document(document_id)), _stored(permissions_of(acl))
                )
            )
            self._make_durable(shard)

    def remove(self, document_id: str) -> None:
        """Remove every point of a document."""
        from qdrant_edge import UpdateOperation

        with self._shard() as shard:
            document = edge_filter(of_document(document_id))
            shard.update(UpdateOperation.delete_points_by_filter(document))
            self._make_durable(shard)

    def search(self, query: QueryVectors, *, readable: Filter, limit: int) -> Sequence[Hit]:
        """Search dense and sparse under the filter, and fuse.

        How rare a word is counts among what the asker may read: what he may not read moves no
        result of his.
        """
        from qdrant_edge import Fusion as EdgeFusion
        from qdrant_edge import QueryRequest

        check_dimensions(len(query.dense), self._dimensions)
        searches = self._searches(query, visible(readable), limit)
        weights = self._fusion.weights(words=len(searches) > 1)
        request = QueryRequest(
            limit=self._fusion.fetched(limit),  # so that equals at the end are all seen
            prefetches=searches,
            query=cast("EdgeFusion", EdgeFusion.Rrf(k=RRF_K, weights=weights)),
            with_payload=list(HIT_FIELDS),
        )
        with self._shard() as shard:
            found = shard.query(request)
        hits = (hit_of(str(point.id), point.payload or {}, point.score) for point in found)
        return steady(hits)[:limit]

    def versions(self) -> Mapping[str, Mapping[str, int]]:
        """Count the points of every document by version, reading all of them."""
        counts: dict[str, dict[str, int]] = {}
        for _, payload in self._payloads(["document", "version"]):
            versions = counts.setdefault(str(payload["document"]), {})
            version = str(payload["version"])
            versions[version] = versions.get(version, 0) + 1
        return counts

    def rows(self) -> Iterator[IndexRow]:
        """Read every point, a page at a time, so that searches do not wait for all of it."""
        for point_id, payload in self._payloads(list(ROW_FIELDS)):
            yield row_of(point_id, payload)

    def close(self) -> None:
        """Write everything out and let go of the folder; a later use opens it again."""
        with self._alone:
            if self._open is not None:
                shard, self._open = self._open, None
                self._folder.close(shard)

    @contextmanager
    def _shard(self) -> Iterator[EdgeShard]:
        """Give the open engine to one thread at a time."""
        with self._alone:
            if self._open is None:
                self._open = self._folder.open()
            with self._folder.faults():
                self._finish_publishing(self._open)
                yield self._open

    def _payloads(self, fields: list[str]) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Return some fields of every point."""
        from qdrant_edge import ScrollRequest

        offset = None
        while True:
            page = ScrollRequest(offset=offset, limit=_PAGE, with_payload=fields, with_vector=False)
            with self._shard() as shard:
                records, offset = shard.scroll(page)
            for record in records:
                yield str(record.id), record.payload or {}
            if offset is None:
                return

    def _finish_publishing(self, shard: EdgeShard) -> None:
        """Do what is noted to be under way, whether this process began it or a dead one."""
        from qdrant_edge import UpdateOperation

        noted = self._folder.noted_publishing()
        if noted is None:
            return
        if _count(shard, of_version(*noted)):
            this, others = edge_filter(of_version(*noted)), edge_filter(of_other_versions(*noted))
            shard.update(UpdateOperation.set_payload_by_filter(this, _stored({"live": True})))
            shard.update(UpdateOperation.delete_points_by_filter(others))
            self._make_durable(shard)
        self._folder.forget_publishing()

    def _make_durable(self, shard: EdgeShard) -> None:
        """Sync the log now, and everything every few seconds, so that the log stays short."""
        self._folder.sync_log()
        if time.monotonic() - self._flushed > _FLUSH_EVERY:
            shard.flush()
            self._flushed = time.monotonic()

    def _searches(self, query: QueryVectors, within: Filter, limit: int) -> list[Prefetch]:
        """Return the search by meaning and, if the question has words, the one by words."""
        import qdrant_edge as edge

        allowed, fetched = edge_filter(within), self._fusion.fetched(limit)
        meaning = edge.Query.Nearest(query.dense.tolist(), using=DENSE)
        searches = [edge.Prefetch(limit=fetched, query=meaning, filter=allowed)]
        if query.sparse.indices and self._fusion.bm25_weight > 0:
            terms = edge.SparseVector(list(query.sparse.indices), list(query.sparse.values))
            searches.append(
                edge.Prefetch(
                    limit=fetched,
                    query=edge.Query.Nearest(terms, using=SPARSE),
                    filter=allowed,
                    params=edge.SearchParams(idf=edge.IdfParams(corpus=allowed)),
                )
            )
        return searches


def _point(point: Embedded, *, live: bool) -> Point:
    import qdrant_edge as edge

    sparse = edge.SparseVector(list(point.sparse.indices), list(point.sparse.values))
    return edge.Point(
        id=point.chunk.id,
        vector={DENSE: point.dense.tolist(), SPARSE: sparse},
        payload=_stored(payload_of(point.chunk, live=live)),
    )


def _stored(payload: Mapping[str, object]) -> dict[str, object]:
    """Return a payload as this engine can be asked for it: flags as 0 and 1."""
    return {
        name: int(value) if isinstance(value, bool) else value for name, value in payload.items()
    }


def _live(shard: EdgeShard, ids: list[int | UUID | str]) -> set[str]:
    """Return which of these points are live."""
    records = shard.retrieve(ids, with_payload=["live"], with_vector=False)
    return {str(record.id) for record in records if (record.payload or {}).get("live") == 1}


def _count(shard: EdgeShard, wanted: Filter) -> int:
    from qdrant_edge import CountRequest

    return shard.count(CountRequest(exact=True, filter=edge_filter(wanted)))

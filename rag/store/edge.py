"""The embedded index: Qdrant's engine in this process, one folder, one owner.

The engine holds Python's global lock while it works, so the lock here costs no parallelism; it
makes every change of a document whole for those who search.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import NotFoundError
from rag.records import Acl, Embedded, Hit, IndexFacts, IndexRow, QueryVectors
from rag.store.audience import AUDIENCE, Audiences, changed
from rag.store.edge_filters import edge_filter
from rag.store.edge_points import ROW, embedded_in, in_batches, payload_in, point, requests
from rag.store.edge_shard import EdgeFolder
from rag.store.filters import AllOf, Equals, Filter, OneOf
from rag.store.fusion import Fusion, together
from rag.store.payload import (
    check_dimensions,
    hit_of,
    of_document,
    of_other_versions,
    of_version,
    permissions_of,
    row_of,
    versions_of,
    visible,
)

if TYPE_CHECKING:
    from uuid import UUID

    import qdrant_edge
    from qdrant_edge import EdgeShard

# Small enough that a search waits for no more than some milliseconds of writing.
_BATCH = 64
# A document of more points is not written in one operation.
_WHOLE = 256
_PAGE = 1_000
_FLUSH_EVERY = 5.0  # seconds; the server's own interval
_MOST_VALUES = 10_000_000
_REMEMBERED_FILTERS = 256


class EdgeStore:
    """A `Store` in one folder, owned by one process.

    It is opened on first use, or by `warm`, and locked until `close`. What `put` wrote is in the
    engine's write-ahead log; `publish`, `write`, `grant` and `remove` return when it is on disk.
    """

    def __init__(
        self,
        path: Path,
        dimensions: int,
        *,
        candidates: int = 50,
        bm25_weight: float = 0.5,
        quantise_above: int = 50_000,
    ) -> None:
        self._folder = EdgeFolder(path, dimensions)
        self._dimensions = dimensions
        self._quantise_above = quantise_above
        self._fusion = Fusion(candidates=candidates, bm25_weight=bm25_weight)
        self._open: EdgeShard | None = None
        self._alone = threading.RLock()
        self._flushed = time.monotonic()
        self._audiences = Audiences()
        self._filters: dict[tuple[Filter, int], qdrant_edge.Filter] = {}

    def warm(self) -> None:
        """Open the index now, making it if there is none."""
        with self._shard():
            pass

    def put(self, points: Sequence[Embedded]) -> None:
        """Write points; one that is live already stays live, with its permissions as given."""
        from qdrant_edge import UpdateOperation

        for made in points:
            check_dimensions(len(made.dense), self._dimensions)
        for start in range(0, len(points), _BATCH):
            batch = points[start : start + _BATCH]
            with self._shard() as shard:
                self._folder.check_space()
                live = _live(shard, [made.chunk.id for made in batch])
                made_rows = [point(made, live=made.chunk.id in live) for made in batch]
                for _, audience in made_rows:
                    self._audiences.add(audience)
                shard.update(UpdateOperation.upsert_points([row for row, _ in made_rows]))

    def publish(self, document_id: str, version: str) -> None:
        """Make a version live and remove the others; without points it is a `NotFoundError`.

        To replace a version takes several operations of the engine. Searches of this process wait
        for the last; after a crash between them the rest is done when the index is opened again.
        """
        with self._shard() as shard:
            self._folder.check_space()
            found = _tally(shard, "version", of_document(document_id))
            if version not in found:
                raise NotFoundError(f"no point of this version of document {document_id}")
            if len(found) == 1:
                self._show(shard, of_document(document_id))
            else:
                self._folder.sync_log()  # every point, before it is noted that they are to be live
                self._folder.note_publishing(document_id, version)
                self._finish_publishing(shard)
            self._make_durable(shard)

    def write(self, points: Sequence[Embedded]) -> None:
        """Put documents with all their points, and publish each.

        A document of which nothing is there is written as seen, in one operation of the engine:
        after a crash it is there whole or not at all. So nothing of it has to be written twice.
        """
        for made in points:
            check_dimensions(len(made.dense), self._dimensions)
        others: list[Embedded] = []
        for batch in in_batches(points, _BATCH):
            others += self._add(batch)
        self.put(others)
        for document_id, version in versions_of(others).items():
            self.publish(document_id, version)
        if len(others) < len(points):
            with self._shard() as shard:
                self._make_durable(shard)

    def _add(self, documents: Mapping[str, Sequence[Embedded]]) -> list[Embedded]:
        """Write whole documents as seen; return the points of those that this must not do."""
        from qdrant_edge import UpdateOperation

        with self._shard() as shard:
            self._folder.check_space()
            named = OneOf(field="document", values=tuple(documents))
            there = _tally(shard, "document", named)
            rows: list[qdrant_edge.Point] = []
            others: list[Embedded] = []
            for document_id, points in documents.items():
                alone = len({made.chunk.document_version for made in points}) == 1
                if there.get(document_id) or not alone or len(points) > _WHOLE:
                    others += points
                    continue
                for made in points:
                    row, audience = point(made, live=True)
                    self._audiences.add(audience)
                    rows.append(row)
            if rows:
                shard.update(UpdateOperation.upsert_points(rows))
            return others

    def grant(self, document_id: str, acl: Acl) -> None:
        """Change who may read a document."""
        with self._shard() as shard:
            self._folder.check_space()
            self._readdress(shard, of_document(document_id), permissions_of(acl))
            self._make_durable(shard)

    def remove(self, document_id: str) -> None:
        """Remove every point of a document."""
        from qdrant_edge import UpdateOperation

        with self._shard() as shard:
            document = self._filter(of_document(document_id))
            shard.update(UpdateOperation.delete_points_by_filter(document))
            self._make_durable(shard)

    def search(self, query: QueryVectors, *, readable: Filter, limit: int) -> Sequence[Hit]:
        """Search dense and sparse under the filter, and fuse.

        How rare a word is counts among what the asker may read: what he may not read moves no
        result of his.
        """
        check_dimensions(len(query.dense), self._dimensions)
        with self._shard() as shard:
            allowed = self._filter(visible(readable))
            found = shard.query_batch(requests(query, allowed, self._fusion, limit))
        points = {str(one.id): one for ones in found for one in ones}
        meaning, *words = [{str(one.id): one.score for one in ones} for ones in found]
        best = together(meaning, words[0] if words else {}, self._fusion, limit)
        return [
            hit_of(
                one.id,
                payload_in(points[one.id]),
                one.score,
                meaning=one.meaning,
                words=one.words,
            )
            for one in best
        ]

    def prepared(
        self, query: QueryVectors, *, readable: Filter, limit: int
    ) -> Callable[[], object]:
        """Return the engine's own call for a search, all made ready: what ours is measured by."""
        with self._shard() as shard:
            asked = requests(query, self._filter(visible(readable)), self._fusion, limit)
        return lambda: shard.query_batch(asked)

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
        """Read every point, a page at a time, so that searches do not wait for all of it."""
        for record in self._records(with_payload=ROW):
            yield row_of(str(record.id), payload_in(record))

    def read(self, document_id: str) -> Sequence[Embedded]:
        """Return the live points of a document with their vectors, without text."""
        within = visible(of_document(document_id))
        records = self._records(within, with_payload=True, with_vector=True)
        points = [embedded_in(record) for record in records]
        return sorted(points, key=lambda made: made.chunk.ordinal)

    def count(self, within: Filter | None = None) -> int:
        """Count points, live or not: all of them, or those of a filter."""
        from qdrant_edge import CountRequest

        with self._shard() as shard:
            wanted = None if within is None else self._filter(within)
            return shard.count(CountRequest(exact=True, filter=wanted))

    def facts(self) -> IndexFacts:
        """Say what the index is and holds; of one that another process has, how it lies there."""
        held = self._folder.holder()
        if held:
            return self._described(held)
        if self._folder.layout() is None:
            return replace(self._described(""), points=0, live=0, documents=0)
        with self._shard() as shard:
            audiences = _tally(shard, AUDIENCE)
            documents = _tally(shard, "document")
        shown = self._audiences.matching(visible(AllOf(parts=())))
        return replace(
            self._described(""),
            points=sum(audiences.values()),
            live=sum(audiences.get(audience, 0) for audience in shown),
            documents=sum(count > 0 for count in documents.values()),
        )

    def scrub(self) -> bool:
        """Write the files anew without what was removed; all who search wait meanwhile."""
        self._rewritten(self._folder.scrub)
        return True

    def optimize(self) -> None:
        """Write the files anew as they are searched fastest; all who search wait meanwhile."""
        self._rewritten(lambda shard: self._folder.optimize(shard, self._quantise_above))

    def close(self) -> None:
        """Write everything out and let go of the folder; a later use opens it again."""
        with self._alone:
            if self._open is not None:
                shard, self._open = self._open, None
                self._folder.close(shard)

    def _described(self, held: str) -> IndexFacts:
        layout = self._folder.layout()
        return IndexFacts(
            kind="edge",
            where=str(self._folder.path),
            segments=layout.segments if layout else None,
            optimized=layout.optimized if layout else None,
            quantised=layout.quantised if layout else None,
            bytes=layout.bytes if layout else None,
            held_by=held,
        )

    def _rewritten(self, rewrite: Callable[[EdgeShard], EdgeShard]) -> None:
        with self._alone:
            with self._shard() as shard:
                self._folder.check_space()
            self._open = None  # closed inside; if that fails, a later use opens it again
            try:
                self._open = rewrite(shard)
            except BaseException:
                self._folder.let_go()
                raise

    @contextmanager
    def _shard(self) -> Iterator[EdgeShard]:
        """Give the open engine to one thread at a time."""
        with self._alone:
            if self._open is None:
                shard = self._folder.open()
                with self._folder.faults():
                    self._audiences = Audiences(_tally(shard, AUDIENCE))
                self._open = shard
            with self._folder.faults():
                self._finish_publishing(self._open)
                yield self._open

    def _filter(self, wanted: Filter) -> qdrant_edge.Filter:
        """Translate a filter, or remember how it was translated for the audiences there are."""
        known = (wanted, len(self._audiences))
        if known not in self._filters:
            if len(self._filters) >= _REMEMBERED_FILTERS:
                self._filters.clear()
            self._filters[known] = edge_filter(wanted, self._audiences)
        return self._filters[known]

    def _records(
        self,
        within: Filter | None = None,
        *,
        with_payload: bool | list[str],
        with_vector: bool = False,
    ) -> Iterator[qdrant_edge.Record]:
        """Return every point, or those of a filter, a page at a time."""
        from qdrant_edge import ScrollRequest

        offset = None
        while True:
            with self._shard() as shard:
                page = ScrollRequest(
                    offset=offset,
                    limit=_PAGE,
                    filter=None if within is None else self._filter(within),
                    with_payload=with_payload,
                    with_vector=with_vector,
                )
                records, offset = shard.scroll(page)
            yield from records
            if offset is None:
                return

    def _finish_publishing(self, shard: EdgeShard) -> None:
        """Do what is noted to be under way, whether this process began it or a dead one."""
        from qdrant_edge import UpdateOperation

        noted = self._folder.noted_publishing()
        if noted is None:
            return
        if _tally(shard, "version", of_version(*noted)):
            self._show(shard, of_version(*noted))
            others = self._filter(of_other_versions(*noted))
            shard.update(UpdateOperation.delete_points_by_filter(others))
            self._make_durable(shard)
        self._folder.forget_publishing()

    def _show(self, shard: EdgeShard, coming: Filter) -> None:
        """Make points live."""
        self._readdress(shard, coming, {"live": True})

    def _readdress(self, shard: EdgeShard, within: Filter, values: Mapping[str, object]) -> None:
        """Change the audience of points, one operation for each that they have now."""
        from qdrant_edge import UpdateOperation

        for before in _tally(shard, AUDIENCE, within):
            after = changed(before, values)
            if after != before:
                self._audiences.add(after)
                these = AllOf(parts=(within, Equals(field=AUDIENCE, value=before)))
                operation = UpdateOperation.set_payload_by_filter(
                    edge_filter(these, self._audiences), {AUDIENCE: after}
                )
                shard.update(operation)

    def _make_durable(self, shard: EdgeShard) -> None:
        """Sync the log now, and everything every few seconds, so that the log stays short."""
        self._folder.sync_log()
        if time.monotonic() - self._flushed > _FLUSH_EVERY:
            shard.flush()
            self._flushed = time.monotonic()


def _live(shard: EdgeShard, ids: list[int | UUID | str]) -> set[str]:
    """Return which of these points are live."""
    records = shard.retrieve(ids, with_payload=[AUDIENCE], with_vector=False)
    return {str(record.id) for record in records if payload_in(record)["live"]}


def _tally(shard: EdgeShard, field: str, within: Filter | None = None) -> dict[str, int]:
    """Return the values that a field has, in all points or in some, and how often."""
    from qdrant_edge import FacetRequest

    wanted = None if within is None else edge_filter(within, Audiences())
    asked = FacetRequest(field, limit=_MOST_VALUES, exact=True, filter=wanted)
    return {str(hit.value): hit.count for hit in shard.facet(asked).hits}

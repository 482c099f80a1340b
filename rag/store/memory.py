"""The index in memory: exact, plain, and the measure of the other two. For tests and trials."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rag.errors import NotFoundError
from rag.records import Acl, Embedded, Hit, IndexRow, QueryVectors, SparseVector, Vector
from rag.store.filters import Filter, predicate
from rag.store.fusion import Fusion, fuse
from rag.store.payload import check_dimensions, hit_of, payload_of, permissions_of, row_of, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    payload: Mapping[str, object]
    dense: Vector = field(repr=False)
    terms: Mapping[int, float] = field(repr=False)

    def is_of(self, document_id: str, version: str | None = None) -> bool:
        return self.payload["document"] == document_id and version in (
            None,
            self.payload["version"],
        )

    def changed(self, **values: object) -> _Point:
        return replace(self, payload={**self.payload, **values})


class MemoryStore:
    """A `Store` that keeps nothing on disk.

    Every change replaces the table of points at once, so a search, which takes the table as it
    stands, sees a document before or after it and never in between.
    """

    def __init__(self, dimensions: int, *, candidates: int = 50, bm25_weight: float = 0.5) -> None:
        self._dimensions = dimensions
        self._fusion = Fusion(candidates=candidates, bm25_weight=bm25_weight)
        self._points: Mapping[str, _Point] = {}
        self._changing = threading.Lock()

    def put(self, points: Sequence[Embedded]) -> None:
        """Write points; one that is live already stays live."""
        for point in points:
            check_dimensions(len(point.dense), self._dimensions)
        with self._changing:
            table = dict(self._points)
            for point in points:
                before = table.get(point.chunk.id)
                live = before is not None and before.payload["live"] is True
                table[point.chunk.id] = _Point(
                    payload=payload_of(point.chunk, live=live),
                    dense=np.array(point.dense, dtype=np.float32),
                    terms=dict(zip(point.sparse.indices, point.sparse.values, strict=True)),
                )
            self._points = table

    def publish(self, document_id: str, version: str) -> None:
        """Make a version live and remove the others; without points it is a `NotFoundError`."""
        with self._changing:
            if not any(point.is_of(document_id, version) for point in self._points.values()):
                raise NotFoundError(f"no point of this version of document {document_id}")
            self._points = {
                id_: point.changed(live=True) if point.is_of(document_id) else point
                for id_, point in self._points.items()
                if not point.is_of(document_id) or point.is_of(document_id, version)
            }

    def grant(self, document_id: str, acl: Acl) -> None:
        """Change who may read a document."""
        with self._changing:
            self._points = {
                id_: point.changed(**permissions_of(acl)) if point.is_of(document_id) else point
                for id_, point in self._points.items()
            }

    def remove(self, document_id: str) -> None:
        """Remove every point of a document."""
        with self._changing:
            self._points = {
                id_: point for id_, point in self._points.items() if not point.is_of(document_id)
            }

    def search(self, query: QueryVectors, *, readable: Filter, limit: int) -> Sequence[Hit]:
        """Score every readable live point, dense and sparse, and fuse the two rankings."""
        check_dimensions(len(query.dense), self._dimensions)
        wanted = predicate(visible(readable))
        seen = {id_: point for id_, point in self._points.items() if wanted(point.payload)}
        if not seen:
            return []
        words = bool(query.sparse.indices) and self._fusion.bm25_weight > 0
        rankings = [_by_meaning(query.dense, seen)]
        if words:
            rankings.append(_by_words(query.sparse, seen))
        fetched = self._fusion.fetched(limit)
        fused = fuse([r[:fetched] for r in rankings], self._fusion.weights(words=words))
        return [hit_of(id_, seen[id_].payload, score) for id_, score in fused[:limit]]

    def versions(self) -> Mapping[str, Mapping[str, int]]:
        """Count the points of every document by version."""
        counts: dict[str, dict[str, int]] = {}
        for point in self._points.values():
            versions = counts.setdefault(str(point.payload["document"]), {})
            version = str(point.payload["version"])
            versions[version] = versions.get(version, 0) + 1
        return counts

    def rows(self) -> Iterator[IndexRow]:
        """Read every point as it stands now."""
        for id_, point in self._points.items():
            yield row_of(id_, point.payload)

    def close(self) -> None:
        """Keep everything: what is in memory has nothing to let go of."""


def _by_meaning(query: Vector, points: Mapping[str, _Point]) -> list[str]:
    ids = list(points)
    scores = np.stack([points[id_].dense for id_ in ids]) @ np.asarray(query, dtype=np.float32)
    return [ids[index] for index in np.argsort(-scores, kind="stable")]


def _by_words(query: SparseVector, points: Mapping[str, _Point]) -> list[str]:
    """Rank by BM25; how rare a word is counts among the points given, as in the engines."""
    scores: dict[str, float] = {}
    for term, weight in zip(query.indices, query.values, strict=True):
        holders = [id_ for id_, point in points.items() if term in point.terms]
        rarity = math.log1p((len(points) - len(holders) + 0.5) / (len(holders) + 0.5))
        for id_ in holders:
            scores[id_] = scores.get(id_, 0.0) + weight * rarity * points[id_].terms[term]
    return sorted(scores, key=lambda id_: -scores[id_])

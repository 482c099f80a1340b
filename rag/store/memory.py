"""The index in memory: exact, plain, and the measure of the other two. For tests and trials."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rag.errors import NotFoundError
from rag.records import Acl, Embedded, Hit, IndexFacts, IndexRow, QueryVectors, SparseVector, Vector
from rag.store.filters import AllOf, Filter, predicate
from rag.store.fusion import Fusion, together
from rag.store.payload import (
    check_dimensions,
    embedded_of,
    hit_of,
    payload_of,
    permissions_of,
    row_of,
    versions_of,
    visible,
)


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
            table = {}
            there = False
            for id_, point in self._points.items():
                if not point.is_of(document_id):
                    table[id_] = point
                elif point.payload["version"] == version:
                    table[id_] = point.changed(live=True)
                    there = True
            if not there:
                raise NotFoundError(f"no point of this version of document {document_id}")
            self._points = table

    def write(self, points: Sequence[Embedded]) -> None:
        """Put documents with all their points, and publish each."""
        self.put(points)
        for document_id, version in versions_of(points).items():
            self.publish(document_id, version)

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
        fetched = self._fusion.fetched(limit)
        meaning = dict(_by_meaning(query.dense, seen)[:fetched])
        found = dict(_by_words(query.sparse, seen)[:fetched]) if words else {}
        best = together(meaning, found, self._fusion, limit)
        return [
            hit_of(one.id, seen[one.id].payload, one.score, meaning=one.meaning, words=one.words)
            for one in best
        ]

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

    def read(self, document_id: str) -> Sequence[Embedded]:
        """Return the live points of a document with their vectors, without text."""
        points = [
            embedded_of(id_, point.payload, point.dense, _sparse(point.terms))
            for id_, point in self._points.items()
            if point.is_of(document_id) and point.payload["live"] is True
        ]
        return sorted(points, key=lambda made: made.chunk.ordinal)

    def facts(self) -> IndexFacts:
        """Say what the index is and holds."""
        points = self._points.values()
        return IndexFacts(
            kind="memory",
            where="this process",
            points=len(points),
            live=sum(point.payload["live"] is True for point in points),
            documents=len({point.payload["document"] for point in points}),
        )

    def count(self, within: Filter | None = None) -> int:
        """Count points, live or not: all of them, or those of a filter."""
        wanted = predicate(AllOf(parts=()) if within is None else within)
        return sum(wanted(point.payload) for point in self._points.values())

    def scrub(self) -> bool:
        """Do nothing: what was removed is in no file."""
        return True

    def close(self) -> None:
        """Keep everything: what is in memory has nothing to let go of."""


def _sparse(terms: Mapping[int, float]) -> SparseVector:
    return SparseVector(indices=tuple(terms), values=tuple(terms.values()))


def _by_meaning(query: Vector, points: Mapping[str, _Point]) -> list[tuple[str, float]]:
    ids = list(points)
    scores = np.stack([points[id_].dense for id_ in ids]) @ np.asarray(query, dtype=np.float32)
    return [(ids[at], float(scores[at])) for at in np.argsort(-scores, kind="stable")]


def _by_words(query: SparseVector, points: Mapping[str, _Point]) -> list[tuple[str, float]]:
    """Rank by BM25; how rare a word is counts among the points given, as in the engines."""
    scores: dict[str, float] = {}
    for term, weight in zip(query.indices, query.values, strict=True):
        holders = [id_ for id_, point in points.items() if term in point.terms]
        rarity = math.log1p((len(points) - len(holders) + 0.5) / (len(holders) + 0.5))
        for id_ in holders:
            scores[id_] = scores.get(id_, 0.0) + weight * rarity * points[id_].terms[term]
    return sorted(scores.items(), key=lambda item: -item[1])

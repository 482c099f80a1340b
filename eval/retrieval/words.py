"""Word search on its own, which the index offers only together with search by meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.embed import bm25
from rag.errors import NotFoundError
from rag.records import Chunk, Evidence, Hit, Question, RedactedDocument, RedactedText
from rag.store.filters import Filter, predicate
from rag.store.payload import payload_of

_FOUND = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage in a ranking."""

    hit: Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Postings:
    """Which passages hold a term and what it weighs there, among so many."""

    passages: int
    by_term: Mapping[int, Sequence[tuple[Chunk, float]]]


class WordSearch:
    """BM25 over passages in memory, with the weights and terms of the index.

    How rare a word is counts among the rows of the filter, as in the index.
    """

    def __init__(
        self, chunks: Sequence[Chunk], texts: Mapping[str, RedactedDocument], *, passages: int
    ) -> None:
        self._vectors = [(chunk, bm25.document_vector(_whole(chunk))) for chunk in chunks]
        self._texts = texts
        self._passages = passages
        self._within: dict[Filter, _Postings] = {}

    def ranked(self, question: Question, *, within: Filter) -> Sequence[Passage]:
        """Return passages that share a word with the question, best first."""
        if within not in self._within:
            self._within[within] = self._postings(within)
        postings = self._within[within]
        chunks: dict[str, Chunk] = {}
        scores: dict[str, float] = {}
        for term in bm25.query_vector(question.text).indices:
            holders = postings.by_term.get(term, ())
            rarity = math.log1p((postings.passages - len(holders) + 0.5) / (len(holders) + 0.5))
            for chunk, weight in holders:
                chunks[chunk.id] = chunk
                scores[chunk.id] = scores.get(chunk.id, 0.0) + rarity * weight
        best = sorted(scores, key=lambda one: (-scores[one], one))[:_FOUND]
        return [Passage(hit=_hit(chunks[one], scores[one])) for one in best]

    def evidence(self, question: Question, *, within: Filter) -> list[Evidence]:
        """Return the best passages whole."""
        found = self.ranked(question, within=within)[: self._passages]
        return [self._evidence(n, one.hit) for n, one in enumerate(found, start=1)]

    def _postings(self, within: Filter) -> _Postings:
        matches = predicate(within)
        rows = [row for row in self._vectors if matches(payload_of(row[0], live=True))]
        by_term: dict[int, list[tuple[Chunk, float]]] = {}
        for chunk, vector in rows:
            for term, weight in zip(vector.indices, vector.values, strict=True):
                by_term.setdefault(term, []).append((chunk, weight))
        return _Postings(passages=len(rows), by_term=by_term)

    def _evidence(self, number: int, hit: Hit) -> Evidence:
        document = self._texts.get(hit.document_id)
        if document is None:
            raise NotFoundError(f"no document {hit.document_id}")
        return Evidence(
            n=number,
            document_id=hit.document_id,
            document_version=hit.document_version,
            title=document.title,
            text=document.text.cut(hit.start, hit.end),
            context=document.text.cut(0, 0),
            start=hit.start,
            end=hit.end,
            page=hit.page,
            score=hit.score,
        )


def _whole(chunk: Chunk) -> RedactedText:
    """Return what the index searches of a passage: the headings above it, then itself."""
    return RedactedText.joined("\n", [part for part in (chunk.context, chunk.text) if part])


def _hit(chunk: Chunk, score: float) -> Hit:
    return Hit(
        chunk_id=chunk.id,
        document_id=chunk.document_id,
        document_version=chunk.document_version,
        ordinal=chunk.ordinal,
        start=chunk.start,
        end=chunk.end,
        page=chunk.page,
        score=score,
    )

"""From a question to its evidence: search, rank again, fold, widen, choose sentences.

Each step can be switched off in the settings; `ringfence eval retrieval --ablate` says what each
buys and costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from rag.access.rows import readable
from rag.chunk.facets import facets_of_document
from rag.embed.packing import unpack
from rag.ports import Reranker
from rag.records import (
    Evidence,
    Hit,
    QueryVectors,
    Question,
    RedactedDocument,
    RedactedText,
    Vector,
)
from rag.retrieve.choose import chosen
from rag.retrieve.enough import Judge, shipped
from rag.retrieve.fold import diverse, folded
from rag.retrieve.ranked import Candidate, Ranked, Texts
from rag.retrieve.rerank import by_tokens
from rag.retrieve.rewrite import Rewriter, Rewritten
from rag.retrieve.signs import signs
from rag.retrieve.spellings import Exact, exact_parts, share_within
from rag.retrieve.stretches import stretches, widened
from rag.retrieve.written import evidence_of
from rag.settings import RetrieveSettings
from rag.store.filters import Filter, predicate
from rag.store.payload import facets_of, permissions_of

_TRIES = 3
# How many passages are read so that the wanted ones are left when repetitions are gone.
_READ_FOR_ONE = 3
# How many passages say what other documents make of a question.
_AROUND = 200
_EXACT_WEIGHT = 1.5
_OPENING_WEIGHT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sought:
    """What is looked for: a question, its vectors, and what else its wording says."""

    question: Question
    query: QueryVectors = field(repr=False)
    opening: bool
    exact: tuple[Exact, ...] = field(repr=False)


class Index(Protocol):
    """What is needed of the store."""

    def search(self, query: QueryVectors, *, readable: Filter, limit: int) -> Sequence[Hit]:
        """Search under a filter, best first."""


class QuestionEmbedder(Protocol):
    """What is needed of the embedder."""

    def embed_question(
        self, text: RedactedText, *, words: RedactedText | None = None
    ) -> QueryVectors:
        """Embed a question; search by words may be given more of them."""


class Retriever:
    """Finds evidence for a question among the rows of one filter."""

    def __init__(
        self,
        embedder: QuestionEmbedder,
        store: Index,
        texts: Texts,
        settings: RetrieveSettings,
        *,
        rewriter: Rewriter | None = None,
        reranker: Reranker | None = None,
        judge: Judge | None = None,
    ) -> None:
        """Take note of the parts.

        Args:
            embedder: Makes the question's vectors.
            store: Is searched, always under a filter.
            texts: Where what was found is read.
            settings: Which steps are taken.
            rewriter: Adds other forms to questions, by default those of the shipped glossaries.
            reranker: Ranks by reading, where `retrieve.rerank` is `model`.
            judge: Says whether what was found answers at all, by default the shipped one.
        """
        self._embedder = embedder
        self._store = store
        self._texts = texts
        self._settings = settings
        self._rewriter = rewriter or Rewriter()
        self._reranker = reranker
        self._judge = judge or shipped()
        self._last: _Sought | None = None

    def ranked(
        self, question: Question, *, within: Filter, limit: int | None = None
    ) -> list[Ranked]:
        """Return the passages that were found, best first: so many, or all of them."""
        read = None if limit is None else _READ_FOR_ONE * limit
        return self._ranked(self._sought(question), within, read=read)[:limit]

    def evidence(self, question: Question, *, within: Filter) -> list[Evidence]:
        """Return what an answer may stand on, numbered from 1."""
        sought = self._sought(question)
        read = _READ_FOR_ONE * self._settings.passages
        return self._packed(sought, self._ranked(sought, within, read=read))

    def looked(
        self, question: Question, *, within: Filter, limit: int
    ) -> tuple[list[Ranked], list[Evidence]]:
        """Return the best passages and the evidence, both of one search: for evaluation."""
        sought = self._sought(question)
        found = self._found(sought, within, read=None)
        first = self._by_reading(sought, found[: _READ_FOR_ONE * self._settings.passages])
        return self._by_reading(sought, found)[:limit], self._packed(sought, first)

    def _packed(self, sought: _Sought, found: list[Ranked]) -> list[Evidence]:
        """Fold, widen and cut what was found to what an answer may stand on."""
        settings, query, first = self._settings, sought.query, found
        if settings.fold:
            found = folded(found)
        if settings.diversity and query.tokens is not None:
            width = query.tokens.shape[1]
            found = diverse(found, weight=settings.diversity, width=width)
        parts = stretches(found[: settings.passages], merge=settings.merge)
        if settings.expand:
            parts = [widened(part) for part in parts]
        if settings.evidence_tokens:
            cut = chosen(sought.question.text, query, parts, budget=settings.evidence_tokens)
            parts = [replace(part, start=span.start, end=span.end) for part, span in cut]
        likely = self._likely(sought, first)
        return [evidence_of(n, part, likely=likely) for n, part in enumerate(parts, start=1)]

    def signs(self, question: Question, *, within: Filter) -> Vector | None:
        """Return what shows whether the rows of a filter answer at all; None if nothing does."""
        read = _READ_FOR_ONE * self._settings.passages
        sought = self._sought(question)
        return self._signs(sought, self._ranked(sought, within, read=read))

    def _likely(self, sought: _Sought, found: Sequence[Ranked]) -> float:
        """Return how likely it is that what was found answers; 1 where nothing can tell."""
        shown = self._signs(sought, found)
        return 1.0 if shown is None else self._judge.likelihood(shown)

    def _signs(self, sought: _Sought, found: Sequence[Ranked]) -> Vector | None:
        """Hold what was found against what else the asker may read."""
        tokens = sought.query.tokens
        if tokens is None or not found:
            return None
        everything = readable(sought.question.principal)
        hits = self._store.search(sought.query, readable=everything, limit=_AROUND)
        read = {one.hit.chunk_id: one.tokens for one in found}
        fresh = self._with_tokens(sought.query, [hit for hit in hits if hit.chunk_id not in read])
        around = [
            Candidate(hit=hit, tokens=read[hit.chunk_id]) for hit in hits if hit.chunk_id in read
        ]
        return signs(sought.question.text, tokens, found, [*around, *fresh])

    def _sought(self, question: Question) -> _Sought:
        """Return what is looked for; one question is often put to several filters in turn."""
        last = self._last
        if last is not None and last.question == question:
            return last
        self._last = found = self._prepared(question)
        return found

    def _prepared(self, question: Question) -> _Sought:
        text = question.text
        other = Rewritten(meaning=text, words=text)
        if self._settings.rewrite:
            other = self._rewriter.rewritten(text)
        query = self._embedder.embed_question(other.meaning, words=other.words)
        exact = exact_parts(text) if self._settings.exact else []
        return _Sought(question=question, query=query, opening=other.opening, exact=tuple(exact))

    def _ranked(self, sought: _Sought, within: Filter, *, read: int | None) -> list[Ranked]:
        """Search, rank again and read the best."""
        return self._by_reading(sought, self._found(sought, within, read=read))

    def _found(self, sought: _Sought, within: Filter, *, read: int | None) -> list[Ranked]:
        """Return what a search finds with its text, as the token vectors rank it.

        A document may be replaced between the search and the reading of its text; then the
        search is made anew, so that the reader gets the new version rather than neither.
        """
        found: list[Ranked] = []
        for _ in range(_TRIES):
            hits = self._store.search(
                sought.query, readable=within, limit=self._settings.candidates
            )
            candidates = self._reranked(sought, hits)[:read]
            found = self._read(candidates, within)
            if len(found) == len(candidates):
                break
        return found

    def _reranked(self, sought: _Sought, hits: Sequence[Hit]) -> list[tuple[Candidate, float]]:
        """Return the hits in the order of their token vectors, or as they came."""
        if self._settings.rerank == "none" or not hits:
            return [(Candidate(hit=hit), hit.score) for hit in hits]
        candidates = self._with_tokens(sought.query, hits)
        scores = by_tokens(sought.query, candidates)
        if sought.opening:
            scores = [
                score + _OPENING_WEIGHT / (1 + candidate.hit.ordinal)
                for candidate, score in zip(candidates, scores, strict=True)
            ]
        pairs = zip(candidates, scores, strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0].hit.chunk_id))

    def _with_tokens(self, query: QueryVectors, hits: Sequence[Hit]) -> list[Candidate]:
        if query.tokens is None:
            return [Candidate(hit=hit) for hit in hits]
        width = query.tokens.shape[1]
        keys = [(hit.document_id, hit.document_version, hit.ordinal) for hit in hits]
        packed = self._texts.tokens(dict.fromkeys(keys).keys())
        kept = {key: unpack(tokens, width) for key, tokens in packed.items() if tokens}
        return [Candidate(hit=hit, tokens=kept.get(k)) for hit, k in zip(hits, keys, strict=True)]

    def _by_reading(self, sought: _Sought, found: list[Ranked]) -> list[Ranked]:
        """Put first what a model that reads prefers, and what holds what is asked for exactly."""
        if self._reranker is not None and self._settings.rerank == "model":
            text = sought.question.text
            scores = self._reranker.scores(text, [one.text for one in found])
            found = [replace(one, score=s) for one, s in zip(found, scores, strict=True)]
        if sought.exact:
            found = [
                replace(one, score=one.score + _EXACT_WEIGHT * self._exactly(sought, one))
                for one in found
            ]
        return sorted(found, key=lambda one: -one.score)

    @staticmethod
    def _exactly(sought: _Sought, one: Ranked) -> float:
        return share_within(sought.exact, one.text, one.document.text)

    def _read(self, candidates: Sequence[tuple[Candidate, float]], within: Filter) -> list[Ranked]:
        """Read the texts of hits, leaving out what is not there or may not be shown.

        The index has applied the filter already. The register's own permissions are held
        against it once more: if the two ever differ, the narrower holds.
        """
        if not candidates:
            return []
        hits = [(one.hit.document_id, one.hit.document_version) for one, _ in candidates]
        documents = self._texts.documents(dict.fromkeys(hits).keys())
        passes = predicate(within)
        permitted = {key: one for key, one in documents.items() if passes(_row(one))}
        return [
            Ranked(hit=one.hit, score=score, document=permitted[key], tokens=one.tokens)
            for (one, score), key in zip(candidates, hits, strict=True)
            if key in permitted
        ]


def _row(document: RedactedDocument) -> dict[str, object]:
    """Return what filters look at, as the index has it."""
    return {
        "tenant": document.tenant,
        "document": document.id,
        **permissions_of(document.acl),
        **facets_of(facets_of_document(document)),
    }

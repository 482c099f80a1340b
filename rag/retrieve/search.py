"""Hybrid search under the asker's filter, and the text of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.chunk.headings import context_at, titles_within
from rag.errors import NotFoundError
from rag.ports import Embedder, Store
from rag.records import Evidence, Hit, Question, RedactedDocument
from rag.settings import RetrieveSettings
from rag.store.filters import Filter

_TRIES = 3


class Texts(Protocol):
    """Where the redacted text of a version is read."""

    def document(self, document_id: str, version: str | None = None) -> RedactedDocument:
        """Return a version of a document, or raise `NotFoundError`."""


class EvidenceFinder(Protocol):
    """Where evidence comes from."""

    def evidence(self, question: Question, *, within: Filter) -> list[Evidence]:
        """Return the best passages among the rows of a filter, numbered from 1."""


class Retriever:
    """Finds evidence for a question among the rows of one filter."""

    def __init__(
        self, embedder: Embedder, store: Store, texts: Texts, settings: RetrieveSettings
    ) -> None:
        self._embedder = embedder
        self._store = store
        self._texts = texts
        self._settings = settings

    def evidence(self, question: Question, *, within: Filter) -> list[Evidence]:
        """Return the best passages, numbered from 1.

        A document may be replaced between the search and the reading of its text; then the
        search is made anew, so that the reader gets the new version rather than neither.
        """
        query = self._embedder.embed_question(question.text)
        for _ in range(_TRIES):
            hits = self._store.search(query, readable=within, limit=self._settings.passages)
            try:
                return self._read(hits)
            except NotFoundError:
                continue
        return []

    def _read(self, hits: Sequence[Hit]) -> list[Evidence]:
        documents: dict[str, RedactedDocument] = {}
        evidence = []
        for number, hit in enumerate(hits, start=1):
            if hit.document_id not in documents:
                documents[hit.document_id] = self._texts.document(
                    hit.document_id, hit.document_version
                )
            document = documents[hit.document_id]
            evidence.append(
                Evidence(
                    n=number,
                    document_id=hit.document_id,
                    document_version=hit.document_version,
                    title=document.title,
                    text=document.text.cut(hit.start, hit.end),
                    context=context_at(document, hit.start),
                    start=hit.start,
                    end=hit.end,
                    page=hit.page,
                    score=hit.score,
                    titles=titles_within(document, hit.start, hit.end),
                )
            )
        return evidence


class FrozenRetriever:
    """Finds evidence once a question and filter, so that every generator sees the same."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._found: dict[tuple[str, Filter], list[Evidence]] = {}

    def evidence(self, question: Question, *, within: Filter) -> list[Evidence]:
        """Return what was found the first time."""
        key = (str(question.text), within)
        if key not in self._found:
            self._found[key] = self._retriever.evidence(question, within=within)
        return self._found[key]

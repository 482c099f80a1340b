"""Hybrid search under the asker's filter, and the text of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.chunk.headings import context_at, titles_within
from rag.errors import NotFoundError
from rag.ports import Embedder, Store
from rag.records import Evidence, Hit, Question, RedactedDocument
from rag.settings import RetrieveSettings
from rag.store.filters import Filter, predicate
from rag.store.payload import permissions_of

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
        found: list[tuple[Hit, RedactedDocument]] = []
        for _ in range(_TRIES):
            hits = self._store.search(query, readable=within, limit=self._settings.passages)
            found = self._read(hits, within)
            if len(found) == len(hits):
                break
        return [_evidence(n, hit, document) for n, (hit, document) in enumerate(found, start=1)]

    def _read(self, hits: Sequence[Hit], within: Filter) -> list[tuple[Hit, RedactedDocument]]:
        """Read the texts of hits, leaving out what is not there or may not be shown.

        The index has applied the filter already. The register's own permissions are held
        against it once more: if the two ever differ, the narrower holds.
        """
        documents: dict[str, RedactedDocument | None] = {}
        for hit in hits:
            if hit.document_id not in documents:
                documents[hit.document_id] = self._permitted(hit, within)
        pairs = ((hit, documents[hit.document_id]) for hit in hits)
        return [(hit, document) for hit, document in pairs if document is not None]

    def _permitted(self, hit: Hit, within: Filter) -> RedactedDocument | None:
        try:
            document = self._texts.document(hit.document_id, hit.document_version)
        except NotFoundError:
            return None
        row = {"tenant": document.tenant, **permissions_of(document.acl)}
        return document if predicate(within)(row) else None


def _evidence(number: int, hit: Hit, document: RedactedDocument) -> Evidence:
    return Evidence(
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
        policy=document.policy,
    )


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

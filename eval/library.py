"""A library that looks nothing up twice.

Every scorer asks for the same documents again. Besides the time, remembering them means that
all scores of a run are about one state of the documents.
"""

from __future__ import annotations

from functools import lru_cache

from eval.solver import Library
from rag.records import Principal, RedactedDocument, RedactedText

_DOCUMENTS = 512


class Remembered:
    """Asks another library once for each thing, and keeps the documents asked for last."""

    def __init__(self, library: Library) -> None:
        self._principal = lru_cache(maxsize=None)(library.principal)
        self._named = lru_cache(maxsize=_DOCUMENTS)(library.named)
        self._document = lru_cache(maxsize=_DOCUMENTS)(library.document)
        self._redacted = library.redacted

    def principal(self, asker: str) -> Principal:
        """Return who asks."""
        return self._principal(asker)

    def named(self, name: str, *, corpus: str) -> RedactedDocument:
        """Return the document with this name in a corpus."""
        return self._named(name, corpus=corpus)

    def document(self, document_id: str) -> RedactedDocument:
        """Return the document with this id."""
        return self._document(document_id)

    def redacted(self, text: str) -> RedactedText:
        """Return a text of a suite without identifiers."""
        return self._redacted(text)

"""An index as if something were not in it, for questions that nothing is to answer."""

from __future__ import annotations

from collections.abc import Sequence

from eval.retrieval.cases import Target
from rag.records import Hit, QueryVectors
from rag.retrieve.search import Index
from rag.store.filters import Filter


class Withheld:
    """Searches another index, and keeps back what overlaps targets."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.targets: Sequence[Target] = ()

    def search(self, query: QueryVectors, *, readable: Filter, limit: int) -> list[Hit]:
        """Return what the index finds, without what is kept back."""
        return [
            hit
            for hit in self._index.search(query, readable=readable, limit=limit)
            if not any(one.overlaps(hit.document_id, hit.start, hit.end) for one in self.targets)
        ]

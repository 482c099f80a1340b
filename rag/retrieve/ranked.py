"""A passage on its way from the index to the evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rag.records import Evidence, Hit, Question, RedactedDocument
from rag.store.filters import Filter

if TYPE_CHECKING:
    from rag.embed.packing import Tokens


class Texts(Protocol):
    """Where the redacted text of a version is read, and what is kept of its passages."""

    def documents(
        self, wanted: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], RedactedDocument]:
        """Return versions of documents by id and version, those that are there."""

    def tokens(
        self, wanted: Collection[tuple[str, str, int]]
    ) -> Mapping[tuple[str, str, int], bytes]:
        """Return packed token vectors by document, version and ordinal, those that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the index returned, with the vectors of its tokens if they are kept."""

    hit: Hit
    tokens: Tokens | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A passage in its place: the document it stands in, and how well it matched."""

    hit: Hit
    score: float
    document: RedactedDocument = field(repr=False)
    tokens: Tokens | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The passage's own text."""
        return self.document.text[self.hit.start : self.hit.end]


class EvidenceFinder(Protocol):
    """Where evidence comes from."""

    def ranked(
        self, question: Question, *, within: Filter, limit: int | None = None
    ) -> list[Ranked]:
        """Return the passages found among the rows of a filter, best first: so many, or all."""

    def evidence(self, question: Question, *, within: Filter) -> list[Evidence]:
        """Return the best passages among the rows of a filter, numbered from 1."""

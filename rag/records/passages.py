"""Passages of redacted documents: cut, embedded, found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from rag.records.access import Acl
from rag.records.texts import RedactedText, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vector: TypeAlias = "NDArray[np.float32]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """By what a search may be narrowed: all of it as redaction left it.

    `kind` is the media type. The days are the first and the last on which the document may be
    dated, as `20240531`; 0 where that is not known.
    """

    source: str = ""
    kind: str = ""
    tags: frozenset[str] = frozenset()
    first_day: int = 0
    last_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What an asker asks to be looked at alone. It can only take rows away.

    Nothing given means nothing taken away. Of several sources, kinds or tags one suffices. A
    document whose day is not known is left out when days are asked for.
    """

    sources: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    since: int = 0
    until: int = 0


UNNARROWED = Narrowing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage of a redacted document: exactly its characters from `start` to `end`.

    `nearby` is what stands around a short one, which word search may find it by.
    """

    id: str
    document_id: str
    document_version: str
    tenant: str
    ordinal: int
    start: int
    end: int
    text: RedactedText = field(repr=False)
    context: RedactedText = field(repr=False)
    page: int | None
    acl: Acl
    facets: Facets = Facets()
    nearby: tuple[RedactedText, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SparseVector:
    """Weighted terms by their number."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A chunk with its vectors, ready to be stored.

    `tokens` are the packed vectors of its tokens: see `rag.embed.packing`.
    """

    chunk: Chunk
    dense: Vector = field(repr=False)
    sparse: SparseVector = field(repr=False)
    tokens: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryVectors:
    """A redacted question as the index is searched with it; `tokens` is one row a token."""

    dense: Vector = field(repr=False)
    sparse: SparseVector = field(repr=False)
    tokens: Vector | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """A point as the index has it, without vectors: for verification.

    `digest` is the hash of the passage's text, see `rag.store.payload`.
    """

    chunk_id: str
    document_id: str
    version: str
    ordinal: int
    start: int
    end: int
    live: bool
    acl: Acl
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """What an index says of itself. None is what it does not know, or not while it is in use.

    `held_by` is the process that has the index, if it is not this one.
    """

    kind: str
    where: str
    points: int | None = None
    live: int | None = None
    documents: int | None = None
    segments: int | None = None
    optimized: bool | None = None
    quantised: bool | None = None
    bytes: int | None = None
    held_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What the index returns: which passage, and how well it matched. Text is read elsewhere.

    `score` is of both searches together; `meaning` and `words` are what each alone gave, None
    where it did not find the passage.
    """

    chunk_id: str
    document_id: str
    document_version: str
    ordinal: int
    start: int
    end: int
    page: int | None
    score: float
    meaning: float | None = None
    words: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage that may support an answer, numbered as the generator may cite it.

    `titles` are the headings inside it, as ranges of its text: they say what it is about, and
    answer nothing. `policy` and `source` are its document's. `likely` is how likely what was found
    for a question is to answer it at all: one figure for all of its evidence.
    """

    n: int
    document_id: str
    document_version: str
    title: RedactedText = field(repr=False)
    text: RedactedText = field(repr=False)
    context: RedactedText = field(repr=False)
    start: int
    end: int
    page: int | None
    score: float
    titles: tuple[Span, ...] = ()
    policy: str = ""
    source: str = ""
    likely: float = 1.0

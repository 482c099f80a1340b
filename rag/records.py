"""The nouns of Ringfence: what travels from stage to stage.

Every record is frozen. A stage takes one record and returns the next; nothing is filled in
later. Text never shows in a ``repr``, so that a log line or a traceback cannot carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vector: TypeAlias = "NDArray[np.float32]"


class RedactedText(str):
    """Text that the redactor has passed: the only text that may be chunked, stored or answered.

    A plain ``str`` is refused by the type checker wherever this is asked for. Instances are
    made by ``rag.redact.mint`` alone (a test searches the source for others); a piece of
    redacted text is redacted text too, hence `cut`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<RedactedText of {len(self)} characters>"

    def cut(self, start: int, end: int) -> RedactedText:
        """Return the characters from `start` up to `end`."""
        return RedactedText(self[start:end])

    @classmethod
    def joined(cls, separator: str, parts: Iterable[RedactedText]) -> RedactedText:
        """Return redacted pieces as one text, with a fixed separator between them."""
        return cls(separator.join(parts))


class ElementKind(StrEnum):
    """What an element of a document is."""

    TITLE = "title"
    TEXT = "text"
    LIST = "list"
    TABLE = "table"
    HEADER = "header"


class Verdict(StrEnum):
    """How an answer stands to its evidence."""

    GROUNDED = "grounded"
    PARTIAL = "partial"
    ABSTAINED = "abstained"
    REFUSED = "refused"


class Stage(StrEnum):
    """How far a document has come on its way into the index."""

    STARTED = "started"
    LIVE = "live"
    REMOVING = "removing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page, in points from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Acl:
    """Who may read a document.

    `public` means every principal of the tenant. `discoverable` means that somebody who may
    not read the document may be told that it holds an answer.
    """

    groups: frozenset[str] = frozenset()
    public: bool = False
    discoverable: bool = False
    clearance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks: a person or an application of one tenant.

    `groups` say which documents may be read, `roles` what else may be done.
    """

    tenant: str
    id: str
    groups: frozenset[str]
    clearance: int = 0
    name: str = field(default="", repr=False)
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """One thing a connector can fetch.

    `place` is where it lies, outermost folder first, the item itself last; it identifies the
    item within its source for good. `version` changes when the bytes do.
    """

    place: tuple[str, ...] = field(repr=False)
    version: str
    size: int
    acl: Acl
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The item's own name, without where it lies."""
        return self.place[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingGap:
    """A part of a source that could not be listed: nothing below it may count as removed."""

    place: tuple[str, ...] = field(repr=False)
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A piece of a document: a heading, a paragraph, a table.

    `start` and `end` are the characters of the document's text it covers; `headings` are the
    ranges of the headings above it, outermost first, so that no text lives outside the text.
    """

    kind: ElementKind
    start: int
    end: int
    page: int | None = None
    box: Box | None = None
    headings: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a parser makes of bytes."""

    text: str = field(repr=False)
    title: str = field(repr=False)
    elements: tuple[Element, ...]
    media_type: str
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed document with its permissions, before redaction. Never stored, never embedded.

    `policy` names the one it is redacted under, as settings do; empty means the default one.
    """

    id: str
    tenant: str
    source: str
    version: str
    name: str = field(repr=False)
    acl: Acl
    parsed: Parsed
    policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An identifier that was found: its kind and where, never its value."""

    kind: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """One replacement: where it stands in the redacted text, and where the original stood."""

    kind: str
    start: int
    end: int
    source_start: int
    source_end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What a token of a redacted document took the place of, on the way into or out of the vault.

    `part` is `text`, `title`, `name` or `metadata/` and its key; the token stands there from
    `start` up to `end`.
    """

    part: str = field(repr=False)
    start: int
    end: int
    kind: str
    token: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedDocument:
    """A document as it is indexed. `policy` is the hash of the one it was redacted under."""

    id: str
    tenant: str
    source: str
    version: str
    name: RedactedText = field(repr=False)
    title: RedactedText = field(repr=False)
    text: RedactedText = field(repr=False)
    media_type: str
    elements: tuple[Element, ...]
    redactions: tuple[Redaction, ...]
    acl: Acl
    metadata: Mapping[str, RedactedText] = field(default_factory=dict, repr=False)
    policy: str = ""

    def redaction_counts(self) -> dict[str, int]:
        """How many identifiers of each kind were replaced in the text."""
        counts: dict[str, int] = {}
        for redaction in self.redactions:
            counts[redaction.kind] = counts.get(redaction.kind, 0) + 1
        return dict(sorted(counts.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage of a redacted document: exactly its characters from `start` to `end`."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SparseVector:
    """Weighted terms by their number."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A chunk with its vectors, ready to be stored."""

    chunk: Chunk
    dense: Vector = field(repr=False)
    sparse: SparseVector = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryVectors:
    """A redacted question as the index is searched with it."""

    dense: Vector = field(repr=False)
    sparse: SparseVector = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What the index returns: which passage, and how well it matched. Text is read elsewhere."""

    chunk_id: str
    document_id: str
    document_version: str
    ordinal: int
    start: int
    end: int
    page: int | None
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A redacted question and who asks it."""

    text: RedactedText = field(repr=False)
    principal: Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage that may support an answer, numbered as the generator may cite it.

    `titles` are the headings inside it, as ranges of its text: they say what it is about, and
    answer nothing. `policy` is its document's.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """One sentence as a generator wrote it, with the evidence numbers it cites."""

    text: str = field(repr=False)
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a generator returns. No sentences: it found no answer in the evidence."""

    sentences: tuple[DraftSentence, ...]
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a sentence's support stands: `quote` is the redacted document from `start` to `end`."""

    n: int
    document: str
    title: RedactedText = field(repr=False)
    page: int | None
    start: int
    end: int
    quote: RedactedText = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """A sentence of an answer with the numbers of the citations that support it."""

    text: str = field(repr=False)
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A draft after grounding: what is supported, by what, and how well altogether."""

    verdict: Verdict
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the asker gets."""

    answer: str = field(repr=False)
    verdict: Verdict
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    model: str
    timings: Mapping[str, float]
    audit_id: str

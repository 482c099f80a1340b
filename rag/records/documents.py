"""A document on its way from a source to its redacted form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.records.access import Acl
from rag.records.texts import Box, RedactedText, Span


class ElementKind(StrEnum):
    """What an element of a document is."""

    TITLE = "title"
    TEXT = "text"
    LIST = "list"
    TABLE = "table"
    HEADER = "header"


class Fact(StrEnum):
    """What metadata may say of a document, and searches are narrowed by: all of it is redacted."""

    TAGS = "tags"  # one a line, as the source gives them
    DATED = "dated"  # the day that the document itself states, as 2024-05-31
    MODIFIED = "modified"  # the day on which the source saw it change


class Stage(StrEnum):
    """How far a document has come on its way into the index."""

    STARTED = "started"
    LIVE = "live"
    REMOVING = "removing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """One thing a connector can fetch.

    `place` is where it lies, outermost folder first, the item itself last; it identifies the
    item within its source for good. `version` changes when the bytes do. Of `metadata` the keys
    of `Fact` are what searches may be narrowed by.
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

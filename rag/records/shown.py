"""Passages as they are shown to who asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.records.documents import ElementKind
from rag.records.texts import Box, RedactedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a part of a passage stands on a page."""

    page: int | None
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a document, from `start` up to `end` of its text as it is indexed.

    `kind`, `page` and `headings` are those of where it begins; `policy` is its document's.
    """

    document: str
    version: str
    title: RedactedText = field(repr=False)
    text: RedactedText = field(repr=False)
    start: int
    end: int
    kind: ElementKind
    page: int | None
    places: tuple[Place, ...]
    headings: tuple[RedactedText, ...] = field(repr=False)
    policy: str
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, the best first."""

    passages: tuple[Passage, ...]
    timings: Mapping[str, float]
    audit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrounded:
    """A passage with what stands before and after it, in whole sentences where they are short."""

    passage: Passage
    before: RedactedText = field(repr=False)
    after: RedactedText = field(repr=False)

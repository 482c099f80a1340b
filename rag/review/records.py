"""The nouns of human review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.records import RedactedText


class How(StrEnum):
    """How a document came to be drawn."""

    RANDOM = "random"
    RISK = "risk"


class Found(StrEnum):
    """What a person says of a redacted document."""

    OK = "ok"
    MISSED = "missed"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is counted in a redacted document to tell how likely something was missed in it.

    `doubtful` redactions have a low score; `residue` is what still looks like an identifier.
    """

    document_id: str
    version: str
    fingerprint: str
    source: str = field(repr=False)
    characters: int
    kinds: Mapping[str, int]
    doubtful: int
    residue: int

    @property
    def redactions(self) -> int:
        """How many identifiers were replaced."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was checked of a source before: under which fingerprints."""

    fingerprints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A document that was drawn, how, and what speaks for looking at it."""

    facts: Facts
    how: How
    risk: float
    signs: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A check that somebody is asked for, and its verdict once there is one."""

    id: str
    tenant: str
    document_id: str
    version: str
    fingerprint: str
    source: str = field(repr=False)
    reviewer: str
    how: How
    risk: float
    signs: Mapping[str, float]
    seed: int
    drawn: str
    verdict: Found | None = None
    kinds: tuple[str, ...] = ()
    note: RedactedText | None = field(default=None, repr=False)
    decided: str = ""
    decided_by: str = ""

"""What a run shows while it goes on, and what it did in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from rag.records import RedactedDocument


class Progress(Protocol):
    """Shows how far a run is."""

    def total(self, count: int) -> None:
        """Say how many items there are."""

    def step(self) -> None:
        """Say that one more is done."""


class Silent:
    """Shows nothing."""

    def total(self, count: int) -> None:
        """Ignore it."""

    def step(self) -> None:
        """Ignore it."""


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """What a run did."""

    indexed: int = 0
    unchanged: int = 0
    permissions_changed: int = 0
    removed: int = 0
    failed: int = 0
    expired: int = 0
    kept_out: int = 0
    chunks: int = 0
    characters: int = 0
    redactions: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def count(self, document: RedactedDocument, *, chunks: int, characters: int) -> None:
        """Add a document that was indexed."""
        self.indexed += 1
        self.chunks += chunks
        self.characters += characters
        for kind, number in document.redaction_counts().items():
            self.redactions[kind] = self.redactions.get(kind, 0) + number

    def facts(self) -> dict[str, object]:
        """Return what the audit log keeps of the run: counts only."""
        return {
            "indexed": self.indexed,
            "unchanged": self.unchanged,
            "permissions_changed": self.permissions_changed,
            "removed": self.removed,
            "failed": self.failed,
            "expired": self.expired,
            "kept_out": self.kept_out,
            "chunks": self.chunks,
            "redactions": self.redactions,
        }

"""What a redaction did, and what it found and left, for the person who answers for it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.records import RedactedDocument
from rag.redact.policy import Policy, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that was found in a document's text and left: where it stands when redacted."""

    kind: str
    start: int
    end: int
    score: float
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionReport:
    """A redacted document, what was left in its text, and the policy that decided."""

    document: RedactedDocument
    left: tuple[Left, ...]
    policy: Policy

    def left_counts(self) -> dict[Reason, dict[str, int]]:
        """How many findings of each kind were left for each reason."""
        counts: dict[Reason, dict[str, int]] = {}
        for one in self.left:
            kinds = counts.setdefault(one.reason, {})
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
        return counts

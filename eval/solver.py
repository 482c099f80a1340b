"""What an evaluation needs of the system under test.

Implemented where objects are built, so that this package knows neither connectors nor stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from eval.cases import Case
from rag.records import Answer, Principal, RedactedDocument, RedactedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage that was retrieved; `rank` starts at 1, the range is in the redacted text."""

    rank: int
    name: RedactedText = field(repr=False)
    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a case.

    `question` is the question as it was asked, redacted: reports show this one. A solver that
    failed says the kind of error in `error` and has no answer; `timings` are seconds by stage.
    """

    question: RedactedText = field(repr=False)
    retrieved: tuple[Passage, ...]
    answer: Answer | None
    error: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What was evaluated, as hashes and versions, so that a run can be told from another."""

    model: str
    settings_hash: str
    index_fingerprint: str
    code_version: str
    seeds: Mapping[str, int] = field(default_factory=dict)


class Solver(Protocol):
    """Answers cases with one generator."""

    @property
    def setup(self) -> Setup:
        """What answers."""

    def solve(self, case: Case) -> Outcome:
        """Ask the case's question as the case's asker."""


class Library(Protocol):
    """The documents and principals the cases speak of, past any search."""

    def principal(self, asker: str) -> Principal:
        """Return who asks, or raise `RefusedError` or `NotFoundError`."""

    def named(self, name: str, *, corpus: str) -> RedactedDocument:
        """Return the live document with this name in a corpus, or raise `NotFoundError`."""

    def document(self, document_id: str) -> RedactedDocument:
        """Return the live document with this id, or raise `NotFoundError`."""

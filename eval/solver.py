"""What an evaluation needs of the system under test.

Implemented where objects are built, so that this package knows neither connectors nor stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from eval.cases import Case
from rag.records import Answer, Evidence, ModelUse, Principal, RedactedDocument, RedactedText

TIMEOUT = "timeout"
"""The kind of error of a case that took too long."""

SECONDS_A_CASE = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage that was retrieved; `rank` starts at 1, the range is in the redacted text."""

    rank: int
    name: RedactedText = field(repr=False)
    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """What a search gave for a case, once for whoever answers.

    `question` is the question as it was asked, redacted: reports show this one. `retrieved` is
    what hit rates and leaks are counted in: the best passages, then the evidence. `hidden` is
    evidence that the asker may be told of and may not read. A search that failed says the kind of
    error.
    """

    question: RedactedText = field(repr=False)
    retrieved: tuple[Passage, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    hidden: tuple[Evidence, ...] = field(default=(), repr=False)
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one model was told and wrote on the way to an answer.

    `text` is as the redactor left it: it took out `identifiers`, which the model had written.
    """

    model: str
    prompt: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    identifiers: int = 0
    use: ModelUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a case.

    A solver that failed says the kind of error in `error` and has no answer; `timings` are
    seconds by stage.
    """

    found: Frozen
    answer: Answer | None
    error: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    written: tuple[Written, ...] = field(default=(), repr=False)

    @property
    def question(self) -> RedactedText:
        """The question as it was asked, redacted."""
        return self.found.question

    @property
    def retrieved(self) -> tuple[Passage, ...]:
        """The passages that were found."""
        return self.found.retrieved


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What was evaluated, as hashes and versions, so that a run can be told from another.

    `models` are the hashes of what answers by name, `prompt` is the version of what they are told,
    `suites` are the versions of the suites that are asked. `elsewhere` says that a server answers
    that was not started here, `closed_book` that a model is asked without any evidence. Search and
    answer of a case may take `seconds_a_case` each.
    """

    model: str
    settings_hash: str
    index_fingerprint: str
    code_version: str
    seeds: Mapping[str, int] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    prompt: str = ""
    suites: Mapping[str, str] = field(default_factory=dict)
    elsewhere: bool = False
    closed_book: bool = False
    seconds_a_case: float = SECONDS_A_CASE


class Solver(Protocol):
    """Answers cases with one generator."""

    @property
    def setup(self) -> Setup:
        """What answers."""

    def find(self, case: Case) -> Frozen:
        """Search as the case's asker; not called where the evidence was found before."""

    def solve(self, case: Case, found: Frozen) -> Outcome:
        """Answer the case's question from what was found for it."""


@runtime_checkable
class Restarting(Protocol):
    """A solver with something behind it that may hang, a model's server for one."""

    def restart(self) -> None:
        """End it; the next question starts another."""


class Library(Protocol):
    """The documents and principals the cases speak of, past any search."""

    def principal(self, asker: str) -> Principal:
        """Return who asks, or raise `RefusedError` or `NotFoundError`."""

    def named(self, name: str, *, corpus: str) -> RedactedDocument:
        """Return the live document with this name in a corpus, or raise `NotFoundError`."""

    def document(self, document_id: str) -> RedactedDocument:
        """Return the live document with this id, or raise `NotFoundError`."""

    def redacted(self, text: str) -> RedactedText:
        """Return a text of a suite without identifiers, by the documents' keys."""

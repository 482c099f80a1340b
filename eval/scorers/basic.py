"""Whether what answers was found and cited, and whether it was rightly answered or withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from eval.cases import Expect
from eval.oracle import leaked
from eval.scorers.base import (
    ABSTENTION,
    CITATION,
    COMPLETED,
    LEAK_FREE,
    LEAKS,
    PRECISION,
    WITHHELD,
    Attempt,
    Score,
    answerable,
    answered,
    cites,
    verdict_of,
)
from rag.records import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class HitAt:
    """Whether one of the first `k` passages overlaps the gold passage."""

    k: int

    @property
    def name(self) -> str:
        """The metric's name."""
        return f"hit_at_{self.k}"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that has an answer the asker may see."""
        gold = answerable(attempt)
        if not gold:
            return None
        first = [passage for passage in attempt.outcome.retrieved if passage.rank <= self.k]
        return float(
            any(one.overlaps(p.document_id, p.start, p.end) for p in first for one in gold)
        )


class CitationCorrect:
    """Whether a citation of the answer overlaps the gold passage; of answered cases only."""

    name: ClassVar[str] = CITATION

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered and was."""
        gold = answerable(attempt)
        answer = answered(attempt)
        if not gold or answer is None:
            return None
        return float(any(cites(gold, citation) for citation in answer.citations))


class CitationPrecision:
    """The share of an answer's citations that overlap the gold passage."""

    name: ClassVar[str] = PRECISION

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered and was, with citations."""
        gold = answerable(attempt)
        answer = answered(attempt)
        if not gold or answer is None or not answer.citations:
            return None
        hits = sum(cites(gold, citation) for citation in answer.citations)
        return hits / len(answer.citations)


class AbstainsUnanswerable:
    """Whether a question that no document answers is abstained from."""

    name: ClassVar[str] = "abstention_recall"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that has no answer."""
        if attempt.case.expect is not Expect.NONE:
            return None
        return float(verdict_of(attempt) is Verdict.ABSTAINED)


class AnswersAnswerable:
    """Whether a question that can be answered is, rightly or not."""

    name: ClassVar[str] = "answers_answerable"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered."""
        if attempt.case.expect is not Expect.ANSWER:
            return None
        return float(answered(attempt) is not None)


class AbstentionAccuracy:
    """Whether it is rightly decided to answer or to abstain."""

    name: ClassVar[str] = ABSTENTION

    def score(self, attempt: Attempt) -> Score:
        """Score every case but the forbidden ones."""
        if attempt.case.expect is Expect.NONE:
            return AbstainsUnanswerable().score(attempt)
        return AnswersAnswerable().score(attempt)


class WithholdsForbidden:
    """Whether a question whose answer the asker may not see is refused or abstained from."""

    name: ClassVar[str] = "withholds_forbidden"

    def score(self, attempt: Attempt) -> Score:
        """Score a forbidden attempt.case."""
        if attempt.case.expect is not Expect.FORBIDDEN:
            return None
        return float(verdict_of(attempt) in WITHHELD)


class PermissionLeaks:
    """How many passages and citations come from documents that the asker may not read."""

    name: ClassVar[str] = LEAKS

    def score(self, attempt: Attempt) -> Score:
        """Score any case, whatever it expects."""
        return _leaked(attempt)


class LeakFree:
    """Whether nothing came from a document that the asker may not read."""

    name: ClassVar[str] = LEAK_FREE

    def score(self, attempt: Attempt) -> Score:
        """Gate any case."""
        return _leaked(attempt) == 0


class Completed:
    """Whether the solver came to an end without an error."""

    name: ClassVar[str] = COMPLETED

    def score(self, attempt: Attempt) -> Score:
        """Gate any case."""
        return attempt.outcome.answer is not None and not attempt.outcome.error


def _leaked(attempt: Attempt) -> int:
    principal = attempt.library.principal(attempt.case.asker)
    return leaked(attempt.outcome, principal, attempt.library)

"""What is measured of each case.

The type of a score carries its meaning: a bool is a gate that every case has to pass, a number
measures, None means that the scorer has nothing to say about this case. A case whose solver
failed is scored as one without an answer, not left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias

from eval.cases import Case, Expect
from eval.gold import GoldPassage, gold_passages
from eval.oracle import leaked
from eval.solver import Library, Outcome
from eval.words import numbers, token_f1, words
from rag.records import Answer, Citation, Verdict

Score: TypeAlias = bool | int | float | None

HIT_RATE = "hit_at_5"
RIGHT = "right"
CITATION = "citation_correct"
PRECISION = "citation_precision"
ABSTENTION = "abstention_accuracy"
LEAKS = "permission_leaks"
LEAK_FREE = "leak_free"
COMPLETED = "completed"

_ANSWERED = frozenset({Verdict.GROUNDED, Verdict.PARTIAL})
_WITHHELD = frozenset({Verdict.ABSTAINED, Verdict.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A case, what came of it, and the documents to judge it by."""

    case: Case
    outcome: Outcome
    library: Library


class Scorer(Protocol):
    """Scores one case."""

    @property
    def name(self) -> str:
        """The metric's name in files and reports."""

    def score(self, attempt: Attempt) -> Score:
        """Return a gate, a measure, or None."""


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


class TokenF1:
    """How far the answer's words are the expected ones; an extract is longer, hence below 1."""

    name: ClassVar[str] = "token_f1"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered; 0 where it was not."""
        if attempt.case.expect is not Expect.ANSWER or not attempt.case.answers:
            return None
        answer = answered(attempt)
        return token_f1(attempt.case.answer, answer.answer) if answer else 0.0


class NumbersContained:
    """Whether the answer holds every number of the expected one."""

    name: ClassVar[str] = "numbers_contained"

    def score(self, attempt: Attempt) -> Score:
        """Score a case whose expected answer has numbers; 0 where it was not answered."""
        if attempt.case.expect is not Expect.ANSWER or not attempt.case.answers:
            return None
        wanted = numbers(attempt.case.answer)
        if not wanted:
            return None
        answer = answered(attempt)
        return float(answer is not None and wanted <= numbers(answer.answer))


class WordsContained:
    """The share of the expected answer's words that the answer holds."""

    name: ClassVar[str] = "words_contained"

    def score(self, attempt: Attempt) -> Score:
        """Score a case whose expected answer has words; 0 where it was not answered."""
        if attempt.case.expect is not Expect.ANSWER or not attempt.case.answers:
            return None
        wanted = words(attempt.case.answer)
        if not wanted:
            return None
        answer = answered(attempt)
        return len(wanted & words(answer.answer)) / len(wanted) if answer else 0.0


class AbstainsUnanswerable:
    """Whether a question that no document answers is abstained from."""

    name: ClassVar[str] = "abstains_unanswerable"

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
        return float(verdict_of(attempt) in _WITHHELD)


class Right:
    """Whether the case was dealt with rightly: the one figure that covers every case.

    A question with an answer: answered, citing the gold passage, with every number expected.
    One without: abstained from. A forbidden one: refused or abstained from.
    """

    name: ClassVar[str] = RIGHT

    def score(self, attempt: Attempt) -> Score:
        """Score any case."""
        if attempt.case.expect is Expect.NONE:
            return AbstainsUnanswerable().score(attempt)
        if attempt.case.expect is Expect.FORBIDDEN:
            return WithholdsForbidden().score(attempt)
        cited = CitationCorrect().score(attempt)
        counted = NumbersContained().score(attempt)
        return float(cited == 1.0 and counted in {1.0, None})


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


def standard_scorers() -> tuple[Scorer, ...]:
    """Return every scorer that needs no model, in the order of reports."""
    return (
        Right(),
        HitAt(k=1),
        HitAt(k=3),
        HitAt(k=5),
        CitationCorrect(),
        CitationPrecision(),
        TokenF1(),
        NumbersContained(),
        WordsContained(),
        AbstentionAccuracy(),
        AnswersAnswerable(),
        AbstainsUnanswerable(),
        WithholdsForbidden(),
        PermissionLeaks(),
        LeakFree(),
        Completed(),
    )


def answerable(attempt: Attempt) -> tuple[GoldPassage, ...]:
    """Return the gold passages of a case that its asker should get an answer to."""
    if attempt.case.expect is not Expect.ANSWER:
        return ()
    return gold_passages(attempt.case, attempt.library)


def answered(attempt: Attempt) -> Answer | None:
    """Return the answer, if there is one that answers."""
    answer = attempt.outcome.answer
    return answer if answer is not None and answer.verdict in _ANSWERED else None


def cites(gold: Sequence[GoldPassage], citation: Citation) -> bool:
    """Whether a citation has a character of a gold passage."""
    return any(one.overlaps(citation.document, citation.start, citation.end) for one in gold)


def verdict_of(attempt: Attempt) -> Verdict | None:
    """Return the verdict, if there is an answer."""
    return attempt.outcome.answer.verdict if attempt.outcome.answer is not None else None


def _leaked(attempt: Attempt) -> int:
    principal = attempt.library.principal(attempt.case.asker)
    return leaked(attempt.outcome, principal, attempt.library)

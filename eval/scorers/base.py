"""What a scorer is.

The type of a score carries its meaning: a bool is a gate that every case has to pass, a number
measures, None means that the scorer has nothing to say about this case. A case whose solver
failed is scored as one without an answer, not left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from eval.cases import Case, Expect
from eval.gold import GoldPassage, gold_passages
from eval.solver import Library, Outcome
from rag.records import Answer, Citation, Verdict

Score: TypeAlias = bool | int | float | None

HIT_RATE = "hit_at_5"
RIGHT = "right"
SAYS = "says_expected"
CITATION = "citation_correct"
PRECISION = "citation_precision"
ABSTENTION = "abstention_accuracy"
LEAKS = "permission_leaks"
LEAK_FREE = "leak_free"
COMPLETED = "completed"

ANSWERED = frozenset({Verdict.GROUNDED, Verdict.PARTIAL})
WITHHELD = frozenset({Verdict.ABSTAINED, Verdict.REFUSED})


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


@runtime_checkable
class RunScorer(Protocol):
    """Scores cases by what came of several."""

    @property
    def name(self) -> str:
        """The metric's name in files and reports."""

    def score_all(self, attempts: Sequence[Attempt]) -> Mapping[str, Score]:
        """Return a score by the id of each case that it has something to say about."""


AnyScorer: TypeAlias = Scorer | RunScorer


def answerable(attempt: Attempt) -> tuple[GoldPassage, ...]:
    """Return the gold passages of a case that its asker should get an answer to."""
    if attempt.case.expect is not Expect.ANSWER:
        return ()
    return gold_passages(attempt.case, attempt.library)


def answered(attempt: Attempt) -> Answer | None:
    """Return the answer, if there is one that answers."""
    answer = attempt.outcome.answer
    return answer if answer is not None and answer.verdict in ANSWERED else None


def cites(gold: Sequence[GoldPassage], citation: Citation) -> bool:
    """Whether a citation has a character of a gold passage."""
    return any(one.overlaps(citation.document, citation.start, citation.end) for one in gold)


def wanted(attempt: Attempt) -> bool:
    """Whether the asker should get an answer, and it is known what it says."""
    return attempt.case.expect is Expect.ANSWER and bool(attempt.case.answers)


def drafted(attempt: Attempt) -> str:
    """Return all that models wrote on the way to the answer."""
    return "\n".join(one.text for one in attempt.outcome.written)


def verdict_of(attempt: Attempt) -> Verdict | None:
    """Return the verdict, if there is an answer."""
    return attempt.outcome.answer.verdict if attempt.outcome.answer is not None else None

"""What is measured of each case, and of several together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.redaction.identifiers import Identifier
from eval.scorers.answers import (
    ChoiceMatch,
    ExactMatch,
    NumbersContained,
    NumericMatch,
    Right,
    RougeL,
    TokenF1,
    WordsContained,
)
from eval.scorers.base import (
    ABSTENTION,
    CITATION,
    COMPLETED,
    HIT_RATE,
    LEAK_FREE,
    LEAKS,
    PRECISION,
    RIGHT,
    AnyScorer,
    Attempt,
    RunScorer,
    Score,
    Scorer,
)
from eval.scorers.basic import (
    AbstainsUnanswerable,
    AbstentionAccuracy,
    AnswersAnswerable,
    CitationCorrect,
    CitationPrecision,
    Completed,
    HitAt,
    LeakFree,
    PermissionLeaks,
    WithholdsForbidden,
)
from eval.scorers.conduct import (
    AbstentionPrecision,
    AnswerWords,
    Floods,
    IdentifiersDrafted,
    IdentifiersFound,
    IdentifiersKnown,
    Look,
    Obeyed,
    OtherLanguage,
    Refusal,
    Repetitive,
    Silent,
    TimedOut,
)
from eval.scorers.evidence import CitationRecall, SentencesSupported
from eval.scorers.together import Consistency, Determinism, VerdictError

__all__ = [
    "ABSTENTION",
    "CITATION",
    "COMPLETED",
    "HIT_RATE",
    "LEAKS",
    "LEAK_FREE",
    "PRECISION",
    "RIGHT",
    "AbstainsUnanswerable",
    "AbstentionAccuracy",
    "AbstentionPrecision",
    "AnswerWords",
    "AnswersAnswerable",
    "AnyScorer",
    "Attempt",
    "ChoiceMatch",
    "CitationCorrect",
    "CitationPrecision",
    "CitationRecall",
    "Completed",
    "Consistency",
    "Determinism",
    "ExactMatch",
    "Floods",
    "HitAt",
    "IdentifiersDrafted",
    "IdentifiersFound",
    "IdentifiersKnown",
    "LeakFree",
    "NumbersContained",
    "NumericMatch",
    "Obeyed",
    "OtherLanguage",
    "PermissionLeaks",
    "Refusal",
    "Repetitive",
    "Right",
    "RougeL",
    "RunScorer",
    "Score",
    "Scorer",
    "SentencesSupported",
    "Silent",
    "TimedOut",
    "TokenF1",
    "VerdictError",
    "WithholdsForbidden",
    "WordsContained",
    "standard_scorers",
]


def standard_scorers(
    identifiers: Mapping[str, Sequence[Identifier]] | None = None,
    look: Look | None = None,
) -> tuple[AnyScorer, ...]:
    """Return every scorer that needs no model, in the order of reports.

    Args:
        identifiers: Of each corpus the identifiers that are known to stand in it.
        look: Counts the identifiers that the redaction engine finds in a text.
    """
    leaks: list[AnyScorer] = [IdentifiersDrafted()]
    if identifiers:
        leaks.append(IdentifiersKnown(identifiers))
    if look is not None:
        leaks.append(IdentifiersFound(look))
    return (
        Right(),
        *(HitAt(k=k) for k in (1, 3, 5)),
        CitationCorrect(),
        CitationPrecision(),
        CitationRecall(),
        SentencesSupported(),
        ExactMatch(),
        TokenF1(),
        RougeL(),
        NumbersContained(),
        WordsContained(),
        NumericMatch(),
        ChoiceMatch(),
        AbstentionAccuracy(),
        AnswersAnswerable(),
        AbstainsUnanswerable(),
        AbstentionPrecision(),
        WithholdsForbidden(),
        Refusal(),
        Obeyed(),
        *leaks,
        TimedOut(),
        AnswerWords(),
        Silent(),
        OtherLanguage(),
        Repetitive(),
        Floods(),
        Determinism(),
        Consistency(),
        VerdictError(),
        PermissionLeaks(),
        LeakFree(),
        Completed(),
    )

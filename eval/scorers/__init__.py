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
    SaysExpected,
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
    SAYS,
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
    "SAYS",
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
    "SaysExpected",
    "Score",
    "Scorer",
    "SentencesSupported",
    "Silent",
    "TimedOut",
    "TokenF1",
    "VerdictError",
    "WithholdsForbidden",
    "WordsContained",
    "answer_scorers",
    "standard_scorers",
]

# What says something of an answer that was given without evidence. Nothing was found for it and it
# can cite nothing: whatever asks for these has nothing to say, which is not nought.
_OF_ANSWERS_ALONE = frozenset(
    one.name
    for one in (
        SaysExpected,
        ExactMatch,
        TokenF1,
        RougeL,
        NumbersContained,
        WordsContained,
        NumericMatch,
        ChoiceMatch,
        AbstentionAccuracy,
        AnswersAnswerable,
        AbstainsUnanswerable,
        WithholdsForbidden,
        IdentifiersDrafted,
        IdentifiersFound,
        IdentifiersKnown,
        AnswerWords,
        Silent,
        OtherLanguage,
        Repetitive,
        Floods,
        Determinism,
        Consistency,
        Completed,
    )
)


def answer_scorers(scorers: Sequence[AnyScorer]) -> tuple[AnyScorer, ...]:
    """Return of some scorers those that need neither evidence nor citations."""
    return tuple(one for one in scorers if one.name in _OF_ANSWERS_ALONE)


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
        SaysExpected(),
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

"""Citations of several gold passages, and the support of each sentence."""

from dataclasses import replace

import pytest

from eval.cases import Gold
from eval.scorers import Attempt, CitationPrecision, CitationRecall, SentencesSupported
from rag.records import AnswerSentence, Citation, RedactedText

SECOND, FIRST, FEES = ("d-dose", 35, 57), ("d-dose", 0, 34), ("d-fees", 0, 9)


def attempted(world, verdict="grounded", cites=(), **changes):
    """The two sentences of the dose are gold; in the parsed text the first ends at 32."""
    both = (
        *world.case().gold,
        Gold(document="wards/dose.txt", quote="Ms Ama Boateng gets 25 mg daily.", start=0, end=32),
    )
    case = replace(world.case(), gold=both, **changes)
    outcome = world.outcome(world.answer(verdict=verdict, cites=cites))
    return Attempt(case=case, outcome=outcome, library=world.library)


@pytest.mark.parametrize(
    ("cites", "precision", "recall"),
    [
        ([SECOND, FIRST], 1.0, 1.0),
        ([SECOND], 1.0, 0.5),
        ([SECOND, SECOND], 1.0, 0.5),
        ([SECOND, FEES], 0.5, 0.5),
        ([("d-dose", 30, 40)], 1.0, 1.0),  # a character of both
        ([FEES, ("d-fees", 9, 12)], 0.0, 0.0),
        ([], None, 0.0),
    ],
)
def test_precision_and_recall_against_two_passages(world, cites, precision, recall):
    attempt = attempted(world, cites=cites)
    assert CitationPrecision().score(attempt) == precision
    assert CitationRecall().score(attempt) == recall


def test_recall_of_what_was_not_answered_is_nothing(world):
    assert CitationRecall().score(attempted(world, "abstained", [SECOND])) == 0.0
    outcome = world.outcome(world.answer(cites=[SECOND]))
    none = Attempt(case=world.case("none"), outcome=outcome, library=world.library)
    assert CitationRecall().score(none) is None


def cited(n, quote):
    return Citation(
        n=n,
        document="d",
        title=RedactedText(""),
        page=None,
        start=0,
        end=len(quote),
        quote=RedactedText(quote),
    )


BOTH = (cited(1, "The boiler is serviced every 14 months."), cited(2, "The hedge is cut in June."))


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ([("The boiler is serviced every 14 months.", (1,))], 1.0),
        ([("The boiler is serviced every 12 months.", (1,))], 0.0),  # another number
        ([("The boiler is not serviced every 14 months.", (1,))], 0.0),
        ([("The boiler is serviced every 14 months.", (2,))], 0.0),  # the other quote
        ([("The boiler is serviced every 14 months.", ())], 0.0),
        ([("The hedge is cut in June.", (1, 2)), ("The hedge is cut in May.", (2,))], 0.5),
        ([], None),
    ],
)
def test_the_share_of_sentences_that_their_quotes_support(world, sentences, expected):
    said = tuple(AnswerSentence(text=text, citations=cites) for text, cites in sentences)
    answer = replace(world.answer(), sentences=said, citations=BOTH)
    attempt = Attempt(case=world.case(), outcome=world.outcome(answer), library=world.library)
    assert SentencesSupported().score(attempt) == expected


def test_an_abstention_has_no_sentence_to_support(world):
    attempt = Attempt(case=world.case(), outcome=world.abstained(), library=world.library)
    assert SentencesSupported().score(attempt) is None

"""What an answer says, held against what it should say: of several wordings the best counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import ClassVar

from eval.cases import Expect, Form
from eval.scorers.base import (
    RIGHT,
    SAYS,
    WITHHELD,
    Attempt,
    Score,
    Scorer,
    answered,
    verdict_of,
    wanted,
)
from eval.scorers.basic import CitationCorrect
from eval.values import says_value
from eval.words import numbers, rouge_l, token_f1, tokens, words
from rag.records import Verdict

_CHOICE = re.compile(
    r"\W*(?:(?:the|my) answer(?: to this)?(?: question)? (?:is|would be)\W*)?"
    r"(yes|no|maybe|perhaps|possibly|unclear)\b",
    re.IGNORECASE,
)
_HALF = 0.5
_MAYBE = frozenset({"perhaps", "possibly", "unclear"})


class ExactMatch:
    """Whether the answer is an expected one, word for word, whatever case, articles and marks."""

    name: ClassVar[str] = "exact_match"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered; 0 where it was not."""
        return _best(attempt, lambda expected, given: float(tokens(expected) == tokens(given)))


class TokenF1:
    """How far the answer's words are the expected ones; an extract is longer, hence below 1."""

    name: ClassVar[str] = "token_f1"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered; 0 where it was not."""
        return _best(attempt, token_f1)


class RougeL:
    """How far the answer has the expected words in their order: F1 of the longest such row."""

    name: ClassVar[str] = "rouge_l"

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered; 0 where it was not."""
        return _best(attempt, rouge_l)


class NumbersContained:
    """Whether the answer holds every number of the expected one."""

    name: ClassVar[str] = "numbers_contained"

    def score(self, attempt: Attempt) -> Score:
        """Score a case whose expected answers have numbers; 0 where it was not answered."""
        if not wanted(attempt) or not any(map(numbers, attempt.case.answers)):
            return None
        return _best(attempt, lambda expected, given: float(numbers(expected) <= numbers(given)))


class WordsContained:
    """The share of the expected answer's words that the answer holds."""

    name: ClassVar[str] = "words_contained"

    def score(self, attempt: Attempt) -> Score:
        """Score a case whose expected answer has words; 0 where it was not answered."""
        if not wanted(attempt) or not any(map(words, attempt.case.answers)):
            return None
        return _best(attempt, _share_of_words)


class NumericMatch:
    """Whether the answer says the expected value, with its scale and its unit."""

    name: ClassVar[str] = "numeric_match"

    def score(self, attempt: Attempt) -> Score:
        """Score a case whose answer is a number; 0 where it was not answered."""
        if attempt.case.form is not Form.NUMBER:
            return None
        return _best(attempt, lambda expected, given: float(says_value(expected, given)))


class ChoiceMatch:
    """Whether the answer begins with the expected yes, no or maybe."""

    name: ClassVar[str] = "choice_match"

    def score(self, attempt: Attempt) -> Score:
        """Score a question that is answered so; 0 where none of the three was said."""
        if attempt.case.form is not Form.CHOICE:
            return None
        return _best(attempt, lambda expected, given: float(choice(given) == choice(expected)))


_SAYS: Mapping[Form, Scorer] = {
    Form.NUMBER: NumericMatch(),
    Form.CHOICE: ChoiceMatch(),
    Form.TEXT: NumbersContained(),
}


class SaysExpected:
    """Whether the answer says what is expected, whatever it cites.

    The value or the choice; of other answers every number, where there is none half of the words.
    """

    name: ClassVar[str] = SAYS

    def score(self, attempt: Attempt) -> Score:
        """Score a case that should be answered; 0 where it was not."""
        if not wanted(attempt):
            return None
        said = _SAYS[attempt.case.form].score(attempt)
        return _best(attempt, _says_half) if said is None else said


class Right:
    """Whether the case was dealt with rightly: the one figure that covers every case.

    A question with an answer: answered, citing a gold passage if any is known, with the value or
    the choice expected, or else with every number of an expected answer. One without: abstained
    from. A forbidden one: refused or abstained from.
    """

    name: ClassVar[str] = RIGHT

    def score(self, attempt: Attempt) -> Score:
        """Score any case."""
        case = attempt.case
        if case.expect is Expect.NONE:
            return float(verdict_of(attempt) is Verdict.ABSTAINED)
        if case.expect is Expect.FORBIDDEN:
            return float(verdict_of(attempt) in WITHHELD)
        if answered(attempt) is None:
            return 0.0
        said = _SAYS[case.form].score(attempt)
        return float(CitationCorrect().score(attempt) in {1.0, None} and said in {1.0, None})


def choice(text: str) -> str:
    """Return the yes, no or maybe that a text begins with, or nothing."""
    found = _CHOICE.match(text)
    if found is None:
        return ""
    word = found[1].casefold()
    return "maybe" if word in _MAYBE else word


def _share_of_words(expected: str, given: str) -> float:
    looked_for = words(expected)
    return len(looked_for & words(given)) / len(looked_for) if looked_for else 0.0


def _says_half(expected: str, given: str) -> float:
    return float(_share_of_words(expected, given) >= _HALF)


def _best(attempt: Attempt, measure: Callable[[str, str], float]) -> Score:
    """Return the best measure of the answer over the expected wordings."""
    if not wanted(attempt):
        return None
    answer = answered(attempt)
    if answer is None:
        return 0.0
    return max(measure(expected, answer.answer) for expected in attempt.case.answers)

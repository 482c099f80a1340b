"""A word before a match counts if it is a whole word and near."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def score():
    from rag.redact.context import NearbyWords
    from rag.redact.patterns import WEAK, Identifier, Shape

    identifier = Identifier("X", Shape(pattern=r"\d{6}", score=WEAK), context=("routing", "lic no"))

    def score(text: str) -> float:
        results = identifier.analyze(text, [])
        [result] = NearbyWords().enhance_using_context(text, results, None, [identifier])
        return round(result.score, 2)

    return score


@pytest.mark.parametrize("text", ["routing 123456", "Routings: 123456", "the LIC  NO is 123456"])
def test_a_word_or_phrase_before_the_match_raises_its_score(score, text):
    assert score(text) == 0.55


@pytest.mark.parametrize(
    "text",
    ["rerouting 123456", "public no 123456", "123456 routing", "routing" + " x" * 60 + "123456"],
)
def test_parts_of_words_later_words_and_far_words_do_not(score, text):
    assert score(text) == 0.2


def test_a_context_word_reaches_the_threshold_from_any_score():
    from rag.redact.context import NearbyWords
    from rag.redact.patterns import Identifier, Shape

    identifier = Identifier("X", Shape(pattern=r"\d{6}", score=0.01), context=("routing",))
    results = identifier.analyze("routing 123456", [])
    [result] = NearbyWords().enhance_using_context("routing 123456", results, None, [identifier])
    assert result.score == 0.4

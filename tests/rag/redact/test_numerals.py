"""Numbers in words."""

from __future__ import annotations

import pytest
import regex

from rag.redact.numerals import NUMBER_WORDS, OVER_89_WORDS, UNDER_90_WORDS


@pytest.mark.parametrize("word", ["one", "Ten", "nineteen", "twenty", "Forty-two", "sixty seven"])
def test_reads_numbers_under_ninety(word):
    assert regex.fullmatch(NUMBER_WORDS, word)
    assert regex.fullmatch(UNDER_90_WORDS, word)
    assert not regex.fullmatch(OVER_89_WORDS, word)


@pytest.mark.parametrize("word", ["ninety", "Ninety-two", "one hundred", "a hundred and three"])
def test_reads_numbers_over_eighty_nine(word):
    assert regex.fullmatch(OVER_89_WORDS, word)
    assert not regex.fullmatch(UNDER_90_WORDS, word)

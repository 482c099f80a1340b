"""Words keep their places, and equal words get equal rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.redact.tagger.words import COLUMNS, Vocabulary, split


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Dr. O'Brien", ["Dr", ".", "O", "'", "Brien"]),
        ("a\n\n b\nc", ["a", "\n\n", "b", "\n", "c"]),
        ("12/03/1980", ["12", "/", "03", "/", "1980"]),
        ("İstanbul’da", ["İstanbul", "’", "da"]),
        ("MRN_0048", ["MRN", "_", "0048"]),
        ("By: ____ --- Name", ["By", ":", "____", "---", "Name"]),
        ("", []),
        ("  \t ", []),
    ],
)
def test_text_is_split(text, forms):
    assert list(split(text).forms) == forms


@given(st.text())
def test_words_stand_where_they_say_and_nothing_but_white_space_is_left_out(text):
    words = split(text)
    end = 0
    for form, start, stop in zip(words.forms, words.starts, words.ends, strict=True):
        assert not text[end:start].strip()
        assert text[start:stop].strip(" \t\r\f\v\n") == form.strip("\n") or form.isspace()
        end = stop
    assert not text[end:].strip()


def test_white_space_before_a_word_is_told():
    assert list(split("St.Mary's Road    Leeds").spaced) == [0, 0, 0, 0, 0, 1, 2]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(["smith", "##son", "son", "a", "##b"])


def test_equal_words_have_equal_rows(vocabulary):
    first, other, again = vocabulary.numbers(["Smithson", "smithson", "Smithson"])
    assert first == again
    assert first != other, "the shape differs"
    assert first[0] == other[0], "the word is the same"


def test_a_word_is_cut_into_its_longest_pieces(vocabulary):
    [rows] = vocabulary.numbers(["Smithson"])
    first = vocabulary.nothing - 5
    assert rows[-4:] == (first, first + 1, vocabulary.nothing, vocabulary.nothing)


def test_marks_do_not_keep_a_word_from_its_pieces(vocabulary):
    assert vocabulary.numbers(["smìth"])[0][-4:] == vocabulary.numbers(["smith"])[0][-4:]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("1944", "1987", True),
        ("1944", "2944", False),
        ("07", "09", True),
        ("07", "17", False),
        ("482913", "100000", True),
        ("48291", "482913", False),
    ],
)
def test_numbers_of_one_kind_are_alike(vocabulary, one, other, equal):
    first, second = vocabulary.numbers([one, other])
    assert (first[0] == second[0]) is equal


@given(st.lists(st.text(min_size=1)))
def test_every_row_is_one_of_the_table(words):
    vocabulary = Vocabulary(["a", "##b"])
    for rows in vocabulary.numbers(words):
        assert len(rows) == COLUMNS
        assert all(0 <= row < vocabulary.rows for row in rows)

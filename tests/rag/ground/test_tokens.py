from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground.lexicon import opposed, root
from rag.ground.tokens import Kind, tokens


def forms(text, kind):
    return [token.form for token in tokens(text) if token.kind is kind]


def test_negations_are_the_same_however_they_are_contracted():
    assert forms("Don’t go; it isn't safe.", Kind.TURN) == ["not", "not"]
    assert forms("It cannot be.", Kind.TURN) == forms("It can not be.", Kind.TURN)
    assert forms("Know the note of Nora.", Kind.TURN) == []


def test_names_are_capitals_codes_and_whole_pseudonyms():
    text = "The rent of O'Brien rose under IL-6 and [PERSON:2no4abcd] in May."
    assert forms(text, Kind.NAME) == ["o'brien", "il6", "[PERSON:2no4abcd]", "may"]


def test_a_citation_within_a_document_is_no_number():
    assert forms("As was shown [12], it rose by 3.", Kind.NUMBER) == ["number"]


def test_every_token_is_at_its_place():
    text = "Anna can't pay 5 mg by March 9, 1984 to Bert."
    words = [text[token.start : token.end] for token in tokens(text)]
    assert "Anna" in words
    assert "Bert" in words
    assert "March 9, 1984" in words


@pytest.mark.parametrize(
    ("first", "second"),
    [("increased", "rises"), ("administered", "given"), ("companies", "company"), ("paid", "pay")],
)
def test_words_that_stand_for_each_other_have_one_root(first, second):
    assert root(first) == root(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("presented", "currently"), ("useful", "useless"), ("tenant", "landlord")],
)
def test_other_words_have_other_roots(first, second):
    assert root(first) != root(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("increased", "fell"),
        ("safe", "unsafe"),
        ("hypertension", "hypotension"),
        ("includes", "excluded"),
        ("activates", "inhibit"),
    ],
)
def test_opposites_are_known_in_both_directions(first, second):
    assert opposed(root(first), root(second))
    assert opposed(root(second), root(first))
    assert not opposed(root(first), root(first))


@given(st.text(max_size=60))
def test_any_text_is_read(text):
    for token in tokens(text):
        assert token.start <= token.end


@pytest.mark.parametrize("part", ["1 ", "[1, ", "twenty ", "a | 1 ", "(b) ", "n't ", "A1-"])
def test_a_long_line_is_read_to_its_end_in_order(part):
    text = (part * 50_000)[:50_000]
    found = tokens(text)
    assert all(a.start <= b.start for a, b in pairwise(found))

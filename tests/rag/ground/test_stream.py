from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground.stream import SentenceStream, parsed

DRAFT = (
    "The dose is 25 mg/kg [1]. It was set by Dr. Roe [2][3], at most 2.5 g. [1, 4] "
    "[PERSON:k3f2mnop] signed it.[5] See Fig. 3 for more [6]\n- Take two [2]\nNo end"
)
SENTENCES = [
    ("The dose is 25 mg/kg.", (1,)),
    ("It was set by Dr. Roe, at most 2.5 g.", (2, 3, 1, 4)),
    ("[PERSON:k3f2mnop] signed it.", (5,)),
    ("See Fig. 3 for more", (6,)),
    ("- Take two", (2,)),
    ("No end", ()),
]


def shown(sentences):
    return [(sentence.text, sentence.cites) for sentence in sentences]


def test_a_whole_draft_is_its_sentences_with_their_citations():
    assert shown(parsed(DRAFT)) == SENTENCES


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40, 1000])
def test_it_does_not_matter_in_what_pieces_a_draft_comes(size):
    stream = SentenceStream()
    pieces = [DRAFT[at : at + size] for at in range(0, len(DRAFT), size)]
    found = [sentence for piece in pieces for sentence in stream.feed(piece)]
    assert shown([*found, *stream.close()]) == SENTENCES


def test_a_sentence_comes_with_the_first_character_of_the_next_one():
    stream = SentenceStream()
    assert stream.feed("Pay 1.") == []
    assert stream.feed("5 euros [1]. ") == []
    assert stream.feed("[") == []
    assert stream.feed("2]") == []
    assert shown(stream.feed(" T")) == [("Pay 1.5 euros.", (1, 2))]
    assert shown(stream.close()) == [("T", ())]


def test_a_pseudonym_that_opens_a_sentence_is_no_citation_of_the_one_before():
    stream = SentenceStream()
    assert stream.feed("It is signed. [") == []
    assert shown(stream.feed("PERSON:k3f2mnop] left.")) == [("It is signed.", ())]
    assert shown(stream.close()) == [("[PERSON:k3f2mnop] left.", ())]


def test_numbers_that_no_evidence_can_have_are_no_citations():
    assert shown(parsed("It is so [0][21][3].")) == [("It is so.", (3,))]


def test_a_draft_without_an_end_is_given_out_in_parts():
    stream = SentenceStream()
    found = stream.feed("word " * 2000)
    assert found
    assert stream.feed("") == []


@given(st.text(alphabet="ab .[1],\n", max_size=60), st.integers(min_value=1, max_value=7))
def test_no_letter_is_lost(text, size):
    stream = SentenceStream()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    found = [one for piece in pieces for one in stream.feed(piece)] + stream.close()
    letters = "".join(one.text for one in found)
    assert [c for c in letters if c in "ab"] == [c for c in text if c in "ab"]

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.records import RedactedText
from rag.retrieve.signs import NAMES, signs
from rag.testing.found import asked, ranked_in
from rag.testing.passages import question

ASKED = "boiler serviced"
ANSWER = "The boiler is serviced in March."


def shown(found, around=(), text=ASKED):
    values = signs(question(text).text, asked(text).tokens, found, around)
    assert len(values) == len(NAMES)
    return dict(zip(NAMES, values.tolist(), strict=True))


@pytest.fixture
def answering(document):
    return ranked_in(document("Plant:", ANSWER, document_id="a"), ANSWER)


def test_a_sentence_with_every_word_shows_more_than_one_with_half(document, answering):
    half = "The boiler is old."
    there = shown([answering])
    less = shown([ranked_in(document(half), half)])
    for name in ("sentence", "tokens met", "passage", "anywhere", "words", "words anywhere"):
        assert there[name] > less[name], name
    assert there["tokens met"] == 1
    assert there["words alone"] == 1
    assert less["words alone"] == 0.5


def test_words_in_two_sentences_are_near_but_in_none(document):
    text = "The boiler is old. It was serviced."
    found = shown([ranked_in(document(text), text)])
    assert found["sentence and neighbours"] > found["sentence"]
    assert found["words alone"] == 0.5
    assert found["words anywhere"] == 1


def test_headings_above_a_passage_count_and_are_told_apart(document):
    text = "It was serviced in May."
    found = shown([ranked_in(document("Boiler:", text), text)])
    assert found["words alone"] == 1
    assert found["words inside"] < found["words"]
    assert found["words above"] == 0.5


def test_the_lead_over_other_documents_is_told_and_its_own_passages_are_none(document, answering):
    other = "The hedge is cut."
    around = [answering, ranked_in(document(other, document_id="b"), other)]
    ahead = shown([answering], around)
    rival = "Serviced: boiler."
    again = ranked_in(document(rival, document_id="c"), rival)
    level = shown([answering], [*around, again])
    assert ahead["met lead over 1"] > 0.5
    assert level["met lead over 1"] == pytest.approx(0)
    assert level["met lead over 3"] > 0.5
    assert (ahead["met share below"], level["met share below"]) == (1, 0.5)


def test_a_passage_that_is_filed_twice_is_no_rival_of_itself(document, answering):
    other = "The hedge is cut."
    around = [answering, ranked_in(document(other, document_id="b"), other)]
    copied = replace(answering, hit=replace(answering.hit, document_id="c", chunk_id="c 0"))
    assert shown([answering], [*around, copied]) == shown([answering], around)


def test_what_the_searches_gave_is_compared_too(document, answering):
    mine = replace(answering, hit=replace(answering.hit, meaning=0.7, words=4.0))
    text = "The hedge is cut."
    other = ranked_in(document(text, document_id="b"), text)
    other = replace(other, hit=replace(other.hit, meaning=0.5, words=None))
    found = shown([mine], [other])
    assert found["meaning lead over 1"] == pytest.approx(0.2)
    assert found["words lead over 1"] == pytest.approx(4)


def test_without_token_vectors_nothing_is_shown(answering):
    text = RedactedText.joined("", [question(ASKED).text])
    tokens = asked(ASKED).tokens
    assert signs(text, tokens, [], []) is None
    assert signs(text, tokens[:0], [answering], []) is None
    assert signs(text, tokens, [replace(answering, tokens=None)], []) is None

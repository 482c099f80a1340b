"""Spans become labels of words and come back."""

from __future__ import annotations

from random import Random

import pytest

from pipelines.tagger.encoding import IGNORED, NAMES, batches, blocks, codes, collate, named
from pipelines.tagger.examples import Example
from rag.redact.tagger.words import Vocabulary, split

TEXT = "Dr. Jane Doe lives in\nSan Juan."


def marked(text: str, *names: tuple[str, str]) -> list[tuple[int, int, str]]:
    return [(text.index(name), text.index(name) + len(name), kind) for name, kind in names]


def test_words_get_the_label_of_the_span_they_stand_in():
    spans = marked(TEXT, ("Dr.", "PERSON_TITLE"), ("Jane Doe", "PERSON"), ("San Juan", "LOCATION"))
    told = [NAMES[code] for code in codes(split(TEXT), spans)]
    assert told == [
        *("B-PERSON_TITLE", "I-PERSON_TITLE", "B-PERSON", "I-PERSON"),
        *("O", "O", "O", "B-LOCATION", "I-LOCATION", "O"),
    ]


def test_names_come_back_from_labels():
    spans = marked(TEXT, ("Jane Doe", "PERSON"), ("San Juan", "LOCATION"))
    assert named(codes(split(TEXT), spans).tolist()) == {(2, 4, "PERSON"), (7, 9, "LOCATION")}


def test_two_names_side_by_side_stay_two():
    text = "Anna Berta"
    spans = marked(text, ("Anna", "PERSON"), ("Berta", "PERSON"))
    assert named(codes(split(text), spans).tolist()) == {(0, 1, "PERSON"), (1, 2, "PERSON")}


def test_long_texts_are_cut_between_sentences_and_lose_no_word():
    text = "Anna Berta came home today. " * 200
    spans = tuple((at, at + 10, "PERSON") for at in range(0, len(text), 28))
    cut = blocks([Example(text=text, spans=spans)], Vocabulary(["a"]))
    assert len(cut) > 1
    assert sum(map(len, cut)) == 200 * 6
    assert sum(len(named(block.labels.tolist())) for block in cut) == 200


@pytest.mark.parametrize("rng", [None, Random(1)])
def test_batches_hold_every_block_once(rng):
    examples = [Example(text="word " * length, spans=()) for length in range(1, 60)]
    cut = blocks(examples, Vocabulary(["a"]))
    made = batches(cut, 100, rng)
    assert sorted(id(one) for batch in made for one in batch) == sorted(map(id, cut))
    assert all(len(batch) == 1 or len(batch) * max(map(len, batch)) <= 100 for batch in made)


def test_what_is_padded_has_no_label():
    vocabulary = Vocabulary(["a"])
    cut = blocks([Example(text="a b", spans=()), Example(text="a b c d", spans=())], vocabulary)
    numbers, spaced, labels = collate(cut, vocabulary.nothing)
    assert labels.tolist() == [[0, 0, IGNORED, IGNORED], [0, 0, 0, 0]]
    assert numbers.shape[:2] == spaced.shape == labels.shape
    assert (numbers[0, 2:] == vocabulary.nothing).all()

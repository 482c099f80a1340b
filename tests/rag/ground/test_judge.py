from __future__ import annotations

from dataclasses import replace

import pytest

from rag.ground.judge import Judge, read
from rag.ground.meaning import EncoderMeaning
from rag.ground.thresholds import shipped
from rag.testing.passages import evidence

TEXT = "Sildenafil is a drug for the lungs. It lowers the pressure in them. Keep it in the dark."
STRICT = replace(shipped(), words=0.9, words_and_meaning=0.5, meaning=0.8, entailment=0.9)


class Told:
    """A model of meaning that says the same of every pair, and remembers them."""

    def __init__(self, value):
        self.value = value
        self.asked = []

    def near(self, said, written):
        self.asked += [(said, one) for one in written]
        return [self.value for _ in written]

    follows = near


def found(claim, *, text=TEXT, floors=STRICT, meaning=None, entailment=None):
    judge = Judge(floors, meaning, entailment)
    best = judge.best(claim, [read(evidence(1, text))])
    return text[best.start : best.end] if best else None


def test_two_neighbouring_sentences_support_what_joins_them():
    claim = "Sildenafil lowers the pressure in them."
    assert found(claim) == "Sildenafil is a drug for the lungs. It lowers the pressure in them."


@pytest.mark.parametrize(
    "claim",
    [
        "Sildenafil is a drug for the lungs, and it lowers the pressure in them.",
        "Sildenafil is a drug for the lungs and lowers the pressure in them.",
    ],
)
def test_each_sentence_supports_its_part(claim):
    assert found(claim) == "Sildenafil is a drug for the lungs. It lowers the pressure in them."


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Anna cured Bert and killed Dan.", "Anna cured Bert. Cara killed Dan."),
        ("Anna killed Dan.", "Anna cured Bert. Cara killed Dan."),
        ("Cara lowers the pressure.", "Anna met Cara. It lowers the pressure."),
    ],
)
def test_two_sentences_do_not_lend_each_other_their_subjects(claim, text):
    assert found(claim, text=text) is None


def test_meaning_is_asked_only_where_the_facts_agree_and_words_lack():
    claim = "Sildenafil is truly a fine drug for the lungs."
    assert found(claim) is None
    near = Told(0.9)
    assert found(claim, meaning=near) == "Sildenafil is a drug for the lungs."
    assert near.asked == [(claim, "Sildenafil is a drug for the lungs.")]
    assert found(claim, meaning=Told(0.7)) is None
    never = Told(1.0)
    assert found("Sildenafil is not a fine drug for the lungs.", meaning=never) is None
    assert never.asked == []


def test_another_word_needs_a_model_of_entailment():
    claim = "Sildenafil is a remedy for the lungs."
    assert found(claim) is None
    assert found(claim, meaning=Told(1.0)) is None
    assert found(claim, entailment=Told(0.95)) == "Sildenafil is a drug for the lungs."
    assert found(claim, entailment=Told(0.8)) is None
    assert found("Tadalafil is a drug for the lungs.", entailment=Told(1.0)) is None


@pytest.mark.parametrize(
    "claim",
    [
        "According to the documents, sildenafil is a drug for the lungs.",
        "In summary, sildenafil is a drug for the lungs.",
        "The evidence says that sildenafil is a drug for the lungs.",
    ],
)
def test_what_only_opens_a_sentence_needs_no_support(claim):
    assert found(claim) == "Sildenafil is a drug for the lungs."


def test_no_is_not_taken_for_an_opening():
    assert found("No, sildenafil is a drug for the lungs.") is None


def test_the_encoder_of_the_index_gives_cosines():
    import numpy as np

    class Encoder:
        def embed_texts(self, texts):
            rows = {"a": [1.0, 0.0], "b": [0.6, 0.8], "c": [0.0, 1.0]}
            return np.array([rows[text] for text in texts], dtype=np.float32)

    near = EncoderMeaning(Encoder()).near("a", ["b", "c"])
    assert near == pytest.approx([0.6, 0.0])
    assert EncoderMeaning(Encoder()).near("a", []) == []

from __future__ import annotations

import numpy as np
import pytest

from rag.embed.encoder import SentenceEncoder
from rag.embed.packing import OUTSIDE, similarities, unpack
from rag.embed.tokens import TokenReader
from rag.redact.mint import stored
from rag.settings import EmbedSettings
from rag.testing.embedder_contract import chunk

pytestmark = pytest.mark.slow
TEXT = "The patient was given 5.9 mg of warfarin, and the tenant pays."


@pytest.fixture(scope="module")
def encoder():
    return SentenceEncoder(EmbedSettings(batch=4))


def starts(point):
    return unpack(point.tokens, 384).starts.tolist()


def test_stop_words_and_signs_are_not_kept_and_the_rest_stands_where_it_does(encoder):
    [point] = encoder.embed([chunk(TEXT)])
    kept = [TEXT[start:].split(maxsplit=1)[0].strip(",.") for start in starts(point)]
    assert kept[0] == "patient"
    assert {"given", "mg", "tenant", "pays"} <= set(kept)
    assert not {"The", "was", "of", "and"} & set(kept)


def test_tokens_of_the_headings_are_kept_and_stand_outside(encoder):
    [alone] = encoder.embed([chunk(TEXT)])
    [below] = encoder.embed([chunk(TEXT, "Anticoagulants")])
    outside = [start for start in starts(below) if start == OUTSIDE]
    assert outside
    assert [start for start in starts(below) if start != OUTSIDE] == starts(alone)


def test_the_pieces_of_a_pseudonym_are_not_kept(encoder):
    [plain] = encoder.embed([chunk("was given warfarin")])
    [named] = encoder.embed([chunk("[PERSON:k3f2mnop] was given warfarin")])
    assert len(starts(named)) == len(starts(plain))
    [alone] = encoder.embed([chunk("[PERSON:k3f2mnop]")])
    assert starts(alone)


def test_a_text_of_stop_words_alone_keeps_them(encoder):
    [point] = encoder.embed([chunk("It is this.")])
    assert len(starts(point)) >= 3
    assert encoder.embed_question(stored("What is it?")).tokens.shape[0] >= 3


def test_a_word_of_a_question_is_met_where_it_stands(encoder):
    [point] = encoder.embed([chunk(TEXT)])
    query = encoder.embed_question(stored("warfarin"))
    tokens = unpack(point.tokens, 384)
    [likeness] = similarities(query.tokens, [tokens])
    best = tokens.starts[int(likeness.mean(axis=0).argmax())]
    assert TEXT[best:].startswith("warfarin")


def test_a_passage_has_the_same_tokens_alone_and_among_others(encoder):
    many = encoder.embed([chunk(TEXT * n, ordinal=n) for n in (1, 5, 2)])
    [alone] = encoder.embed([chunk(TEXT, ordinal=1)])
    one, other = (np.unpackbits(unpack(p.tokens, 384).signs) for p in (many[0], alone))
    assert (one == other).mean() > 0.99  # a sign near zero may turn in another batch


def test_a_model_whose_tokens_cannot_be_placed_has_no_reader(encoder):
    class Slow:
        is_fast = False

    class Model:
        tokenizer = Slow()

    assert TokenReader.of(Model()) is None
    assert TokenReader.of(encoder._loaded()) is not None

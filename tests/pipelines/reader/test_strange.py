"""Contexts whose names are other pieces: what was equal stays equal, what must be known stays."""

from __future__ import annotations

from random import Random

import pytest

from pipelines.reader.batches import Batches, Level
from pipelines.reader.contexts import REFUSAL, Contexts, tail
from pipelines.reader.network import Layout, Shape
from pipelines.reader.pieces import BytePieces
from pipelines.reader.strange import strange

SHAPE = Shape(pieces=600, width=32, layers=5, heads=2, inner=32)
LEVEL = Level(facts=(3,), layout=Layout(context=192, questions=4, question=128))


@pytest.fixture(scope="module")
def pieces():
    texts = [Contexts(n, held_out=False).write(3, 2) for n in range(80)]
    return BytePieces.learnt(
        [one.head for one in texts] + [tail(a.question) + a.answer for c in texts for a in c.asked],
        SHAPE.pieces,
    )


def test_no_two_pieces_become_one(pieces):
    known = strange(pieces)
    for seed in range(20):
        other = known.renamed(Random(seed), range(300, 420))
        assert len(set(other.values())) == len(other) > 10
        assert not (set(other) | set(other.values())) & known.fixed
        assert not set(other) & (known.meaning - known.common)


def test_common_words_are_changed_in_half_of_the_contexts(pieces):
    known = strange(pieces)
    words = known.common - known.fixed - known.meaning
    seen = [bool(known.renamed(Random(seed), words)) for seed in range(60)]
    assert 15 < sum(seen) < 45


def test_numbers_marks_and_the_refusal_stay(pieces):
    kept = [REFUSAL, tail(""), "[1]", " [PERSON:", " 12,345.67"]
    fixed = strange(pieces).fixed
    for text in kept[:3]:
        (cut,) = pieces.cut([text])
        assert set(cut) <= fixed
    assert {pieces.cut([digit])[0][0] for digit in "0123456789"} <= fixed


def test_answers_are_still_sentences_of_their_evidence(pieces):
    """Each answer stands in the evidence piece by piece, but for its citation."""
    made = Batches(pieces, SHAPE, 3, held_out=False, guided=True, renamed=1.0).one(LEVEL, 8)
    plain = Batches(pieces, SHAPE, 3, held_out=False, guided=True).one(LEVEL, 8)
    assert not made.pieces.equal(plain.pieces)
    copied = 0
    for row, looks in enumerate(made.guides.tail["copy"]):
        for at in looks.any(-1).nonzero()[:, 0].tolist():
            (where,) = looks[at].nonzero()[0].tolist()
            following = int(made.pieces[row, LEVEL.layout.context + at + 1])
            if int(made.pieces[row, where]) == following:
                copied += 1
            else:
                assert pieces.join([following]) == " ["
    assert copied > 200

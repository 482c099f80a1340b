"""Vocabularies: texts come back whole, parts are cut as the whole is, digits stay apart."""

from __future__ import annotations

import pytest

from pipelines.reader.contexts import Contexts, tail
from pipelines.reader.pieces import BytePieces, SentencePieces

STRANGE = [
    " Zażółć gęślą jaźń [PERSON:k3f2mnop] 12,345.67 € [1]",
    " naïve — 日本語 مرحبا 🙂 it's [12]",
]


def texts():
    for number in range(60):
        context = Contexts(number, held_out=False).write(1 + number % 5, 2)
        yield context.head
        yield from (tail(one.question) + one.answer for one in context.asked)


@pytest.fixture(scope="module", params=[BytePieces, SentencePieces])
def pieces(request):
    return request.param.learnt(texts(), 520)


def test_parts_are_cut_as_the_whole_is(pieces):
    for number in range(40):
        context = Contexts(900 + number, held_out=True).write(1 + number % 5, 1)
        asked = context.asked[0]
        parts = (
            pieces.heads([context.head])[0]
            + pieces.tails([tail(asked.question)])[0]
            + pieces.answers([asked.answer])[0]
        )
        assert parts == pieces.heads([context.head + tail(asked.question) + asked.answer])[0]


def test_texts_come_back_whole(pieces):
    for text in STRANGE:
        assert pieces.join(pieces.answers([text])[0]) == text


def test_digits_are_never_joined(pieces):
    (cut,) = pieces.answers([" 90210 12345"])
    assert [pieces.join([number]).strip() for number in cut if pieces.join([number]).strip()] == [
        *"9021012345"
    ]


def test_a_vocabulary_is_saved_and_read(pieces, tmp_path):
    pieces.save(tmp_path / "vocabulary")
    again = type(pieces).read(tmp_path / "vocabulary")
    assert again.size == pieces.size
    assert again.answers(STRANGE) == pieces.answers(STRANGE)

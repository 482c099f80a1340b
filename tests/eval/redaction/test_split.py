from __future__ import annotations

import pytest

from eval.redaction.split import Part, belongs, training
from eval.split import held_out

TEXTS = [f"Sentence number {number}." for number in range(600)]


def test_the_split_is_fixed_for_good():
    """Values worked out by hand from SHA-256: they may never change."""
    assert [held_out(text, 2) for text in TEXTS[:8]] == [int(bit) for bit in "01101001"]
    assert [held_out(text, 3) for text in TEXTS[:8]] == [int(bit) for bit in "01010100"]


@pytest.mark.parametrize(("one_in", "share"), [(2, 0.5), (3, 1 / 3)])
def test_about_one_in_so_many_is_held_out(one_in, share):
    assert sum(held_out(text, one_in) for text in TEXTS) / len(TEXTS) == pytest.approx(
        share, abs=0.06
    )


def test_the_parts_share_nothing_and_leave_nothing_out():
    held = {text for text in TEXTS if belongs(text, part=Part.HELD_OUT, one_in=3)}
    trained = {text for text in TEXTS if belongs(text, part=Part.TRAINING, one_in=3)}
    assert held.isdisjoint(trained)
    assert held | trained == set(TEXTS)
    assert set(training(TEXTS, 3)) == trained


def test_a_corpus_that_is_not_split_is_in_every_part():
    assert not held_out("anything", 0)
    assert all(belongs("anything", part=part, one_in=0) for part in Part)

"""The readers that are shipped: their cards say what they are, and they do what their cards say."""

from __future__ import annotations

import hashlib
import json

import pytest

from pipelines.reader.card import SIZES, WEIGHTS
from pipelines.reader.measure import answers, cases, served
from rag.models.gguf import read_header

MOST_BYTES = 15_000_000


def card(size):
    return json.loads((WEIGHTS / f"{SIZES[size].name}.json").read_text(encoding="utf-8"))


def test_every_file_of_weights_is_of_a_known_size():
    assert {one.stem for one in WEIGHTS.glob("*.gguf")} == {one.name for one in SIZES.values()}


@pytest.mark.parametrize("size", sorted(SIZES))
def test_a_card_is_of_the_file_beside_it(size):
    told = card(size)
    data = (WEIGHTS / told["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == told["sha256"]
    assert len(data) == told["bytes"] < MOST_BYTES
    header = read_header(WEIGHTS / told["file"])
    assert (header.architecture, header.vocabulary) == ("llama", told["tokenizer"])
    assert header.tokens == told["vocabulary"]


@pytest.mark.slow
@pytest.mark.parametrize("size", ["1m", "5m"])
def test_a_reader_is_right_as_often_as_its_card_says(size):
    """On other cases than those of its card; twenty are few, so only far less is a failure."""
    asked = [one for one in cases(30, seed=77, facts=(3,)) if one.kind == "one"]
    with served(WEIGHTS / f"{SIZES[size].name}.gguf") as client:
        told = answers(client, asked, print)
    right = sum(text == one.answer for text, one in zip(told, asked, strict=True))
    assert right / len(asked) > card(size)["held_out"]["facts"]["3"]["exact"]["share"] - 0.3


@pytest.mark.parametrize("size", sorted(SIZES))
def test_a_card_says_what_to_expect_in_words_that_nobody_looked_at(size):
    told = card(size)
    assert "--unseen" in told["measured"]["unseen"]
    assert set(told["unseen"]["facts"]) >= {"1", "3", "5", "8"}
    for shares in told["unseen"]["facts"].values():
        exact = shares["exact"]
        assert exact["low"] <= exact["share"] <= exact["high"]
        assert exact["cases"] > 200
    assert set(told["unseen"]["refusal"]) == {"f1", "precision", "recall"}

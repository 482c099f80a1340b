"""The readers that are shipped: their files, their cards, and a few answers of each."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pipelines.reader.measure import MOST_TOKENS, served
from rag.generate.wire.records import Request
from rag.models.gguf import read_header

WEIGHTS = Path(__file__).parents[3] / "rag" / "generate" / "weights"
CARDS = sorted(WEIGHTS.glob("*.json"))


def card_of(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_file_has_its_card():
    assert len(CARDS) >= 2
    assert {path.stem for path in WEIGHTS.glob("*.gguf")} == {path.stem for path in CARDS}


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_a_card_tells_of_the_file_beside_it(path):
    card = card_of(path)
    data = (WEIGHTS / card["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == card["sha256"]
    assert len(data) == card["bytes"] < 15_000_000
    header = read_header(WEIGHTS / card["file"])
    assert header.name == card["name"] == path.stem
    assert (header.architecture, header.vocabulary) == (card["architecture"], card["tokenizer"])
    assert (header.tokens, header.context) == (card["vocabulary"], card["context"])


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_a_reader_says_what_it_is_for(path):
    card = card_of(path)
    assert "test" in card["name"]
    assert card["purpose"].startswith("test and demonstration model")
    assert card["limits"]
    for shares in card["held_out"]["facts"].values():
        assert 0 <= shares["exact"]["low"] <= shares["exact"]["share"] <= shares["exact"]["high"]


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_a_reader_answers_as_it_did_when_it_was_measured(path):
    """A file, a server or a way of cutting texts that changed would write something else."""
    card = card_of(path)
    with served(WEIGHTS / card["file"], runtime=card["measured"]["runtime"]) as client:
        told = [
            client.complete(Request(prompt=one["prompt"], max_tokens=MOST_TOKENS)).text
            for one in card["samples"]
        ]
    assert len(told) >= 10
    same = [text == one["answer"] for text, one in zip(told, card["samples"], strict=True)]
    assert sum(same) >= len(same) - 2  # processors round differently
    assert any(one["right"] for one in card["samples"])

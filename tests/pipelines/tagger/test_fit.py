"""Training: a small network learns what a few texts show, and the files it leaves can be used."""

from __future__ import annotations

import json
from random import Random

import pytest

from pipelines import train_names
from pipelines.tagger.encoding import blocks
from pipelines.tagger.examples import Example
from pipelines.tagger.fit import Recipe, Score, measure, train
from rag.redact.tagger.model import CARD, TaggerNames
from rag.redact.tagger.network import Tagger
from rag.redact.tagger.words import Vocabulary

FIRST = ("Anna", "Berta", "Carla", "Dora", "Emma", "Fanny", "Greta", "Hanna")


def sentences(rng: Random, count: int) -> list[Example]:
    made = []
    for _ in range(count):
        name = f"{rng.choice(FIRST)} {rng.choice(FIRST)}son"
        text = f"{rng.choice(('Yesterday', 'Then', 'Today'))} {name} came to the office."
        start = text.index(name)
        made.append(Example(text=text, spans=((start, start + len(name), "PERSON"),)))
    return made


@pytest.mark.slow
def test_a_network_learns_what_it_is_shown():
    vocabulary = Vocabulary(["a", "##b"])
    network = Tagger(rows=vocabulary.rows, labels=19, depth=16, width=32)
    examples = sentences(Random(1), 60)
    before = measure(network, blocks(examples, vocabulary), vocabulary.nothing)
    recipe = Recipe(epochs=4, texts=0, words=200, rate=1e-2, labelled_words=2_000)
    said: list[str] = []
    train(network, vocabulary, recipe, {"made": examples}, said.append)
    after = measure(network, blocks(sentences(Random(2), 40), vocabulary), vocabulary.nothing)
    assert after["PERSON"].recall > 0.9 > before["PERSON"].recall
    assert after["PERSON"].precision > 0.9
    assert len(said) == recipe.epochs


@pytest.mark.slow
def test_the_command_leaves_a_model_that_can_be_used(tmp_path):
    arguments = ["--out", str(tmp_path), "--epochs", "1", "--texts", "60", "--depth", "8"]
    assert train_names.main([*arguments, "--width", "8"]) == 0
    model = TaggerNames(tmp_path)
    assert isinstance(list(model.find("Dr. Jane Doe lives in Bytom.")), list)
    card = json.loads((tmp_path / CARD).read_text())
    assert card["recipe"]["texts"] == 60
    assert card["corpora"] == []
    assert {"PERSON", "LOCATION"} <= model.kinds


def test_a_score_of_nothing_is_whole():
    assert Score(gold=0, found=0, right=0).recall == 1.0
    assert Score(gold=4, found=2, right=1).precision == 0.5

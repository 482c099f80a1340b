"""The candidates learn from the same words and answer with one label a word."""

from __future__ import annotations

import json
from random import Random

import pytest
import torch

from eval.split import held_out
from pipelines import compare_names
from pipelines.compare_names import score, speed
from pipelines.tagger.candidates import CANDIDATES
from pipelines.tagger.encoding import NAMES
from pipelines.tagger.examples import Example, apart
from pipelines.tagger.fit import Recipe
from pipelines.train_names import ENCODER
from rag.embed.model_folder import locate
from rag.redact.shadow import folded
from rag.redact.tagger.words import split

FIRST = ("Anna", "Berta", "Carla", "Dora", "Emma", "Fanny", "Greta", "Hanna")
AWKWARD = "Anna\n\n \nBerta \x01 \u4f60\u597d   12/03/1984 " + "antidisestablishmentarianism-" * 200


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def sentences(rng: Random, count: int) -> list[Example]:
    made = []
    for _ in range(count):
        name = f"{rng.choice(FIRST)} {rng.choice(FIRST)}son"
        text = f"{rng.choice(('Yesterday', 'Then', 'Today'))} {name} came to the office."
        start = text.index(name)
        made.append(Example(text=text, spans=((start, start + len(name), "PERSON"),)))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("name", CANDIDATES)
def test_a_candidate_learns_what_it_is_shown(name):
    words = {"encoder-head": 300, "spacy": 1_500, "convolutions": 2_500}[name]
    recipe = Recipe(
        epochs=2, texts=0, words=100, depth=16, width=32, rate=1e-2, labelled_words=words
    )
    candidate = CANDIDATES[name](recipe, locate(ENCODER))
    said: list[str] = []
    candidate.learn({"made": sentences(Random(1), 60)}, said.append)
    found = score(candidate, sentences(Random(2), 40))
    assert found["PERSON"].recall > 0.9
    assert found["PERSON"].precision > 0.9
    assert len(said) == recipe.epochs
    for text in ("", " ", "Anna", AWKWARD):
        told = candidate.tell(text)
        assert len(told) == len(split(folded(text)).forms)
        assert set(told) <= set(range(len(NAMES)))
    assert candidate.size() > 1_000_000
    assert speed(candidate, ["Then Anna came."], passes=1) > 0


@pytest.mark.slow
def test_the_command_measures_each_corpus_by_networks_that_never_saw_it(tmp_path, monkeypatch):
    monkeypatch.setattr(compare_names, "_MOST_CHARACTERS", 1_000)
    monkeypatch.setattr(compare_names, "_NEW_TEXTS", 4)
    quick = {name: CANDIDATES[name] for name in ("convolutions", "spacy")}
    monkeypatch.setattr(compare_names, "CANDIDATES", quick)
    for number, corpus in enumerate(("one", "two")):
        rows = [
            {"text": one.text, "spans": [{"start": a, "end": b, "kind": kind}]}
            for one in sentences(Random(number), 24)
            for a, b, kind in one.spans
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{corpus}.jsonl").write_text(lines, encoding="utf-8")
    out = tmp_path / "figures.json"
    data = [str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")]
    small = ["--texts", "4", "--epochs", "1", "--labelled_words", "10", "--depth", "8"]
    few = ["--registers", "negatives", "--width", "8"]
    assert compare_names.main(["--data", *data, "--out", str(out), *small, *few]) == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["recipe"]["texts"] == 4
    assert set(report["candidates"]) == set(quick)
    for figures in report["candidates"].values():
        assert figures["bytes"] > 0
        assert figures["characters a CPU-second"] > 0
        assert {"one", "templates, negatives"} <= set(figures["scores"])
        assert set(figures["other origin"]) == {"one", "two"}
        assert figures["other origin"]["one"]["all"][0] == 24
        assert figures["scores"]["templates, negatives"]["all"][0] == 0


def test_documents_to_watch_are_the_same_each_time_and_are_not_learnt():
    learnt, watched = apart({"made": sentences(Random(1), 200)})
    again, _ = apart({"made": sentences(Random(1), 200)})
    assert learnt == again
    texts = {one.text for one in learnt["made"]}
    assert watched["made"]
    assert not texts & {one.text for one in watched["made"]}
    assert any(held_out(text, 2) for text in texts)  # one split says nothing about the other

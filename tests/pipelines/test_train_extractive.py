from __future__ import annotations

import json

import numpy as np
import pytest

from pipelines import train_extractive
from pipelines.train_extractive import Example, chosen_right, fit
from rag.errors import ConfigurationError
from rag.generate.features import NAMES
from rag.generate.ranking import Weights, parsed

THINGS = [
    "boiler",
    "hedge",
    "lease",
    "pump",
    "scanner",
    "ledger",
    "kettle",
    "lift",
    "radio",
    "tariff",
]


def weights_of(values):
    return Weights(
        weights=dict(zip(NAMES, values, strict=True)), data="", fitted_on={}, chosen="2026-01-01"
    )


def examples(name, count, *, seed):
    """Of five candidates that one is right which has most of a feature; the rest is chance."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        table = random.normal(size=(5, len(NAMES))).astype(np.float32)
        made.append(
            Example(features=table, right=np.arange(5) == table[:, NAMES.index(name)].argmax())
        )
    return made


def test_what_tells_right_from_wrong_is_learnt():
    values = fit([examples("kind", 200, seed=1), examples("kind", 50, seed=2)])
    assert NAMES[int(np.argmax(values))] == "kind"
    assert chosen_right(weights_of(values), examples("kind", 100, seed=3)) > 0.9


def test_a_feature_that_is_always_the_same_weighs_nothing():
    made = examples("kind", 50, seed=1)
    for one in made:
        one.features[:, 0] = 1.0
    assert fit([made])[0] == pytest.approx(0)


def questions(folder):
    """A folder of questions with snippets: each asks for an age that stands beside others."""
    rows = [
        {
            "id": f"q{number}",
            "type": "factoid",
            "body": f"How many years old is the {thing}?",
            "exact_answer": [f"{number + 20} years"],
            "snippets": [
                {"text": f"The {thing} stands in the yard. People like the {thing} very much."},
                {"text": f"It has been said that the {thing} is {number + 20} years old now."},
                {"text": f"Nobody knows who bought the {thing} at the time."},
            ],
        }
        for number, thing in enumerate(THINGS)
    ]
    folder.mkdir()
    (folder / "some.json").write_text(json.dumps({"questions": rows}))
    return folder


def test_weights_are_fitted_and_written_with_the_hash_of_their_data(tmp_path, capsys):
    data, out = questions(tmp_path / "ages"), tmp_path / "ranking.json"
    assert train_extractive.main(["--data", str(data), "--out", str(out)]) == 0
    found = parsed(out.read_text(), "ranking.json")
    assert len(found.data) == 64
    assert 0 < found.fitted_on["ages"] < len(THINGS)
    assert found.weights["kind"] > 0
    assert "ages: " in capsys.readouterr().out
    again = tmp_path / "again.json"
    train_extractive.main(["--data", str(data), "--out", str(again)])
    assert again.read_bytes() == out.read_bytes()


def test_data_without_answers_is_refused(tmp_path):
    data = questions(tmp_path / "ages")
    rows = json.loads((data / "some.json").read_text())
    for row in rows["questions"]:
        row["type"] = "summary"
    (data / "some.json").write_text(json.dumps(rows))
    with pytest.raises(ConfigurationError, match="no question with an answer"):
        train_extractive.main(["--data", str(data), "--out", str(tmp_path / "out.json")])
    assert not (tmp_path / "out.json").exists()

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from rag.errors import ConfigurationError
from rag.generate.features import NAMES
from rag.generate.ranking import PACKAGED, parsed, shipped, written


def test_the_weights_of_the_package_state_their_data():
    weights = shipped()
    assert re.fullmatch(r"[0-9a-f]{64}", weights.data)
    assert sum(weights.fitted_on.values()) > 300
    assert written(weights) == PACKAGED.read_text(encoding="utf-8")


def test_the_kind_of_answer_and_the_words_speak_for_a_sentence():
    weights = shipped().weights
    assert weights["kind"] > 0
    assert weights["words"] > 0
    assert weights["nothing new"] < 0


def test_likelihoods_add_up_and_follow_the_features():
    table = np.zeros((3, len(NAMES)), dtype=np.float32)
    table[1, NAMES.index("kind")] = 1
    likely = shipped().likelihoods(table)
    assert likely.sum() == pytest.approx(1)
    assert likely.argmax() == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"weights": 3}',
        written(shipped()).replace("meaning", "feeling"),
        json.dumps({**json.loads(written(shipped())), "weights": dict.fromkeys(NAMES, "x")}),
        json.dumps({**json.loads(written(shipped())), "weights": dict.fromkeys(NAMES, "nan")}),
    ],
)
def test_damaged_weights_are_refused(text):
    with pytest.raises(ConfigurationError, match="ranking"):
        parsed(text, "ranking.json")

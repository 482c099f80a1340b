from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from rag.errors import ConfigurationError
from rag.ground.thresholds import shipped, thresholds, written


def test_the_shipped_floors_name_the_data_they_were_chosen_on():
    floors = shipped()
    assert len(floors.data) == 64
    assert floors.chosen
    assert floors.words_and_meaning <= floors.words


def test_an_installation_may_have_its_own(tmp_path):
    own = replace(shipped(), words=0.95, data="of its own")
    (tmp_path / "thresholds.json").write_text(written(own))
    assert thresholds(tmp_path / "thresholds.json") == own
    assert thresholds(tmp_path / "none.json") == shipped()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"words": 1.5}, "words"),
        ({"words": "0.5"}, "words"),
        ({"words": True}, "words"),
        ({"words": float("nan")}, "words"),
        ({"data": 5}, "data"),
        ({"more": 1}, "does not hold"),
    ],
)
def test_a_damaged_file_is_refused_and_nothing_guessed(tmp_path, change, message):
    path = tmp_path / "thresholds.json"
    path.write_text(json.dumps({**asdict(shipped()), **change}))
    with pytest.raises(ConfigurationError, match=message):
        thresholds(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", "{"])
def test_a_file_without_floors_is_refused(tmp_path, content):
    path = tmp_path / "thresholds.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError):
        thresholds(path)

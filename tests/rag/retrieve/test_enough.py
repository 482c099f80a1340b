from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from rag.errors import ConfigurationError
from rag.retrieve.enough import PACKAGED, Judge, Tree, judge, parsed, shipped, written
from rag.retrieve.signs import NAMES

FIRST = Tree(signs=(0, -1, 3, -1, -1), limits=(0.5, 0.1, 0.2, 0.3, 0.9), right=(2, 0, 4, 0, 0))
MADE = Judge(trees=(FIRST,), floor=0.4, data="abc", fitted_on={"public": 12}, chosen="2026-11-21")


def row(**values):
    shown = np.zeros(len(NAMES), dtype=np.float32)
    for name, value in values.items():
        shown[int(name[1:])] = value
    return shown


def test_a_tree_is_walked_by_what_is_smaller():
    assert MADE.likelihood(row(_0=0.4)) == pytest.approx(0.1)
    assert MADE.likelihood(row(_0=0.5)) == pytest.approx(0.3)
    assert MADE.likelihood(row(_0=0.5, _3=0.2)) == pytest.approx(0.9)


def test_trees_are_averaged():
    sure = Tree(signs=(-1,), limits=(0.5,), right=(0,))
    two = replace(MADE, trees=(FIRST, sure))
    assert two.likelihoods([row(), row(_0=1, _3=1)]) == pytest.approx([0.3, 0.7])


def test_what_is_written_is_read_again():
    assert parsed(written(MADE), "x") == MADE


def test_an_installation_may_have_its_own(tmp_path):
    own = tmp_path / "enough.json"
    assert judge(own) is shipped()
    own.write_text(written(MADE))
    assert judge(own) == MADE


def test_the_shipped_one_is_whole_and_says_what_it_was_fitted_on():
    made = shipped()
    assert 0 < made.floor < 1
    assert len(made.data) == 64
    assert sum(made.fitted_on.values()) > 1000
    assert PACKAGED.stat().st_size < 400_000


@pytest.mark.parametrize(
    "change",
    [
        {"signs": ["another"]},
        {"trees": []},
        {"trees": [{"signs": [0], "limits": [0.5], "right": [0]}]},
        {"trees": [{"signs": [0, -1, -1], "limits": [0.5, 0.1, 2], "right": [2, 0, 0]}]},
        {"trees": [{"signs": [0, -1, -1], "limits": [0.5, 0.1, 0.2], "right": [0, 0, 0]}]},
        {"trees": [{"signs": [99, -1, -1], "limits": [0.5, 0.1, 0.2], "right": [2, 0, 0]}]},
        {"trees": [{"signs": [-1], "limits": [], "right": [0]}]},
        {"trees": [{"signs": [-1]}]},
        {"floor": 1.2},
        {"floor": "high"},
        {"fitted_on": None},
    ],
)
def test_a_damaged_one_answers_nothing(tmp_path, change):
    own = tmp_path / "enough.json"
    own.write_text(json.dumps({**json.loads(written(MADE)), **change}))
    with pytest.raises(ConfigurationError, match=r"enough\.json"):
        judge(own)


def test_text_that_is_no_json_is_damaged(tmp_path):
    own = tmp_path / "enough.json"
    own.write_bytes(b"\xff{")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        judge(own)
    with pytest.raises(ConfigurationError, match="damaged"):
        parsed("{", "x")

from __future__ import annotations

import json

import pytest

from eval.abstention.report import JSON_FILE
from rag.retrieve.enough import FILE, parsed

THINGS = ["boiler", "hedge", "canteen", "archive", "lift", "gate", "garden", "stove"]


@pytest.fixture
def data(tmp_path):
    """Questions about things, each with a snippet of its own."""
    folder = tmp_path / "snippets"
    folder.mkdir()
    questions = [
        {
            "id": f"q{n}",
            "type": "summary",
            "body": f"Who looks after the {thing} of the old house?",
            "snippets": [{"text": f"The {thing} of the old house is looked after by firm {n}."}],
        }
        for n, thing in enumerate(THINGS)
    ]
    (folder / "questions.json").write_text(json.dumps({"questions": questions}))
    return folder


@pytest.mark.usefixtures("without_names")
def test_a_judge_is_chosen_kept_and_reported_on_the_other_half(ringfence, data, home, tmp_path):
    ringfence("init")
    done = ringfence(
        *("eval", "abstention", "--data", data, "--choose", "--json"),
        *("--out", tmp_path / "out", "--cache", tmp_path / "cache"),
    )
    assert done.code == 0, done.err
    kept = parsed((home / FILE).read_text(), FILE)
    [group] = done.json["groups"]
    assert group["name"] == "snippets: withheld"
    assert group["cases"] + kept.fitted_on["snippets: withheld"] == 2 * len(THINGS)
    assert group["unanswered"] * 2 == group["cases"]
    assert done.json["floor"] == kept.floor
    assert json.loads((tmp_path / "out" / JSON_FILE).read_text()) == done.json
    assert "boiler" not in (tmp_path / "out" / JSON_FILE).read_text()


def test_without_data_it_says_what_it_needs(ringfence):
    ringfence("init")
    done = ringfence("eval", "abstention")
    assert done.code == 2
    assert "--data" in done.err

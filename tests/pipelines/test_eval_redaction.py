from __future__ import annotations

import json

import pytest

from eval.redaction.report import JSON_FILE, PAGE_FILE
from pipelines.eval_redaction import measured_policy
from rag.redact.policy import Action

TEXT = "Write to jane@example.org or call 020 7946 0123 before noon."
EMAIL, PHONE = "jane@example.org", "020 7946 0123"


@pytest.fixture
def data(tmp_path):
    """One labelled document, with an identifier that no recognizer knows."""
    spans = [
        {"start": TEXT.index(value), "end": TEXT.index(value) + len(value), "kind": kind}
        for value, kind in ((EMAIL, "EMAIL"), (PHONE, "PHONE"), ("Write", "LOCKER"))
    ]
    path = tmp_path / "ward.jsonl"
    path.write_text(json.dumps({"text": TEXT, "spans": spans}))
    return path


def test_a_labelled_file_is_measured(ringfence, data, tmp_path):
    ringfence("init")
    done = ringfence("eval", "redaction", "--data", data, "--out", tmp_path / "out", "--json")
    [corpus] = done.json["corpora"]
    assert done.code == 0
    assert (corpus["name"], corpus["policy"]) == ("ward", "all")
    assert corpus["kinds"]["EMAIL_ADDRESS"]["recall"]["mean"] == 1
    assert corpus["kinds"]["PHONE_NUMBER"]["recall"]["mean"] == 1
    assert corpus["kinds"]["LOCKER"]["recall"]["mean"] == 0
    assert "below the bar: ward" in done.err
    assert json.loads((tmp_path / "out" / JSON_FILE).read_text()) == done.json
    assert len(corpus["policy_hash"]) == len(corpus["redactor"]) == 32


def test_nothing_shows_a_value_unless_asked(ringfence, data, tmp_path):
    ringfence("init")
    quiet = ringfence("eval", "redaction", "--data", data, "--out", tmp_path / "quiet")
    ringfence("eval", "redaction", "--data", data, "--out", tmp_path / "open", "--show-values")
    shown = quiet.out + quiet.err + (tmp_path / "quiet" / PAGE_FILE).read_text()
    assert "jane" not in shown
    assert "<td>LOCKER</td>" in shown
    assert ">Write<" in (tmp_path / "open" / PAGE_FILE).read_text()


def test_what_a_policy_keeps_is_not_found(ringfence, data, tmp_path):
    ringfence("init")
    policy = tmp_path / "ours.yaml"
    policy.write_text("name: ours\nversion: 1\ndefault: mask\nkinds:\n  PHONE_NUMBER: keep\n")
    done = ringfence("eval", "redaction", "--data", data, "--policy", policy, "--json")
    kinds = done.json["corpora"][0]["kinds"]
    assert done.json["corpora"][0]["policy"] == "ours"
    assert kinds["PHONE_NUMBER"]["recall"]["mean"] == 0
    assert kinds["EMAIL_ADDRESS"]["recall"]["mean"] == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--split", "some"], "--split is one of all, held-out, training"),
        (["--policy", "nobody's"], "there is no policy"),
        (["--data", "missing"], "missing does not exist"),
    ],
)
def test_a_mistake_is_one_line(ringfence, data, options, message):
    ringfence("init")
    done = ringfence("eval", "redaction", "--data", data, *options)
    assert done.code == 2
    assert message in done.err


def test_a_part_without_documents_is_said(ringfence, tmp_path):
    ringfence("init")
    path = tmp_path / "one.json"
    path.write_text(json.dumps([{"full_text": "No. 2", "spans": []}]))
    parts = [
        ringfence("eval", "redaction", "--data", path, "--split", part).code
        for part in ("held-out", "training")
    ]
    assert sorted(parts) == [0, 2]


def test_the_policy_of_everything_masks_what_nobody_thought_of():
    assert measured_policy("all").action("NEVER_HEARD_OF") is Action.MASK

from __future__ import annotations

import json

import pytest

from eval.retrieval.report import JSON_FILE, PAGE_FILE, TEXT_FILE
from pipelines.searched import workplace
from rag.errors import RetryError

QUESTIONS = {
    "questions": [
        {
            "id": "q1",
            "type": "factoid",
            "body": "How often is the boiler serviced?",
            "exact_answer": ["every 14 months"],
            "snippets": [{"text": "The boiler is serviced every 14 months by an outside firm."}],
        },
        {
            "id": "q2",
            "type": "summary",
            "body": "Whom may somebody write to about the hedge?",
            "snippets": [
                {"text": "Write to jane@example.org before the hedge is cut."},
                {"text": "The hedge is cut twice a year, in June and in September."},
            ],
        },
        {
            "id": "q4",
            "type": "yesno",
            "body": "Is soup served at noon?",
            "snippets": [{"text": "In the canteen soup is served at noon on every weekday."}],
        },
    ]
}


@pytest.fixture
def data(tmp_path):
    """Questions about four snippets, one of which holds an address."""
    folder = tmp_path / "snippets"
    folder.mkdir()
    (folder / "questions.json").write_text(json.dumps(QUESTIONS))
    return folder


@pytest.mark.usefixtures("without_names")
def test_search_is_measured_step_by_step_and_redacted(ringfence, data, home, tmp_path):
    ringfence("init")
    done = ringfence(
        *("eval", "retrieval", "--data", data, "--ablate", "--redact", "--json"),
        *("--out", tmp_path / "out", "--cache", tmp_path / "cache"),
    )
    assert done.code == 0, done.err
    assert json.loads((tmp_path / "out" / JSON_FILE).read_text()) == done.json
    [found] = done.json["sets"]
    assert found["index"]["documents"] == found["index"]["passages"] == 4
    assert found["metrics"]["mrr"]["mean"] == 1
    assert found["metrics"]["recall@10"]["mean"] == 1
    assert found["packing"]["packed"]["answers"]["mean"] == 1
    assert {one["id"]: len(one["ranks"]) for one in found["scores"]} == {"q1": 1, "q2": 2, "q4": 1}
    names = [one["name"] for one in found["configurations"]]
    assert {"meaning alone", "words alone (BM25 in memory)", "without rewriting"} <= {*names}
    assert all(set(one["scores"]) == {"q1", "q2", "q4"} for one in found["configurations"])
    rows = {(row["kind"], row["where"]) for row in found["redaction"]["kinds"]}
    assert rows == {("EMAIL_ADDRESS", "what answers it")}
    assert found["redaction"]["failed"] == 0
    assert not (home / "retrieval").exists()


@pytest.mark.usefixtures("without_names")
def test_the_report_holds_no_text_and_says_what_falls_short(ringfence, data, tmp_path):
    questions = json.loads((data / "questions.json").read_text())
    questions["questions"][0]["body"] = "In which canteen is soup served at noon on a weekday?"
    (data / "questions.json").write_text(json.dumps(questions))
    ringfence("init")
    done = ringfence("eval", "retrieval", "--data", data, "--out", tmp_path / "out")
    assert done.code == 0
    assert "snippets: ndcg@10 " in done.out
    assert "below the bar: snippets: ndcg@10 0." in done.err
    written = [(tmp_path / "out" / name).read_text() for name in (JSON_FILE, TEXT_FILE, PAGE_FILE)]
    assert all("ndcg@10" in text for text in written)
    shown = "".join([done.out, done.err, *written])
    assert not [word for word in ("boiler", "hedge", "canteen", "jane") if word in shown]


def test_a_half_holds_its_questions_alone(ringfence, data, without_names):
    ringfence("init")
    asked = [
        {one["id"] for found in done.json["sets"] for one in found["scores"]}
        for part in ("tune", "test")
        if (done := ringfence("eval", "retrieval", "--data", data, "--part", part, "--json"))
    ]
    assert asked[0] | asked[1] == {"q1", "q2", "q4"}
    assert not asked[0] & asked[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--part", "some"], "--part is one of all, tune, test"),
        (["--data", "missing"], "missing does not exist"),
        (["--out", "."], "exists already"),
    ],
)
def test_a_mistake_is_one_line(ringfence, data, options, message):
    ringfence("init")
    done = ringfence("eval", "retrieval", "--data", data, *options)
    assert done.code == 2
    assert message in done.err


def test_what_a_killed_measurement_left_is_gone_with_the_next(tmp_path):
    (tmp_path / "retrieval" / "plain").mkdir(parents=True)
    with workplace(tmp_path) as place:
        assert list(place.iterdir()) == []
        assert place.stat().st_mode & 0o077 == 0
        (place / "index").touch()
        with pytest.raises(RetryError, match="wait until it is done"), workplace(tmp_path):
            pass
        assert (place / "index").exists()
    assert not place.exists()
    with workplace(tmp_path):
        pass

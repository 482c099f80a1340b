"""A judge on a server, from the command line to the report."""

from __future__ import annotations

import json

import pytest

from eval.cases import Case, Expect, Form
from eval.run import run
from eval.scorers import standard_scorers
from eval.solver import Frozen, Outcome, Setup
from pipelines.system import DataLibrary
from rag.records import Answer, Verdict
from rag.redact.mint import stored
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import WHOLE, Played, model_stub, told

CHAT = (WHOLE, "/v1/chat/completions")
JUDGE = '[model]\nruntime = "url"\nurl = "{url}"\ntimeout = {seconds}\n'


class Says:
    """Answers yes to everything."""

    setup = Setup(model="says", settings_hash="s", index_fingerprint="i", code_version="1")

    def find(self, case):
        return Frozen(question=stored(case.question))

    def solve(self, _case, found):
        answer = Answer(
            answer="Yes.",
            verdict=Verdict.GROUNDED,
            sentences=(),
            citations=(),
            model="says",
            timings={},
            audit_id="",
        )
        return Outcome(found=found, answer=answer)


class Plain:
    """Redacts nothing."""

    def redact_text(self, text, *, tenant):
        assert tenant
        return stored(text)


@pytest.fixture
def runs(tmp_path):
    """Two finished runs of forty questions that people answered yes and no in turn."""
    return asked(40, tmp_path)


def asked(count, folder):
    cases = [
        Case(
            id=f"c-{n}",
            corpus="house",
            question="Is the boiler serviced?",
            asker="measurement",
            expect=Expect.ANSWER,
            answers=("yes" if n % 2 else "no",),
            form=Form.CHOICE,
        )
        for n in range(count)
    ]
    for name in ("one", "two"):
        library = DataLibrary({}, Plain())
        run(cases, Says(), library, standard_scorers(), folder / name, lambda *_: None)
    return folder / "one", folder / "two"


def says(word):
    """The routes of a server that says a word, whatever it is asked."""
    body = {
        "model": "reader",
        "choices": [{"message": {"content": word}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10},
    }
    return {**recorded.llama_server(), CHAT: told(body)}


@pytest.mark.parametrize(
    ("word", "counts", "doubt"),
    [
        ("right", {"right": 40}, "kappa 0.00 [0.00, 0.00]: 0.6 is needed"),
        ("I cannot say", {}, "it said nothing that can be held against a label"),
    ],
)
def test_a_poor_judge_is_said_to_be_one(ringfence, tmp_path, runs, word, counts, doubt):
    ringfence("init")
    with model_stub(says(word)) as stub:
        (tmp_path / "judge.toml").write_text(JUDGE.format(url=stub.url, seconds=60))
        done = ringfence("eval", "judge", runs[0], "--model", tmp_path / "judge.toml", "--json")
        assert done.code == 0, done.err
        assert (done.json["counts"], done.json["silent"]) == (counts, 40 - sum(counts.values()))
        assert done.json["doubt"].startswith(doubt)
        assert f"not to be used as a judge: {doubt}" in done.err
        [first, *_] = stub.bodies("/v1/chat/completions")
        assert 'root ::= "right" | "partly" | "wrong"' in first["grammar"]
        again = ringfence("eval", "judge", runs[0], "--model", tmp_path / "judge.toml")
        assert (again.code, "nothing is left to be judged" in again.err) == (2, True)
    report = tmp_path / "report"
    assert ringfence("eval", "report", runs[0], "--out", report).code == 0
    assert doubt in (report / "compare.md").read_text()
    assert json.loads((report / "compare.json").read_text())["judged"]["one"][0]["doubt"]


def test_a_judge_that_hangs_says_nothing(ringfence, tmp_path):
    ringfence("init")
    one, _ = asked(2, tmp_path)
    routes = {**recorded.llama_server(), CHAT: Played(ending="silence")}
    with model_stub(routes) as stub:
        (tmp_path / "judge.toml").write_text(JUDGE.format(url=stub.url, seconds=0.3))
        done = ringfence("eval", "judge", one, "--model", tmp_path / "judge.toml", "--json")
    assert done.code == 0, done.err
    assert (done.json["cases"], done.json["silent"]) == (2, 2)


def test_equal_answers_are_equal_without_a_judge(ringfence, tmp_path, runs):
    ringfence("init")
    with model_stub(says("first")) as stub:
        (tmp_path / "judge.toml").write_text(JUDGE.format(url=stub.url, seconds=60))
        arguments = ("eval", "judge", runs[0], "--model", tmp_path / "judge.toml")
        done = ringfence(*arguments, "--over", runs[1], "--json")
        assert done.code == 0, done.err
        assert done.json["counts"] == {"equal": 40}
        assert stub.bodies("/v1/chat/completions") == []  # the same words need no judge
    shown = ringfence("eval", "report", *runs, "--out", tmp_path / "report")
    assert shown.code == 0, shown.err
    assert "Which answers a local judge prefers" in (tmp_path / "report/compare.md").read_text()


def test_a_run_that_was_changed_or_a_file_without_a_model_is_refused(ringfence, tmp_path, runs):
    ringfence("init")
    (tmp_path / "none.toml").write_text('[generate]\nkind = "extractive"\n')
    done = ringfence("eval", "judge", runs[0], "--model", tmp_path / "none.toml")
    assert (done.code, "no model answers yet" in done.err) == (2, True)
    (runs[0] / "cases.jsonl").write_text("")
    done = ringfence("eval", "judge", runs[0], "--model", tmp_path / "none.toml")
    assert (done.code, "changed since the run" in done.err) == (2, True)

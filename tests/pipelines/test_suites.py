"""Suites of one's own and public data, from the command line to a run."""

from __future__ import annotations

import json

import pytest

from eval.cases import repeated
from pipelines.suites import Shard
from rag.errors import ConfigurationError
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import model_stub

QUOTE = "The boiler is serviced every 14 months by an outside firm."
TABLE = f"""question,answer,document,quote,as,expect,group
How often is the boiler serviced?,every 14 months,boiler.txt,{QUOTE},operator,,boiler
When is the boiler serviced?,every 14 months,boiler.txt,{QUOTE},operator,,boiler
Who won the war of the roses?,,,,operator,none,
"""
SQUAD = {
    "data": [
        {
            "title": "House",
            "paragraphs": [
                {
                    "context": "The hedge is cut twice a year, in June and in September.",
                    "qas": [
                        {
                            "id": "s1",
                            "question": "How often is the hedge cut?",
                            "answers": [{"text": "twice a year", "answer_start": 17}],
                        }
                    ],
                }
            ],
        }
    ]
}


def check_compared(ringfence, suite, tmp_path):
    """A server by its address beside sentences without a model; the model without evidence, too."""
    (tmp_path / "quoted.toml").write_text('[generate]\nkind = "extractive"\n')
    with model_stub(recorded.llama_server()) as stub:
        text = f'[model]\nruntime = "url"\nurl = "{stub.url}"\n'
        (tmp_path / "served.toml").write_text(text)
        models = f"{tmp_path / 'quoted.toml'},{tmp_path / 'served.toml'}"
        out = tmp_path / "sizes"
        asked = ("eval", "compare", suite, "--models", models, "--closed-book", "--repeat", "2")
        done = ringfence(*asked, "--out", out)
        assert done.code == 0, done.err
        blind = [
            b for b in stub.bodies("/v1/chat/completions") if len(b["messages"][1]["content"]) < 60
        ]
    assert len(blind) == 3  # each question once
    lines = (out / "compare.md").read_text().splitlines()
    assert "Not asked so: quoted: it has no language model." in "".join(lines)
    assert any(line.startswith("| served | 2 | 0.0% [") for line in lines)
    [memory] = [line for line in lines if line.startswith("| most memory, MB |")]
    assert memory.endswith("| not measured: not our process |")
    assert any(line.startswith("| asked again: the very same answer | 100.0%") for line in lines)
    facts = json.loads((out / "compare.json").read_text())
    assert facts["runs"]["served"]["models"]["model"].startswith("reader, as llama-server at ")
    refused = ringfence("eval", "compare", suite, "--models", models)
    assert refused.code != 0  # the server is gone
    assert not list((tmp_path / "home").glob("runs/*-compare"))


@pytest.mark.slow
@pytest.mark.usefixtures("without_names")
def test_an_operators_questions_and_public_data_become_runs(ringfence, home, folder, tmp_path):
    ringfence("init")
    (tmp_path / "questions.csv").write_text(TABLE)
    suite = tmp_path / "house.yaml"
    made = ringfence(
        "eval", "new", "--from", tmp_path / "questions.csv", "--documents", folder, "--out", suite
    )
    assert made.code == 0, made.err
    run = ringfence("eval", "run", suite, "--repeat", "2", "--out", tmp_path / "one", "--json")
    assert run.code == 0, run.err
    metrics = run.json["summary"]["house"]
    assert run.json["counts"]["house"] == {"answer": 4, "none": 2}
    assert metrics["determinism"]["mean"] == 1.0
    assert metrics["consistency"]["mean"] == 1.0
    assert metrics["hit_at_5"]["mean"] == 1.0
    assert metrics["permission_leaks"]["total"] == 0
    assert metrics["identifiers_found"]["total"] == 0
    assert ringfence("status", "--json").json["documents"]["live"] == 0
    gate = ("eval", "gate", tmp_path / "one", "--require")
    assert ringfence(*gate, "hit_at_5>=0.9", "--junit", tmp_path / "one.xml").code == 0
    assert "house.answer" in (tmp_path / "one.xml").read_text()
    failed = ringfence(*gate, "token_f1>=0.99")
    assert (failed.code, "not met: token_f1>=0.99" in failed.out) == (1, True)
    again = ringfence("eval", "score", tmp_path / "one", suite, "--repeat", "2", "--json").json
    assert again["scores"] == run.json["scores"]
    check_compared(ringfence, suite, tmp_path)
    (tmp_path / "squad.json").write_text(json.dumps(SQUAD))
    data = ringfence("eval", "run", tmp_path / "squad.json", "--json")
    assert data.code == 0, data.err
    assert data.json["summary"]["squad"]["right"]["mean"] == 1.0
    trend = ringfence("eval", "trend", "--out", tmp_path / "trend.html")
    assert trend.code == 0, trend.err
    assert len(json.loads((tmp_path / "trend.json").read_text())) == 2
    page = ringfence("eval", "report", tmp_path / "one", "--out", tmp_path / "report")
    assert page.code == 0, page.err
    assert (tmp_path / "report" / "compare.md").is_file()


def test_passages_that_are_not_there_are_listed_and_nothing_is_written(ringfence, folder, tmp_path):
    ringfence("init")
    (tmp_path / "questions.csv").write_text(
        TABLE.replace("every 14 months by", "every 15 months by")
    )
    suite = tmp_path / "house.yaml"
    made = ringfence(
        "eval", "new", "--from", tmp_path / "questions.csv", "--documents", folder, "--out", suite
    )
    assert made.code == 2
    assert "2 passages do not stand in the documents" in made.err
    assert "q-001" in made.err
    assert "15 months" not in made.err
    assert [path.name for path in tmp_path.iterdir() if "house" in path.name] == []


@pytest.mark.usefixtures("without_names")
def test_drafts_are_proposed_from_sentences_and_not_written_over(ringfence, folder, tmp_path):
    ringfence("init")
    out = tmp_path / "draft.csv"
    made = ringfence("eval", "draft", folder, "--out", out)
    assert made.code == 0, made.err
    assert "no,What belongs in the gap: The boiler is serviced every ____" in out.read_text()
    assert out.stat().st_mode & 0o077 == 0
    assert ringfence("eval", "draft", folder, "--out", out).code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent"], "no corpus `absent`"),
        (["clinic", "--part", "test"], "have no halves"),
        (["--part", "most"], "--part is one of all, tune, test"),
        (["--shard", "3/2"], "--shard is written as 2/4"),
        (["a.yaml", "b.yaml"], "one file or folder at a time"),
    ],
)
def test_what_cannot_be_run_is_said(ringfence, arguments, said):
    ringfence("init")
    done = ringfence("eval", "run", *arguments)
    assert (done.code, said in done.err) == (2, True), done.err


def test_parts_share_the_questions_and_keep_together_what_is_compared():
    from eval.cases import Case, Expect

    cases = repeated(
        [
            Case(
                id=f"c-{n}",
                corpus="x",
                question="?",
                asker="a",
                expect=Expect.NONE,
                group=f"g-{n // 2}" if n < 20 else "",
            )
            for n in range(60)
        ],
        2,
    )
    parts = [Shard(number=n, of=3).cases(cases) for n in (1, 2, 3)]
    assert sorted(case.id for part in parts for case in part) == sorted(case.id for case in cases)
    for part in parts:
        ids = {case.id for case in part}
        assert all((case.id.partition("~")[0] in ids) for case in part)
        groups = {case.group for case in part if case.group}
        assert all(case in part for case in cases if case.group in groups)
    with pytest.raises(ConfigurationError):
        Shard.read("0/2")

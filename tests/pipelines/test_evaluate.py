"""The sample corpora put to the whole system, with the bounds that it must reach."""

from __future__ import annotations

import json

import pytest

from pipelines.build import open_installation
from pipelines.evaluate import limited
from pipelines.home import create_home


@pytest.mark.slow
def test_the_sample_corpora_are_answered_without_a_leak(ringfence, home):
    ringfence("init", "--demo")
    done = ringfence("eval", "run")
    assert done.code == 0, done.err
    for heading in ("hit rate at 5", "citation correctness", "abstention accuracy", "leaks"):
        assert heading in done.out
    [run] = (home / "runs").iterdir()
    kept = json.loads((run / "run.json").read_text(encoding="utf-8"))
    metrics = kept["summary"]["overall"]
    assert metrics["permission_leaks"]["total"] == 0
    assert metrics["permission_leaks"]["cases"] == len(kept["scores"]) >= 120
    assert metrics["hit_at_5"]["mean"] >= 0.9
    assert metrics["citation_correct"]["mean"] >= 0.75
    assert kept["crashes"] == []
    plan = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    assert set(plan["setup"]["models"]) == {"encoder", "extractive"}
    stopped = home / "runs" / "stopped"
    stopped.mkdir()
    for name in ("plan.json", "evidence.jsonl", "answers.jsonl"):
        lines = (run / name).read_text(encoding="utf-8").splitlines(keepends=True)
        part = lines if name != "answers.jsonl" else [*lines[: len(lines) - 9], lines[-1][:40]]
        (stopped / name).write_text("".join(part), encoding="utf-8")
    resumed = ringfence("eval", "run", "--resume", str(stopped), "--json").json
    assert resumed["scores"] == kept["scores"]
    assert resumed["evidence_hash"] == kept["evidence_hash"]
    for figures in (metrics, resumed["summary"]["overall"]):
        figures.pop("seconds")
    assert resumed["summary"]["overall"] == metrics
    compared = ringfence("eval", "compare", "bank")
    page = (home / compared.out.strip()).read_text(encoding="utf-8")
    assert "extractive" in page
    assert "passage" in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    # The operator's own index has met none of it.
    assert ringfence("status", "--json").json["documents"]["live"] == 0


def test_a_time_for_a_case_is_a_setting_that_a_command_may_change(tmp_path):
    create_home(tmp_path / "home")
    inst = open_installation(tmp_path / "home")
    assert inst.settings.evaluate.seconds_a_case == 600
    assert limited(inst, None) is inst
    changed = limited(inst, 2.5)
    assert changed.settings.evaluate.seconds_a_case == 2.5
    assert changed.settings.evaluate.margin == inst.settings.evaluate.margin

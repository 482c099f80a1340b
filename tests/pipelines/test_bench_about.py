from __future__ import annotations

import json

from pipelines.bench_about import about, machine


def test_a_run_says_where_and_with_what_it_was_made():
    facts = about(rounds=3)
    assert facts["format"] == 2
    assert facts["rounds"] == 3
    here = facts["machine"]
    assert here["cores"] >= 1
    assert here["memory_gb"] > 0
    assert here["versions"]["torch"]
    assert "haystack-ai" not in here["versions"] or here["versions"]["haystack-ai"]
    assert json.loads(json.dumps(facts)) == facts


def test_the_code_is_named_by_its_content():
    assert machine()["code"] == machine()["code"]
    assert len(str(machine()["code"])) == 12


def test_memory_that_nobody_tells_is_none(tmp_path):
    assert machine(tmp_path / "meminfo")["memory_gb"] == 0.0
    (tmp_path / "meminfo").write_text("MemTotal:       16000000 kB\nMemFree: 1 kB\n")
    assert machine(tmp_path / "meminfo")["memory_gb"] == 16.0

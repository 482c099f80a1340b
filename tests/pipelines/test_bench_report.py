from __future__ import annotations

import json

import pytest

from eval.bench import ingest
from eval.bench.ingest import IngestBench, Pass
from eval.bench.reading import FORMAT

STAGES = {"fetch": 0.1, "parse": 0.1, "redact": 0.4, "chunk": 0.1, "embed": 0.2, "store": 0.1}


def run_in(folder, *, again, started):
    """Write a run of the benchmark of ingest."""
    one = Pass(
        system=ingest.OURS,
        amount=4,
        turn=0,
        documents=4,
        failed=0,
        bytes=4_000,
        characters=4_000,
        passages=8,
        wall=1.1,
        stages=STAGES,
        peak_mb=100.0,
        again=again,
    )
    bench = IngestBench(passes=(one,), peers={}, listed=4, listing_seconds=0.1)
    folder.mkdir(parents=True)
    facts = {"format": FORMAT, "started": started, "machine": {}, **ingest.facts(bench)}
    (folder / "bench.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


@pytest.fixture
def runs(ringfence, home):
    """An installation with an older run and a newer one."""
    ringfence("init")
    old = run_in(home / "runs" / "1-bench-ingest", again=0.9, started="2026-01-01T10:00:00+00:00")
    new = run_in(home / "runs" / "2-bench-ingest", again=0.01, started="2026-01-02T10:00:00+00:00")
    return old, new


def test_the_page_is_over_the_newest_runs(ringfence, runs, home):
    done = ringfence("bench", "report")
    assert done.code == 0
    assert done.out.startswith("The one bar is held.")
    [page] = (home / "runs").glob("*-bench-report/bench.html")
    assert f"page: {page}" in done.out
    assert "2026-01-02" in page.read_text(encoding="utf-8")
    assert ringfence("bench", "report").code == 0  # the report is no run


def test_runs_and_the_page_may_be_named(ringfence, runs, tmp_path):
    done = ringfence("bench", "report", runs[0], runs[1], "--out", tmp_path / "page.html", "--json")
    assert done.code == 0
    assert [bar["held"] for bar in done.json["bars"]] == [False, True]
    assert {bar["bench"] for bar in done.json["bars"]} == {"ingest"}
    assert "bar missed: 4 unchanged documents" in done.err
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.index("2026-01-01") < page.index("2026-01-02")
    again = ringfence("bench", "report", "--out", tmp_path / "page.html")
    assert again.code == 2
    assert "exists already" in again.err


def test_without_a_run_it_is_said_what_to_do(ringfence):
    ringfence("init")
    done = ringfence("bench", "report")
    assert done.code == 2
    assert "`ringfence bench ingest`" in done.err


def test_a_page_that_cannot_be_written_is_said(ringfence, runs, tmp_path):
    done = ringfence("bench", "report", "--out", tmp_path / "nowhere" / "page.html")
    assert done.code == 2
    assert "cannot be written" in done.err

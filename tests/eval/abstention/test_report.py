from __future__ import annotations

import json

from eval.abstention.report import JSON_FILE, facts, headline, summary, write_report
from eval.abstention.results import Judged, Run, results

JUDGED = [
    Judged(id=f"q{n}", group="g", kind="k", cluster=f"{n}", answered=n % 2 == 0, likely=n / 10)
    for n in range(10)
]
RUN = Run(
    started="2026-11-21T10:00:00+00:00",
    seconds=1.0,
    part="test",
    code_version="1",
    python_version="3.11",
    embedder="e",
    floor=0.45,
    judge="abc",
    fitted_on={"public": 3},
    data={"public": "hash"},
    groups=results(JUDGED, 0.45),
)


def test_the_report_is_figures_with_intervals_the_curve_and_the_kinds(tmp_path):
    page = write_report(RUN, tmp_path / "out")
    kept = json.loads((tmp_path / "out" / JSON_FILE).read_text())
    assert kept == json.loads(json.dumps(facts(RUN)))
    assert kept["goals"] == {"precision": 0.85, "recall": 0.85}
    assert page.read_text() == summary(RUN)
    assert "| 0.50 |" in summary(RUN)
    assert "| k | 5 | 3 | 5 | 2 |" in summary(RUN)


def test_the_headline_says_how_many_nothing_answers():
    [group] = RUN.groups
    assert headline(group).startswith("precision 0.400 [")
    assert "5 of 10 unanswered" in headline(group)

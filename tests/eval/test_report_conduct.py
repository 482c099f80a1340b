"""What the page says of trust, of what gets out, and of how steady answers are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.cases import repeated
from eval.compare import compare_runs
from eval.report import page
from eval.report_conduct import conduct_drawings, conduct_tables
from eval.run import execute
from eval.scorers import standard_scorers
from rag.testing.passages import evidence

GOLD = ("d-dose", 35, 57)


@pytest.fixture
def comparison(world):
    asked = [
        *(replace(world.case(id=f"a-{n}"), group=f"g-{n // 2}") for n in range(10)),
        *(world.case("none", id=f"n-{n}") for n in range(3)),
    ]
    cases = repeated(asked, 2)

    def run(model, wrong=()):
        script = {}
        for case in cases:
            if case.expect == "none":
                script[case.id] = world.abstained()
                continue
            said = "60 mg" if case.id in wrong else "50 mg"
            outcome = world.outcome(world.answer(said, cites=[GOLD]), [GOLD])
            seen = (replace(evidence(1, "Never more than 50 mg."), likely=0.7),)
            script[case.id] = replace(outcome, found=replace(outcome.found, evidence=seen))
        solver = world.solver(script, model)
        return execute(cases, solver, world.library, standard_scorers(), lambda *_: None)

    return compare_runs({"large": run("large"), "small": run("small", ["a-0~2", "a-3"])})


def rows(comparison, title):
    [table] = [one for one in conduct_tables(comparison) if one.title == title]
    return {row[0]: row[1:] for row in table.rows}


def test_the_same_question_again_and_in_other_words_are_rows(comparison):
    found = rows(comparison, "How steady answers are")
    again = found["asked again: the very same answer"]
    assert again[0].startswith("100.0% [")
    assert again[1].startswith("84.6% [")  # 2 of 13 questions got another answer
    assert again[1].endswith("of 13")
    assert "asked in other words: words in common (F1)" in found


def test_leaks_are_counted_and_what_is_withheld_is_a_share(comparison):
    found = rows(comparison, "What is withheld, and what gets out")
    assert found["passages and citations that the asker may not read"] == ("0", "0")
    assert found["abstained, of what no document answers"][0].startswith("100.0% [")
    assert "planted instructions that were obeyed" not in found  # no case has one


def test_calibration_is_drawn_by_verdict_and_by_likelihood_with_units(comparison):
    verdicts, likely = conduct_drawings(comparison)
    assert [tick.label for tick in verdicts.chart.x_ticks] == ["grounded", "abstained"]
    assert verdicts.chart.y_title == "Right, in % of answers"
    assert not verdicts.chart.joined
    large, small = verdicts.chart.curves
    assert large.marks[0].x < small.marks[0].x
    assert small.marks[0].title == "small: 90% at grounded"
    assert [one.name for one in likely.chart.curves] == ["large", "small", "as often as likely"]
    assert likely.chart.x_title == "Evidence likely to answer, in %"
    assert likely.chart.curves[-1].plain


def test_they_are_on_the_page(comparison):
    html = page(comparison)
    for title in ("Calibration: right, by verdict", "How steady answers are"):
        assert f"<h2>{title}</h2>" in html
    assert "What evidence buys" not in html  # nobody was asked without

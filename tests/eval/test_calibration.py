"""Whether answers are right as often as their evidence was likely to answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.calibration import calibrated, likely_span
from eval.run import execute
from eval.scorers import standard_scorers
from rag.testing.passages import evidence

GOLD = ("d-dose", 35, 57)


@pytest.fixture
def made(world):
    """Run cases, each with how likely its evidence is, whether it is right, and its verdict."""

    def run(told):
        cases = [world.case(id=f"c-{n}") for n in range(len(told))]
        script = {}
        for case, (likely, right, verdict) in zip(cases, told, strict=True):
            answer = world.answer("50 mg" if right else "60 mg", verdict, cites=[GOLD])
            outcome = world.outcome(answer, [GOLD])
            seen = (replace(evidence(1, "Never more than 50 mg."), likely=likely),)
            script[case.id] = replace(outcome, found=replace(outcome.found, evidence=seen))
        solver = world.solver(script)
        return execute(cases, solver, world.library, standard_scorers(), lambda *_: None)

    return run


def test_answers_are_counted_in_fifths_with_their_mean_likelihood(made):
    low = [(0.25, n < 2, "grounded") for n in range(5)]
    high = [(0.9, True, "grounded")] * 3 + [(1.0, True, "partial")] * 3
    found = calibrated(made([*low, *high]))
    assert [(one.low, one.high, one.answers) for one in found] == [(0.2, 0.4, 5), (0.8, 1.0, 6)]
    assert found[0].right.mean == pytest.approx(0.4)
    assert found[1].right.mean == 1.0
    assert found[1].likely == pytest.approx(0.95)


def test_what_was_withheld_and_bins_of_a_few_answers_are_left_out(made):
    told = [(0.5, True, "abstained")] * 6 + [(0.7, True, "grounded")] * 4
    assert calibrated(made(told)) == ()


def test_evidence_that_nobody_judged_is_no_span(made):
    assert not likely_span([made([(1.0, True, "grounded")])])
    assert likely_span([made([(0.6, True, "grounded")])])

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.paired import Standing
from eval.run import execute
from eval.scorers import standard_scorers
from eval.sizes import groups, standings, tier_plans, trust

GOLD, OTHER = ("d-dose", 35, 57), ("d-dose", 0, 30)


@pytest.fixture
def runs(world):
    cases = [
        *(replace(world.case(id=f"v-{n}"), kind="value") for n in range(10)),
        *(replace(world.case(id=f"d-{n}", corpus="bank"), kind="date") for n in range(10)),
        *(world.case("none", id=f"n-{n}") for n in range(5)),
    ]

    def made(model, wrong, verdict="grounded", cites=(GOLD,)):
        script = {
            case.id: world.outcome(
                world.answer("60 mg", verdict, cites)
                if case.id in wrong
                else world.answer("50 mg", "grounded", [GOLD]),
                [GOLD],
            )
            if case.expect == "answer"
            else world.abstained()
            for case in cases
        }
        return execute(
            cases, world.solver(script, model), world.library, standard_scorers(), lambda *_: None
        )

    return {
        "large": made("large", []),
        "small": made("small", [f"v-{n}" for n in range(6)], "partial"),
        "extractive": made("extractive", ["d-0"], "grounded", [OTHER]),
    }


def test_each_but_the_reference_has_a_standing(runs):
    found = standings(runs, "large", 0.05)
    assert set(found) == {"small", "extractive"}
    assert found["small"].interval.mean == pytest.approx(-6 / 25)
    assert found["small"].standing is Standing.INFERIOR
    assert found["extractive"].standing is Standing.UNDECIDED
    assert found["extractive"].more > 0


def test_quality_is_told_by_corpus_kind_and_what_is_expected(runs):
    found = {(group.by, group.name): group for group in groups(runs)}
    assert found["kind of question", "value"].right["small"].mean == pytest.approx(0.4)
    assert found["kind of question", "date"].right["small"].mean == 1.0
    assert found["corpus", "bank"].cases == 10
    assert found["what is expected", "none"].cases == 5
    assert ("kind of question", "not stated") in found


def test_a_way_to_group_that_parts_nothing_is_left_out(runs, world):
    only = execute(
        [world.case(id=f"c-{n}") for n in range(6)],
        world.solver({f"c-{n}": world.right() for n in range(6)}),
        world.library,
        standard_scorers(),
        lambda *_: None,
    )
    assert groups({"a": only}) == ()


def test_a_verdict_is_worth_how_often_it_is_right(runs):
    found = {one.verdict: one for one in trust(runs["small"])}
    assert (found["grounded"].cases, found["grounded"].right.mean) == (14, 1.0)
    assert (found["partial"].cases, found["partial"].right.mean) == (6, 0.0)
    assert found["abstained"].right.mean == 1.0


def test_tiers_are_worked_out_for_every_other_with_the_reference_behind(runs):
    plans = {plan.first: plan for plan in tier_plans(runs, "large", None)}
    assert set(plans) == {"small", "extractive"}
    lines = {policy.name: policy for policy in plans["small"].policies}
    assert lines["never"].quality.mean == pytest.approx(19 / 25)
    # The six partial answers and the five abstentions go on.
    assert lines["where it is not grounded"].escalated == pytest.approx(11 / 25)
    assert lines["where it is not grounded"].quality.mean == 1.0
    assert "where it is weak or disagrees" in lines
    assert "where it is weak or disagrees" not in {p.name for p in plans["extractive"].policies}

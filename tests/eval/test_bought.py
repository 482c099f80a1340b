"""What evidence buys: the same model with it and without, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.bought import bought
from eval.compare import compare_runs
from eval.markdown import markdown
from eval.run import execute
from eval.scorers import standard_scorers
from eval.scorers.base import RIGHT, SAYS
from rag.errors import ConfigurationError

GOLD = ("d-dose", 35, 57)


@pytest.fixture
def cases(world):
    return [
        *(world.case(id=f"a-{n}") for n in range(8)),
        *(world.case("none", id=f"n-{n}") for n in range(2)),
    ]


@pytest.fixture
def asked(world, cases):
    """Have a scripted model asked; `right` are the cases in which it says what is expected."""

    def run(right, *, closed):
        script = {}
        for case in cases:
            said = "50 mg" if case.id in right else "60 mg"
            cites = [] if closed else [GOLD]
            verdict = "partial" if closed else "grounded"
            answer = world.answer(said, verdict, cites=cites)
            script[case.id] = world.outcome(answer, [] if closed else [GOLD])
        script["n-0"] = world.abstained()
        solver = world.solver(script, "m")
        setup = replace(solver.setup, closed_book=closed)

        class Asked(type(solver)):
            setup = property(lambda _: given)

        given = setup
        made = Asked(script, "m")
        return execute(cases, made, world.library, standard_scorers(), lambda *_: None)

    return run


def test_with_and_without_are_held_against_each_other_case_by_case(asked):
    with_evidence = asked({f"a-{n}" for n in range(6)}, closed=False)
    without = asked({"a-0", "a-7"}, closed=True)
    [found] = bought({"m": with_evidence}, {"m": without})
    assert (found.name, found.cases) == ("m", 8)
    assert found.with_evidence.mean == pytest.approx(6 / 8)
    assert found.without.mean == pytest.approx(2 / 8)
    assert found.difference.mean == pytest.approx(4 / 8)
    assert found.difference.low < 0.5 < found.difference.high
    assert found.invented is not None
    assert found.invented.mean == 0.5  # n-0 abstains, n-1 says 60 mg


def test_citations_of_what_has_no_evidence_are_not_nought_but_nothing(asked):
    without = asked({"a-0"}, closed=True)
    overall = without.summary["overall"].metrics
    never = {RIGHT, "citation_correct", "citation_recall", "hit_at_5", "sentences_supported"}
    assert not never & overall.keys()
    assert not {"verdict_error", "permission_leaks"} & overall.keys()
    assert {name for one in without.results for name in one.scores} & never == set()
    assert overall[SAYS].mean == pytest.approx(1 / 8)
    assert overall["identifiers_drafted"].total == 0
    assert overall["completed"].total == 10


def test_one_that_was_asked_without_evidence_stands_in_no_comparison_of_its_own(asked):
    without = asked({"a-0"}, closed=True)
    with pytest.raises(ConfigurationError, match="`m` was asked without evidence"):
        compare_runs({"m": without})


def test_it_is_told_in_a_table_with_those_who_could_not_be_asked(asked):
    with_evidence = asked({f"a-{n}" for n in range(6)}, closed=False)
    without = asked({"a-0", "a-7"}, closed=True)
    text = markdown(
        compare_runs(
            {"m": with_evidence},
            closed={"m": without},
            left_out={"extractive": "it has no language model"},
        )
    )
    assert "## What evidence buys" in text
    assert "Not asked so: extractive: it has no language model." in text
    [row] = [line for line in text.splitlines() if line.startswith("| m | 8 | 75.0% [")]
    assert "| +50.0 points [" in row
